using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The proven width and error bounds of M_f and F_f: never exceeded, met with equality, and reached by the best response of liars who see every honest reading.</summary>
public sealed class WidthBoundTests
{
    private const double Rounding = 1e-12;

    [Fact]
    public void No_width_exceeds_its_bounds() => IntervalCase.Within().Sample(c =>
    {
        double cap = WidthCap(c);
        return Width(IntervalFusion.Marzullo(c.Intervals, c.F)) <= cap + Rounding && Width(IntervalFusion.FaultTolerant(c.Intervals, c.F)) <= cap + Rounding;
    }, iter: Campaign.Cases());

    [Fact]
    public void Beyond_f_there_is_an_alarm_or_an_error_of_one_honest_width() => IntervalCase.Beyond().Sample(c =>
    {
        int b = c.N - BruteForce.Coverage(c.Intervals, 0);
        if (b <= c.F || b > c.N - c.F - 1) return true;
        double[] honest = [.. c.Intervals.Where(i => i.Contains(0)).Select(i => i.Width).OrderDescending()];
        double bound = honest[c.N - c.F - b - 1];
        foreach (Interval region in BruteForce.Regions(c.Intervals, c.F))
            if (Math.Max(Math.Abs(region.Low), Math.Abs(region.High)) > bound + Rounding) return false;
        return true;
    }, iter: Campaign.Cases());

    [Theory]
    [InlineData(3, 1)]
    [InlineData(5, 1)]
    [InlineData(5, 2)]
    [InlineData(8, 3)]
    [InlineData(64, 31)]
    public void The_bound_over_all_sensors_is_met_with_equality(int n, int f)
    {
        // f times [0, 5] and f times [5, 10] agree with the n-2f wide ones at 0 and at 10 alike: w_(2f+1) is the least of the wide.
        Interval[] intervals = [.. Enumerable.Range(0, n).Select(i => i < f ? new Interval(0, 5) : i < 2 * f ? new Interval(5, 10) : new Interval(0, i == 2 * f ? 10 : 10 + i))];
        Assert.Equal(10, intervals.Select(i => i.Width).Order().ElementAt(2 * f));
        Assert.Equal(new Interval(0, 10), IntervalFusion.Marzullo(intervals, f));
        Assert.Equal(new Interval(0, 10), IntervalFusion.FaultTolerant(intervals, f));
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(5, 1)]
    [InlineData(7, 2)]
    [InlineData(9, 2)]
    [InlineData(10, 3)]
    [InlineData(64, 21)]
    public void The_bound_of_one_honest_width_is_met_with_equality(int n, int f)
    {
        // The truth is 5; f lie. The (n-3f)-th largest honest width is 10: n-3f-1 are wider, f end at the truth, f begin there.
        int rank = n - (3 * f);
        Interval[] honest = [.. Enumerable.Repeat(new Interval(-5, 15), rank - 1), new(0, 10), .. Enumerable.Repeat(new Interval(0, 5), f), .. Enumerable.Repeat(new Interval(5, 10), f)];
        Interval[] intervals = [.. Enumerable.Repeat(new Interval(-9, 4), f), .. honest];
        Assert.Equal(10, honest.Select(i => i.Width).OrderDescending().ElementAt(rank - 1));
        Assert.True(Width(IntervalFusion.Marzullo(intervals, f)) < 10);
        intervals = [.. Enumerable.Repeat(new Interval(-9, 19), f), .. honest]; // over-wide lies cost the most
        Assert.Equal(new Interval(0, 10), IntervalFusion.Marzullo(intervals, f));
        Assert.Equal(new Interval(0, 10), IntervalFusion.FaultTolerant(intervals, f));
    }

    [Fact]
    public void The_sum_of_the_two_largest_honest_widths_is_met_with_equality()
    {
        // n = 2f+1 = 3: honest [0, 3] and [3, 5] touch in the truth 3; the liar covers both.
        Interval[] intervals = [new(0, 5), new(0, 3), new(3, 5)];
        Assert.Equal(5, Width(IntervalFusion.Marzullo(intervals, 1)));
        Assert.Equal(5, Width(IntervalFusion.FaultTolerant(intervals, 1)));
    }

    [Fact]
    public void Below_2f_plus_1_honest_agreement_there_is_no_bound()
    {
        // b = n-f colluders: no alarm, any error.
        Interval[] intervals = [new(1e9, 1e9), new(1e9, 1e9), new(1e9, 1e9), new(-1, 1)];
        var regions = new Interval[64];
        IntervalFusionResult result = IntervalFusion.Fuse(intervals, 1, regions);
        Assert.Equal(FusionStatus.Ok, result.Status);
        Assert.Equal(new Interval(1e9, 1e9), result.Marzullo);
        Assert.Equal(8ul, result.Accused); // and the honest one is framed
    }

