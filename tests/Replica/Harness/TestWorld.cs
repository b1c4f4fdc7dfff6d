using System.Collections.Immutable;
using C3Fusion.Fusion;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Tests.Harness;

/// <summary>Targets on straight lines, seen by honest sensors with small repeatable errors, and by some that lie.</summary>
internal sealed class TestWorld
{
    private readonly TestRoster _roster;
    private readonly ImmutableArray<ScanPublisher> _publishers;
    private readonly int _targets;

    public TestWorld(TestRoster roster, int targets = 3)
    {
        _roster = roster;
        _targets = targets;
        _publishers =
        [
            .. roster.Roster.Sensors.Select((sensor, i) => new ScanPublisher(sensor.Id, roster.Roster.ClusterId, roster.SensorSigners[i])),
        ];
    }

    /// <summary>Offset that a sensor adds to everything it says; none by default.</summary>
    public Dictionary<int, Enu> Lies { get; } = [];

    public Enu Truth(int target, double seconds) =>
        new((4000 * target) - 3000 + (80 * seconds), (2500 * target) - 1000 - (40 * seconds), 3000 + (500 * target));

    /// <summary>The sealed scan of a sensor at a time; its sequence number is the whole second.</summary>
    public byte[] Scan(int sensor, Instant time, long? sequence = null)
    {
        double seconds = time.Since(TestRoster.Start) / 1e6;
        Enu lie = Lies.GetValueOrDefault(sensor);
        ImmutableArray<ScanTrack>.Builder tracks = ImmutableArray.CreateBuilder<ScanTrack>();
        for (int target = 0; target < _targets; target++)
        {
            Enu position = Truth(target, seconds) + lie + (Jitter(sensor, target, (long)(seconds * 10)) * 20);
            Enu velocity = new Enu(80, -40, 0) + (Jitter(sensor, target + 100, (long)(seconds * 10)) * 3);
            tracks.Add(new ScanTrack($"{target + 1}", position, velocity, 30, 5, ""));
        }

        return _publishers[sensor].Seal(new SensorScan(
            _roster.Roster.Sensors[sensor].Id, 1_700_000_000, sequence ?? (long)Math.Floor(seconds * 10) + 1000, time, "tracks", tracks.ToImmutable()));
    }

    /// <summary>Three numbers between -1 and 1 that depend on the arguments alone.</summary>
    private static Enu Jitter(int a, int b, long c)
    {
        ulong Next(ulong k)
        {
            ulong z = ((ulong)a * 0x9E37_79B9_7F4A_7C15) ^ ((ulong)b * 0xBF58_476D_1CE4_E5B9) ^ ((ulong)c * 0x94D0_49BB_1331_11EB) ^ (k << 60);
            z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
            z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
            return z ^ (z >> 31);
        }

        static double Unit(ulong bits) => ((bits >> 11) * (2.0 / (1L << 53))) - 1;
        return new Enu(Unit(Next(1)), Unit(Next(2)), Unit(Next(3)));
    }
}
