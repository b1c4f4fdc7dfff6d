using System.Diagnostics;
using System.Globalization;
using C3Fusion.Exercises;
using C3Fusion.Fusion.Tracking;
using Xunit;

namespace C3Fusion.Fusion.Tests.Tracking;

/// <summary>No report makes the tracker throw, and what is refused leaves the rest unharmed.</summary>
public sealed class HostileReportTests
{
    private const long Second = TrackedExercise.Second;
    private static readonly TrackedExercise Honest = TrackedExercise.Of(Exercise.Generate(Catalogue.Attack("honest", 3) with { Scans = 40 }));
    private static readonly Enu Place = new(50_000, 50_000, 5_000);
    private static readonly Enu Speed = new(100, 0, 0);

    [Fact]
    public void Each_unusable_report_is_refused_with_its_reason()
    {
        var tracker = new Tracker(Honest.Sensors, new TrackerOptions(2));
        tracker.CloseScan(100 * Second, []);
        var good = new TrackReport(101 * Second, 101 * Second, 0, 1, Place, Speed, 30, 5);
        Assert.Equal(ReportRefusal.None, tracker.Offer(good));
        Assert.Equal(ReportRefusal.None, tracker.Offer(good with { LocalTrack = 2, Velocity = new Enu(double.NaN, double.NaN, double.NaN), ClaimedSigmaPositionM = double.NaN }));
        Assert.Equal(ReportRefusal.UnknownSensor, tracker.Offer(good with { Sensor = 8 }));
        Assert.Equal(ReportRefusal.UnknownSensor, tracker.Offer(good with { Sensor = -1 }));
        Assert.Equal(ReportRefusal.NonFinite, tracker.Offer(good with { Position = Place with { X = double.NaN } }));
        Assert.Equal(ReportRefusal.NonFinite, tracker.Offer(good with { Position = Place with { Z = double.NegativeInfinity } }));
        Assert.Equal(ReportRefusal.NonFinite, tracker.Offer(good with { Position = Place with { Y = 1e300 } }));
        Assert.Equal(ReportRefusal.NonFinite, tracker.Offer(good with { Velocity = Speed with { X = double.PositiveInfinity } }));
        Assert.Equal(ReportRefusal.BadSigma, tracker.Offer(good with { ClaimedSigmaPositionM = 0 }));
        Assert.Equal(ReportRefusal.BadSigma, tracker.Offer(good with { ClaimedSigmaVelocityMps = -1 }));
        Assert.Equal(ReportRefusal.Late, tracker.Offer(good with { TimeUs = (101 - 3600) * Second }));
        Assert.Equal(ReportRefusal.Late, tracker.Offer(good with { TimeUs = long.MinValue }));
        Assert.Equal(ReportRefusal.Future, tracker.Offer(good with { TimeUs = (101 + 3600) * Second }));
        Assert.Equal(ReportRefusal.Future, tracker.Offer(good with { TimeUs = long.MaxValue }));
        Assert.Equal((2L, 2L, 4L, 2L, 2L, 2L), (tracker.Refused(ReportRefusal.None), tracker.Refused(ReportRefusal.UnknownSensor), tracker.Refused(ReportRefusal.NonFinite), tracker.Refused(ReportRefusal.BadSigma), tracker.Refused(ReportRefusal.Late), tracker.Refused(ReportRefusal.Future)));
    }

    [Fact]
    public void A_report_said_twice_counts_once()
    {
        List<SystemTrack[]> once = Honest.Run().Pictures;
        (Tracker tracker, List<SystemTrack[]> twice) = (Honest with { Reports = [.. Honest.Reports, .. Honest.Reports] }).Run();
        Assert.Equal(Honest.Reports.Count, tracker.Refused(ReportRefusal.Duplicate));
        for (int scan = 0; scan < once.Count; scan++) Assert.Equal(once[scan], twice[scan]);
    }

