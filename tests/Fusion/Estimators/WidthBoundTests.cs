using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The proven width and error bounds of M_f and F_f: never exceeded, and met with equality. Who reaches them is in <see cref="BestResponseTests"/>.</summary>
public sealed class WidthBoundTests
{
    internal const double Rounding = 1e-12;

    [Fact]
    public void No_width_exceeds_any_of_its_three_bounds() => IntervalCase.Within().Hold(c =>
    {
        WidthBounds bounds = WidthBounds.Of(c.Intervals, c.F, c.Liars);
        double widest = Math.Max(Width(IntervalFusion.Marzullo(c.Intervals, c.F)), Width(IntervalFusion.FaultTolerant(c.Intervals, c.F)));
        return widest <= bounds.OfAll + Rounding && widest <= bounds.OfOneHonest + Rounding && widest <= bounds.OfTwoHonest + Rounding;
    });

    [Fact]
    public void The_midpoint_errs_by_at_most_half_the_width_and_any_clamped_estimate_by_the_farther_end() => IntervalCase.Within().Hold(c =>
    {
        Interval safe = IntervalFusion.Marzullo(c.Intervals, c.F)!.Value;
        double clamped = TrimmedMean.Clamped(c.Intervals, c.F)!.Value;
        double bi = BrooksIyengar.Estimate(c.Intervals, c.F)!.Value;
        return Math.Abs(safe.Midpoint) <= (safe.Width / 2) + Rounding
            && Math.Abs(clamped) <= Math.Max(clamped - safe.Low, safe.High - clamped) + Rounding
            && Math.Abs(bi) <= Math.Max(bi - safe.Low, safe.High - bi) + Rounding;
    });

    [Fact]
    public void The_midpoint_has_the_least_worst_error_and_its_bound_is_met_with_equality()
    {
        // Each point of [0, 2] is the truth in some world with one liar: whoever names p is off by max(p, 2 - p).
        Interval[] intervals = [new(0, 2), new(0, 2), new(0, 2), new(5, 6)];
        Interval safe = IntervalFusion.Marzullo(intervals, 1)!.Value;
        double worstOfMidpoint = Math.Max(safe.Midpoint - safe.Low, safe.High - safe.Midpoint);
        Assert.Equal(safe.Width / 2, worstOfMidpoint);
        for (double p = 0; p <= 2; p += 0.125) Assert.True(Math.Max(p - safe.Low, safe.High - p) >= worstOfMidpoint);
    }

    [Fact]
    public void Beyond_f_there_is_an_alarm_or_an_error_of_one_honest_width() => IntervalCase.Beyond().Hold(c =>
    {
        int b = c.N - BruteForce.Coverage(c.Intervals, 0);
        if (b <= c.F || b > c.N - c.F - 1) return true;
        Span<Interval> honest = stackalloc Interval[c.N];
        Span<double> widths = stackalloc double[c.N];
        Span<Interval> regions = stackalloc Interval[64];
        int count = 0;
        foreach (Interval interval in c.Intervals)
            if (interval.Contains(0)) honest[count++] = interval;
        BruteForce.SortedWidths(honest[..count], widths);
        double bound = widths[count - (c.N - c.F - b)];
        IntervalFusionResult result = IntervalFusion.Fuse(c.Intervals, c.F, regions);
        if (result.RegionCount == 0) return result.Status == FusionStatus.Alarm;
        foreach (Interval region in regions[..result.RegionCount])
            if (Math.Max(Math.Abs(region.Low), Math.Abs(region.High)) > bound + Rounding) return false;
        return true;
    });

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
        // n = 4, f = 1, b = 2 = n-f-1: liars at [1, 2] touch the honest [0, 1], whose truth is 0.
        Interval[] intervals = [new(1, 2), new(1, 2), new(0, 1), new(0, 1)];
        Assert.Equal(new Interval(1, 1), IntervalFusion.Marzullo(intervals, 1));
        // One step further and it is an alarm.
        Assert.Null(IntervalFusion.Marzullo([new(1.001, 2), new(1.001, 2), new(0, 1), new(0, 1)], 1));
    }

    internal static double Width(Interval? interval) => interval?.Width ?? 0;
}