    [Fact]
    public void One_honest_width_of_error_beyond_f_is_met_with_equality()
    {
        // n = 4, f = 1, b = 2 = n-f-1... liars at [1, 1] touch the honest [0, 1], whose truth is 0.
        Interval[] intervals = [new(1, 2), new(1, 2), new(0, 1), new(0, 1)];
        Assert.Equal(new Interval(1, 1), IntervalFusion.Marzullo(intervals, 1));
        // One step further and it is an alarm.
        Assert.Null(IntervalFusion.Marzullo([new(1.001, 2), new(1.001, 2), new(0, 1), new(0, 1)], 1));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 1)]
    [InlineData(5, 2)]
    [InlineData(6, 2)]
    [InlineData(7, 2)]
    [InlineData(7, 3)]
    public void The_best_response_reaches_95_percent_of_the_width_bounds_and_no_more(int n, int f)
    {
        double bestM = 0;
        double bestF = 0;
        double bestPoint = 0;
        Lock gate = new();
        HonestReadings(n - f).Sample(honest =>
        {
            Interval[] attacked = [.. Enumerable.Repeat(default(Interval), f), .. honest];
            double cap = double.MaxValue;
            double m = 0;
            double fti = 0;
            double point = 0;
            foreach (Interval lie in Lies(honest))
            {
                // Liars together: f times the same lie, or split to the two ends.
                foreach (bool split in new[] { false, true })
                {
                    for (int i = 0; i < f; i++) attacked[i] = split && i % 2 == 1 ? new Interval(-lie.High, -lie.Low) : lie;
                    cap = WidthCap(new IntervalCase(attacked, f, f));
                    if (cap <= 0) continue;
                    Interval safe = IntervalFusion.Marzullo(attacked, f)!.Value;
                    m = Math.Max(m, safe.Width / cap);
                    fti = Math.Max(fti, Width(IntervalFusion.FaultTolerant(attacked, f)) / cap);
                    if (safe.Width > 0) point = Math.Max(point, Math.Abs(safe.Midpoint) / (safe.Width / 2));
                }
            }

            lock (gate)
            {
                bestM = Math.Max(bestM, m);
                bestF = Math.Max(bestF, fti);
                bestPoint = Math.Max(bestPoint, point);
            }

            return m <= 1 + Rounding && fti <= 1 + Rounding && point <= 1 + Rounding;
        }, iter: Math.Max(5_000, Campaign.Cases(5_000)));
        Assert.InRange(bestM, 0.95, 1 + Rounding);
        Assert.InRange(bestF, 0.95, 1 + Rounding);
        Assert.InRange(bestPoint, 0.95, 1 + Rounding); // error of the midpoint beside its bound |M_f| / 2
    }

    [Theory]
    [InlineData(4, 1, 2)]
    [InlineData(5, 1, 2)]
    [InlineData(5, 1, 3)]
    [InlineData(7, 2, 3)]
    [InlineData(7, 2, 4)]
    public void The_best_response_beyond_f_reaches_95_percent_of_one_honest_width(int n, int f, int b)
    {
        double best = 0;
        Lock gate = new();
        HonestReadings(n - b).Sample(honest =>
        {
            double bound = honest.Select(i => i.Width).OrderDescending().ElementAt(n - f - b - 1);
            if (bound == 0) return true;
            double worst = 0;
            foreach (double p in honest.SelectMany(i => new[] { i.Low, i.High }))
            {
                // All liars on one point that enough honest ones contain, and that is not the truth.
                if (p == 0) continue;
                Interval[] attacked = [.. Enumerable.Repeat(p > 0 ? new Interval(p, p + 1) : new Interval(p - 1, p), b), .. honest];
                if (IntervalFusion.Marzullo(attacked, f) is { } m) worst = Math.Max(worst, Math.Max(Math.Abs(m.Low), Math.Abs(m.High)));
            }

            lock (gate) best = Math.Max(best, worst / bound);
            return worst <= bound + Rounding;
        }, iter: Math.Max(20_000, Campaign.Cases(20_000)));
        Assert.InRange(best, 0.95, 1 + Rounding);
    }

    private static Gen<Interval[]> HonestReadings(int count) =>
        from low in Gen.Int[0, 8].Array[count] from high in Gen.Int[0, 8].Array[count] select low.Zip(high, (l, h) => new Interval(-l, h)).ToArray();

    /// <summary>Every interval between two honest ends, or beyond them.</summary>
    private static IEnumerable<Interval> Lies(Interval[] honest)
    {
        double[] ends = [.. honest.SelectMany(i => new[] { i.Low, i.High }).Append(-100).Append(100).Distinct().Order()];
        foreach (double low in ends)
            foreach (double high in ends)
                if (low <= high) yield return new Interval(low, high);
    }

    /// <summary>The least of the proven bounds that apply to the case.</summary>
    private static double WidthCap(IntervalCase c)
    {
        double cap = c.Intervals.Select(i => i.Width).Order().ElementAt(2 * c.F);
        double[] honest = c.HonestWidths;
        int rank = c.N - (2 * c.F) - c.Liars;
        if (rank >= 1) cap = Math.Min(cap, honest[rank - 1]);
        if (honest.Length >= 2) cap = Math.Min(cap, honest[0] + honest[1]);
        return cap;
    }

    private static double Width(Interval? interval) => interval?.Width ?? 0;
}
