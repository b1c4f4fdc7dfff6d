using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using C3Fusion.Fusion;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using C3Fusion.Sim;

namespace C3Fusion.Node.Demo;

/// <summary>The roster of the demo and the private keys of everyone in it, drawn from the seed.</summary>
internal sealed class DemoRoster : IDisposable
{
    /// <summary>R: a machine that also simulates the world stalls for tens of milliseconds; 150 ms is the default in the field.</summary>
    private const long RoundUs = 200_000;

    private const long PeriodUs = 1_000_000;
    private const long ClockGuardUs = 10_000;
    private const int FaultyNodes = 1;
    private const int FaultySensors = 2;
    private const int HopDiameter = 2;
    private const double MaxAccelerationMps2 = 30;

    private static readonly (string Id, string Kind, double SigmaM, double SigmaMps, double BiasCapM, double East, double North)[] Fleet =
    [
        ("radar-1", "radar", 30, 5, 10, 0, 0),
        ("radar-2", "radar", 40, 6, 10, 30_000, 0),
        ("radar-3", "radar", 50, 8, 10, 0, 30_000),
        ("radar-4", "radar", 60, 8, 10, -30_000, 0),
        ("radar-5", "radar", 80, 10, 10, 0, -30_000),
        ("sat-1", "satellite", 150, 20, 20, 0, 0),
        ("sat-2", "satellite", 200, 25, 20, 0, 0),
        ("sat-3", "satellite", 250, 30, 20, 0, 0),
    ];

    private DemoRoster(Roster roster, ImmutableArray<Ed25519Signer> nodes, ImmutableArray<Ed25519Signer> sensors)
    {
        (Roster, Nodes, Sensors) = (roster, nodes, sensors);
    }

    /// <summary>Who is who.</summary>
    public Roster Roster { get; }

    /// <summary>Signers of the nodes by index.</summary>
    public ImmutableArray<Ed25519Signer> Nodes { get; }

    /// <summary>Signers of the sensors by index.</summary>
    public ImmutableArray<Ed25519Signer> Sensors { get; }

    /// <summary>Ids of the sensors that every demo has.</summary>
    public static IEnumerable<string> SensorIds => Fleet.Select(sensor => sensor.Id);

    /// <summary>Names of the nodes of a demo of this size.</summary>
    public static IEnumerable<string> NodeNames(int nodes) => Enumerable.Range(1, nodes).Select(i => string.Create(CultureInfo.InvariantCulture, $"node-{i}"));

    /// <summary>The roster of one demo.</summary>
    /// <param name="options">Seed and number of nodes.</param>
    /// <param name="datum">Of the world it watches.</param>
    /// <param name="start">T0 of slot 0.</param>
    public static DemoRoster Draw(DemoOptions options, GeodeticPosition datum, Instant start)
    {
        Ed25519Signer Signer(string name)
        {
            Span<byte> seed = stackalloc byte[Hash256.Length];
            Hash256.Of(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"c3fusion demo key\n{options.Seed}\n{name}"))).Write(seed);
            return Ed25519Signer.FromSeed(seed);
        }

        var frame = new LocalFrame(datum);
        ImmutableArray<Ed25519Signer> nodeSigners = [.. NodeNames(options.Nodes).Select(Signer)];
        ImmutableArray<Ed25519Signer> sensorSigners = [.. Fleet.Select(sensor => Signer(sensor.Id))];
        var roster = new Roster(
            "demo",
            1,
            [.. NodeNames(options.Nodes).Select((name, i) => new NodeEntry(name, nodeSigners[i].PublicKey))],
            [.. Fleet.Select((sensor, i) => new SensorEntry(
                sensor.Id, sensor.Kind, sensorSigners[i].PublicKey, MeasuredAxes.All,
                sensor.SigmaM, 4 * sensor.SigmaM, sensor.SigmaMps, 4, sensor.BiasCapM, 0.9,
                frame.ToGeodetic(new Enu(sensor.East, sensor.North, 0)), 0, PeriodUs))],
            FaultyNodes,
            FaultySensors,
            HopDiameter,
            new SlotTiming(start, PeriodUs, RoundUs, ClockGuardUs),
            datum,
            MaxAccelerationMps2);
        IReadOnlyList<string> violations = RosterRules.Violations(roster);
        return violations.Count == 0 ? new DemoRoster(roster, nodeSigners, sensorSigners) : throw new InvalidOperationException(string.Join("; ", violations));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Ed25519Signer signer in Nodes.Concat(Sensors)) signer.Dispose();
    }
}
