using System.Buffers.Binary;
using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Tests.Harness;

/// <summary>A roster with the keys of everybody in it.</summary>
internal sealed class TestRoster
{
    public const long PeriodUs = 1_000_000;

    public static readonly Instant Start = new(1_700_000_000_000_000);

    private TestRoster(Roster roster, ImmutableArray<Ed25519Signer> nodes, ImmutableArray<Ed25519Signer> sensors)
    {
        (Roster, NodeSigners, SensorSigners) = (roster, nodes, sensors);
    }

    public Roster Roster { get; }

    public ImmutableArray<Ed25519Signer> NodeSigners { get; }

    public ImmutableArray<Ed25519Signer> SensorSigners { get; }

    public static TestRoster Of(int nodes, int faultyNodes, int sensors = 5, int faultySensors = 1, int hopDiameter = 2)
    {
        ImmutableArray<Ed25519Signer> nodeSigners = [.. Enumerable.Range(0, nodes).Select(i => Signer(1000 + i))];
        ImmutableArray<Ed25519Signer> sensorSigners = [.. Enumerable.Range(0, sensors).Select(i => Signer(2000 + i))];
        int rounds = faultyNodes + hopDiameter;
        var roster = new Roster(
            "test",
            1,
            [.. nodeSigners.Select((signer, i) => new NodeEntry($"node-{i + 1}", signer.PublicKey))],
            [.. sensorSigners.Select((signer, i) => Sensor($"s{i:D2}", signer.PublicKey))],
            faultyNodes,
            faultySensors,
            hopDiameter,
            new SlotTiming(Start, PeriodUs, Math.Min(150_000, PeriodUs / (rounds + 2)), 10_000),
            new GeodeticPosition(47, 8, 400),
            30);
        Assert.Empty(RosterRules.Violations(roster));
        return new TestRoster(roster, nodeSigners, sensorSigners);
    }

    private static SensorEntry Sensor(string id, PublicKey key) => new(
        id, "radar", key, MeasuredAxes.All, 30, 300, 5, 4, 0, 0.9, new GeodeticPosition(47, 8, 400), 0, PeriodUs);

    private static Ed25519Signer Signer(int number)
    {
        Span<byte> seed = stackalloc byte[Ed25519Signer.SeedLength];
        seed.Clear();
        BinaryPrimitives.WriteInt32BigEndian(seed, number);
        return Ed25519Signer.FromSeed(seed);
    }
}