    [Fact]
    public void A_million_tracks_from_one_sensor_in_one_scan_cost_that_sensor_its_scan_and_nobody_else_anything()
    {
        List<SystemTrack[]> expected = Honest.Without(r => r.Sensor == 4 && r.TimeUs == 30 * Second).Run().Pictures;
        var flood = Enumerable.Range(0, 1_000_000).Select(i => new TrackReport(30 * Second, 30 * Second, 4, 5_000_000UL + (ulong)i, Place with { X = i }, Speed, 80, 10));
        (Tracker tracker, List<SystemTrack[]> flooded) = (Honest with { Reports = [.. Honest.Reports, .. flood] }).Run();
        Assert.InRange(tracker.Refused(ReportRefusal.TooMany), 1_000_000, 1_000_100);
        for (int scan = 0; scan < expected.Count; scan++) Assert.Equal(expected[scan], flooded[scan]);
    }

    [Fact]
    public void A_hostile_stream_of_two_sensors_breaks_nothing()
    {
        double seconds = double.Parse(Environment.GetEnvironmentVariable("C3FUSION_FUZZ_SECONDS") ?? "4", CultureInfo.InvariantCulture);
        var watch = Stopwatch.StartNew();
        for (int seed = 1; watch.Elapsed.TotalSeconds < seconds; seed++) Fuzz(seed);
    }

    private static void Fuzz(int seed)
    {
        var random = new Random(seed);
        var tracker = new Tracker(Honest.Sensors, new TrackerOptions(2) { MaxReportsPerSensorAndScan = 300, MaxTracks = 200 });
        ILookup<long, TrackReport> byScan = Honest.Reports.Where(r => r.Sensor is not (1 or 5)).ToLookup(r => r.TimeUs / Second);
        var picture = new List<SystemTrack>();
        for (int scan = 0; scan < 40; scan++)
        {
            TrackReport[] honest = [.. byScan[scan]];
            foreach (TrackReport report in honest) tracker.Offer(in report);
            int count = random.Next(10) == 0 ? 400 : random.Next(60);
            for (int i = 0; i < count; i++) tracker.Offer(Mischief(random, honest, scan));
            tracker.CloseScan(scan * Second, picture);
            foreach (SystemTrack t in picture)
            {
                Assert.True(t.Position.IsFinite && t.Velocity.IsFinite && t.Low.IsFinite && t.High.IsFinite && t.StatLow.IsFinite && t.StatHigh.IsFinite, $"seed {seed} scan {scan} track {t.Number}");
                Assert.True(t.Low.X <= t.Position.X && t.Position.X <= t.High.X && t.StatLow.Z <= t.Position.Z && t.Position.Z <= t.StatHigh.Z, $"seed {seed} scan {scan} track {t.Number}");
            }
        }

        Assert.All(tracker.Accusations, a => Assert.True(a.Sensor is 1 or 5, $"seed {seed}: sensor {a.Sensor} is honest: {a.Evidence}"));
    }

    private static TrackReport Mischief(Random random, TrackReport[] honest, int scan)
    {
        TrackReport basis = honest.Length > 0 && random.Next(3) > 0
            ? honest[random.Next(honest.Length)]
            : new TrackReport(scan * Second, scan * Second, 0, 0, new Enu(Wild(random), Wild(random), Wild(random)), new Enu(Wild(random), Wild(random), Wild(random)), Wild(random), Wild(random));
        return basis with
        {
            Sensor = random.Next(50) == 0 ? random.Next(-5, 70) is var s && s is >= 0 and < 8 ? 1 : s : random.Next(2) == 0 ? 1 : 5,
            LocalTrack = random.Next(3) == 0 ? (ulong)random.Next(20) : (ulong)random.NextInt64(),
            TimeUs = random.Next(5) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : (scan * Second) - random.Next(0, 9_000_000),
            Position = random.Next(2) == 0 ? basis.Position : basis.Position + new Enu(random.Next(-2000, 2000), random.Next(-2000, 2000), random.Next(-500, 500)),
            ClaimedSigmaPositionM = Wild(random),
        };
    }

    private static double Wild(Random random) => random.Next(8) switch
    {
        0 => double.NaN,
        1 => double.PositiveInfinity,
        2 => double.MaxValue,
        3 => double.Epsilon,
        4 => -0.0,
        5 => random.NextDouble() * 1e7,
        6 => -random.NextDouble() * 1e5,
        _ => BitConverter.Int64BitsToDouble(random.NextInt64()),
    };
}
