using System.Runtime.Intrinsics;
using C3Fusion.Fusion.Estimators;
using C3Fusion.Fusion.Tracking;
using Xunit;

namespace C3Fusion.Fusion.Tests.Tracking;

/// <summary>The hard box is C_f of the readings as they were reported, at the roster's bounds, and nothing that was learnt narrows or moves it.</summary>
public sealed class HardBoxTests
{
    private const long Second = TrackedExercise.Second;
    private static readonly double[] Sigmas = [30, 40, 50, 60, 80, 150, 200, 250];
    private static readonly SensorModel[] Sensors = [.. Sigmas.Select((s, i) => new SensorModel($"S{i}", s, s / 8, BoundK: 4, BiasCapM: i % 2 == 0 ? 0 : 45))];

    /// <summary>Against a count of every interval at every end, written down from the reports alone.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void It_is_the_hull_of_the_points_in_all_but_f_of_the_reported_intervals(double registrationErrorM)
    {
        var random = new Random(4);
        var tracker = new Tracker(Sensors, new TrackerOptions(2));
        var picture = new List<SystemTrack>();
        int compared = 0;
        for (int scan = 0; scan < 120; scan++)
        {
            var reports = new List<TrackReport>();
            for (int s = 0; s < Sensors.Length; s++)
            {
                for (int target = 0; target < 6; target++)
                {
                    Enu truth = new((target * 15_000) + (150 * scan), 20_000 + (target * 9000), 5000);
                    Enu noise = new(Noise(random) * Sigmas[s], Noise(random) * Sigmas[s], Noise(random) * Sigmas[s]);
                    Enu error = s == 1 ? new Enu(registrationErrorM, 0, 0) : default;
                    reports.Add(new TrackReport(scan * Second, scan * Second, s, (ulong)target, truth + noise + error, new Enu(150, 0, 0), Sigmas[s], Sigmas[s] / 8));
                }
            }

            foreach (TrackReport report in reports) tracker.Offer(report);
            tracker.CloseScan(scan * Second, picture);
            foreach (SystemTrack track in picture.Where(t => t.Assurance == Assurance.Assured && t.ReadingCount == 8))
            {
                ulong target = (ulong)Math.Round((track.Position.Y - 20_000) / 9000);
                TrackReport[] own = [.. reports.Where(r => r.LocalTrack == target)];
                foreach ((Func<Enu, double> axis, double learnt) in new (Func<Enu, double>, double)[] { (p => p.X, 2 * registrationErrorM), (p => p.Y, 15), (p => p.Z, 15) })
                {
                    // What is learnt of registration and clock (all fly alike here, so the one looks like the other) may widen an interval, never narrow it.
                    (double low, double high) = Hull([.. own.Select(r => axis(r.Position))], [.. own.Select(r => Half(r.Sensor))], 2);
                    Assert.InRange(axis(track.Low), low - (registrationErrorM == 0 ? 1e-6 : learnt), low + 1e-6);
                    Assert.InRange(axis(track.High), high - 1e-6, high + (registrationErrorM == 0 ? 1e-6 : learnt));
                }

                compared++;
            }
        }

        Assert.InRange(compared, 400, 720);
    }

    [Fact]
    public void The_columns_give_what_the_interval_estimators_give()
    {
        var random = new Random(9);
        var columns = new IntervalColumns();
        for (int trial = 0; trial < 2000; trial++)
        {
            int n = random.Next(1, 12), f = random.Next(0, 4);
            columns.Clear();
            var intervals = new Interval[n];
            for (int i = 0; i < n; i++)
            {
                double centre = random.Next(0, 60), half = random.Next(0, 12);
                intervals[i] = new Interval(centre - half, centre + half);
                columns.Add(n - 1 - i, Vector256.Create(centre, 0, 0, 0), Vector256.Create(half, double.PositiveInfinity, 1000.0, 0));
            }

            columns.Hull(f, out Vector256<double> low, out Vector256<double> high);
            Assert.Equal(Vector256.Create(n, 0.0, n, 0.0), columns.Counts);
            Assert.True(low.GetElement(1) > high.GetElement(1));
            (double lowest, double highest) = n > f ? Hull([.. intervals.Select(x => (x.Low + x.High) / 2)], [.. intervals.Select(x => x.Width / 2)], f) : (double.PositiveInfinity, double.NegativeInfinity);
            Assert.Equal((lowest, highest), (low.GetElement(0), high.GetElement(0)));
            if (n >= (2 * f) + 1 && IntervalFusion.Marzullo(intervals, f) is { } marzullo) Assert.Equal(marzullo, new Interval(low.GetElement(0), high.GetElement(0)));

            // A sensor is contradicted where more than f others are needed to have lied if it did not.
            ulong expected = 0;
            int most = n == 0 ? 0 : intervals.Max(x => Coverage(intervals, x));
            for (int i = 0; i < n; i++)
            {
                if (n >= (2 * f) + 1 && n - most <= f && n - Coverage(intervals, intervals[i]) > f) expected |= 1UL << (n - 1 - i);
            }

            Assert.Equal(expected, columns.Contradicted(f));
        }
    }

    private static double Half(int sensor) => (4 * Sigmas[sensor]) + Math.Max(Math.Max(8, 0.15 * Sigmas[sensor]), sensor % 2 == 0 ? 0 : 45);

    /// <summary>m_i: the largest number of intervals with a common point inside <paramref name="within"/>.</summary>
    private static int Coverage(Interval[] intervals, Interval within) =>
        intervals.Select(x => x.Low).Where(within.Contains).Select(p => intervals.Count(x => x.Contains(p))).DefaultIfEmpty(0).Max();

    private static (double Low, double High) Hull(double[] centres, double[] halves, int f)
    {
        (double Low, double High)[] intervals = [.. centres.Zip(halves, (c, h) => (c - h, c + h))];
        bool Covered(double p) => intervals.Count(x => x.Low <= p && p <= x.High) >= intervals.Length - f;
        double[] lows = [.. intervals.Select(x => x.Low).Where(Covered)], highs = [.. intervals.Select(x => x.High).Where(Covered)];
        return lows.Length == 0 || highs.Length == 0 ? (double.PositiveInfinity, double.NegativeInfinity) : (lows.Min(), highs.Max());
    }

    private static double Noise(Random random) => random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5;
}
