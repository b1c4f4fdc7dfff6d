using BenchmarkDotNet.Attributes;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;

namespace C3Fusion.Benchmarks;

/// <summary>The tracker alone, in steady state: reports per second of one core and bytes allocated per report.</summary>
/// <remarks>
/// Targets fly straight in an area that grows with their number (as dense as 100 targets in 100 km by 100 km); eight
/// sensors with the recorded sigmas, detection probability 0.9, clutter as recorded. One operation is one report.
/// </remarks>
[MemoryDiagnoser]
public class TrackingBenchmarks
{
    private const int Scans = 60;
    private const int Operations = 1_000_000;
    private static readonly double[] Sigmas = [30, 40, 50, 60, 80, 150, 200, 250];
    private static readonly double[] VelocitySigmas = [5, 6, 8, 8, 10, 20, 25, 30];
    private readonly List<SystemTrack> _picture = [];
    private TrackReport[][] _scans = [];
    private Tracker _tracker = null!;
    private long _time;
    private int _next;

    /// <summary>Number of targets.</summary>
    [Params(20, 100, 1000, 10_000)]
    public int Targets { get; set; }

    /// <summary>Makes the reports and runs the tracker until it has its tracks.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        double area = 10_000 * Math.Sqrt(Targets);
        Enu[] start = new Enu[Targets];
        Enu[] speed = new Enu[Targets];
        for (int i = 0; i < Targets; i++)
        {
            start[i] = new Enu(random.NextDouble() * area, random.NextDouble() * area, 1500 + (random.NextDouble() * 10_000));
            double heading = random.NextDouble() * 2 * Math.PI;
            speed[i] = new Enu(Math.Cos(heading), Math.Sin(heading), 0) * (50 + (random.NextDouble() * 200));
        }

        _scans = new TrackReport[Scans][];
        for (int scan = 0; scan < Scans; scan++) _scans[scan] = [.. Scan(random, scan, start, speed, area)];
        SensorModel[] sensors = [.. Enumerable.Range(0, 8).Select(s => new SensorModel($"S{s}", Sigmas[s], VelocitySigmas[s]))];
        _tracker = new Tracker(sensors, new TrackerOptions(2));
        for (int scan = 0; scan < 2 * Scans; scan++) Close();
    }

    /// <summary>Offers a million reports, closing scans as they fill; time runs forwards and backwards over the recording.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public int Report()
    {
        int offered = 0;
        while (offered < Operations) offered += Close();
        return _picture.Count;
    }

    private static IEnumerable<TrackReport> Scan(Random random, int scan, Enu[] start, Enu[] speed, double area)
    {
        for (int s = 0; s < 8; s++)
        {
            for (int i = 0; i < start.Length; i++)
            {
                if (random.NextDouble() < 0.1) continue;
                yield return new TrackReport(0, 0, s, (ulong)i, start[i] + (speed[i] * scan) + (Noise(random) * Sigmas[s]), speed[i] + (Noise(random) * VelocitySigmas[s]), Sigmas[s], VelocitySigmas[s]);
            }

            for (int c = 0; c < start.Length / 20; c++)
                yield return new TrackReport(0, 0, s, 1_000_000UL + (ulong)random.Next(1_000_000), new Enu(random.NextDouble() * area, random.NextDouble() * area, 5000), Noise(random) * 100, Sigmas[s], VelocitySigmas[s]);
        }
    }

    private static Enu Noise(Random random)
    {
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return new Enu(Normal(), Normal(), Normal());
    }

    /// <summary>Plays the next scan; on the way back velocities are reversed, so targets never jump.</summary>
    private int Close()
    {
        int phase = _next++ % (2 * Scans);
        bool back = phase >= Scans;
        TrackReport[] reports = _scans[back ? (2 * Scans) - 1 - phase : phase];
        foreach (ref readonly TrackReport report in reports.AsSpan())
        {
            _tracker.Offer(report with { TimeUs = _time, ReceivedUs = _time, Velocity = back ? report.Velocity * -1 : report.Velocity });
        }

        _tracker.CloseScan(_time, _picture);
        _time += 1_000_000;
        return reports.Length;
    }
}
