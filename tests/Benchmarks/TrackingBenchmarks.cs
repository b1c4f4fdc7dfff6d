using BenchmarkDotNet.Attributes;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;

namespace C3Fusion.Benchmarks;

/// <summary>The tracker alone, in steady state: time and bytes allocated per report on one core.</summary>
/// <remarks>
/// Targets circle once in 120 s, so the recording can go on for ever, in an area as dense as 100 targets in 100 km by
/// 100 km; eight sensors with the recorded sigmas, detection probability 0.9, 5 % clutter. One operation is one report,
/// made on the fly from tables (some 20 ns of it).
/// </remarks>
[MemoryDiagnoser]
public class TrackingBenchmarks
{
    private const int Period = 120;
    private const int Operations = 1_000_000;
    private static readonly double[] Sigmas = [30, 40, 50, 60, 80, 150, 200, 250];
    private static readonly double[] VelocitySigmas = [5, 6, 8, 8, 10, 20, 25, 30];
    private readonly List<SystemTrack> _picture = [];
    private readonly Enu[] _noise = new Enu[65_536];
    private readonly Enu[] _circle = new Enu[Period];
    private Enu[] _centre = [];
    private double[] _radius = [];
    private Tracker _tracker = null!;
    private long _scan;
    private uint _draw;

    /// <summary>Number of targets.</summary>
    [Params(20, 100, 1000, 10_000)]
    public int Targets { get; set; }

    /// <summary>Draws the targets and runs the tracker until it has its tracks and its arrays have their size.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        double area = 10_000 * Math.Sqrt(Targets);
        _centre = [.. Enumerable.Range(0, Targets).Select(_ => new Enu(random.NextDouble() * area, random.NextDouble() * area, 1500 + (random.NextDouble() * 10_000)))];
        _radius = [.. Enumerable.Range(0, Targets).Select(_ => (50 + (random.NextDouble() * 200)) * Period / (2 * Math.PI))];
        for (int i = 0; i < _noise.Length; i++) _noise[i] = new Enu(Normal(random), Normal(random), Normal(random));
        for (int i = 0; i < Period; i++) _circle[i] = new Enu(Math.Cos(2 * Math.PI * i / Period), Math.Sin(2 * Math.PI * i / Period), 0);
        SensorModel[] sensors = [.. Enumerable.Range(0, 8).Select(s => new SensorModel($"S{s}", Sigmas[s], VelocitySigmas[s]))];
        _tracker = new Tracker(sensors, new TrackerOptions(2));
        for (int i = 0; i < Period; i++) Scan();
        if (_picture.Count(t => t.IsPublished) < 0.98 * Targets) throw new InvalidOperationException("the tracker has not got its tracks");
    }

    /// <summary>Offers a million reports, closing scans as they fill.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public int Report()
    {
        int offered = 0;
        while (offered < Operations) offered += Scan();
        return _picture.Count;
    }

    private int Scan()
    {
        long time = ++_scan * 1_000_000;
        int offered = 0;
        for (int s = 0; s < 8; s++)
        {
            for (int i = 0; i < _centre.Length; i++)
            {
                Enu noise = Draw();
                if (_draw % 10 == 0) continue;
                Enu place = _circle[(int)((_scan + i) % Period)];
                Enu velocity = new Enu(-place.Y, place.X, 0) * (_radius[i] * 2 * Math.PI / Period);
                _tracker.Offer(new TrackReport(time, time, s, (ulong)i, _centre[i] + (place * _radius[i]) + (noise * Sigmas[s]), velocity + (Draw() * VelocitySigmas[s]), Sigmas[s], VelocitySigmas[s]));
                offered++;
            }

            for (int c = 0; c < _centre.Length / 20; c++)
            {
                Enu place = _centre[(int)(Step() % (uint)_centre.Length)] + (Draw() * 5000);
                _tracker.Offer(new TrackReport(time, time, s, 1_000_000UL + (ulong)(_scan * 1000) + (ulong)c, place, Draw() * 100, Sigmas[s], VelocitySigmas[s]));
                offered++;
            }
        }

        _tracker.CloseScan(time, _picture);
        return offered;
    }

    private Enu Draw() => _noise[(int)(Step() >> 16)];

    private uint Step() => _draw = (_draw * 1_664_525) + 1_013_904_223;

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
