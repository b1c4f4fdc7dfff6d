using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Fuzz.Targets;

/// <summary>Four nodes and two sensors with fixed keys: decoders check what they read against a roster.</summary>
internal static class FuzzRoster
{
    public static ImmutableArray<Ed25519Signer> NodeKeys { get; } = [.. Enumerable.Range(1, 4).Select(Key)];

    public static ImmutableArray<Ed25519Signer> SensorKeys { get; } = [.. Enumerable.Range(101, 2).Select(Key)];

    /// <summary>Signs rosters and checkpoints.</summary>
    public static Ed25519Signer Authority { get; } = Key(201);

    public static Roster Roster { get; } = new(
        "fuzz",
        Epoch: 1,
        [.. NodeKeys.Select((key, i) => new NodeEntry($"node-{i + 1}", key.PublicKey))],
        [.. SensorKeys.Select((key, i) => Sensor($"radar-{i + 1}", key.PublicKey))],
        FaultyNodes: 1,
        FaultySensors: 0,
        HopDiameter: 2,
        new SlotTiming(new Instant(1_700_000_000_000_000), PeriodUs: 1_000_000, RoundUs: 150_000, ClockGuardUs: 20_000),
        new GeodeticPosition(48, 11, 500),
        MaxAccelerationMps2: 30);

    private static Ed25519Signer Key(int seed) => Ed25519Signer.FromSeed(Enumerable.Repeat((byte)seed, Ed25519Signer.SeedLength).ToArray());

    private static SensorEntry Sensor(string id, PublicKey key) => new(
        id, "radar", key, MeasuredAxes.All, 50, 200, 5, 4, 20, 0.9, new GeodeticPosition(48, 11, 500), 100_000, 1_000_000);
}
