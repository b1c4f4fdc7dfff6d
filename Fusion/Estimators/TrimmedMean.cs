using System.Runtime.CompilerServices;

namespace C3Fusion.Fusion.Estimators;

/// <summary>The trimmed mean TM_f: the f smallest and f largest values dropped, the rest averaged.</summary>
/// <remarks>
/// n >= 2f+1. With h the n-b honest values sorted, the mean of the n-2f lowest honest &lt;= TM_f &lt;= the mean of the n-2f
/// highest honest for b &lt;= f; so it lies among the honest values, and its squared distance to the mean of any n-f
/// honest ones is at most f/(n-2f) times their variance: no rule does better (lower bound f/(n-2f), Allouah et al.,
/// AISTATS 2023; here it is attained). Trimming g >= b where b lie: g/(n-b-g). It moves by at most as much as the inputs
/// do (1-Lipschitz in the sup norm). A NaN would break it: values must be finite.
/// </remarks>
public static class TrimmedMean
{
    /// <summary>TM_f of values, right to 1e-15 relative even where they cancel; no allocation.</summary>
    /// <param name="values">1 to 64 finite values.</param>
    /// <param name="f">How many to drop at each end; 2f &lt; n.</param>
    /// <exception cref="ArgumentException">Too few values for f, more than 64, or one that is not finite.</exception>
    [SkipLocalsInit]
    public static double Of(ReadOnlySpan<double> values, int f)
    {
        int n = values.Length;
        PointRules.Check(values, f);
        Span<double> sorted = stackalloc double[IntervalFusion.MaxSensors];
        RankSort.Sort(values, sorted);
        return ExactSum.MeanOfSorted(sorted[f..(n - f)]);
    }

    /// <summary>TM_f of the intervals' midpoints, not clamped.</summary>
    /// <param name="intervals">1 to 64 valid intervals.</param>
    /// <param name="f">How many to drop at each end; 2f &lt; n.</param>
    public static double OfMidpoints(ReadOnlySpan<Interval> intervals, int f)
    {
        PointRules.Check(intervals, f);
        return MidpointOrder.Mean(intervals, f, intervals.Length - f);
    }

    /// <summary>TM_f of the midpoints, moved into the safe interval M_f; null where that is empty. Its error is at most max(p - low, high - p).</summary>
    /// <param name="intervals">1 to 64 valid intervals.</param>
    /// <param name="f">How many to drop at each end; 2f &lt; n.</param>
    public static double? Clamped(ReadOnlySpan<Interval> intervals, int f) =>
        IntervalFusion.Marzullo(intervals, f) is { } safe ? safe.Clamp(OfMidpoints(intervals, f)) : null;

    /// <summary>The online certificate [TM_f(lows), TM_f(highs)]: contains the truth while at most f intervals miss it, and TM_f of the midpoints, and F_f.</summary>
    /// <param name="intervals">1 to 64 valid intervals.</param>
    /// <param name="f">How many to drop at each end; 2f &lt; n.</param>
    [SkipLocalsInit]
    public static Interval Certificate(ReadOnlySpan<Interval> intervals, int f)
    {
        PointRules.Check(intervals, f);
        int n = intervals.Length;
        Span<double> lows = stackalloc double[IntervalFusion.MaxSensors];
        Span<double> highs = stackalloc double[IntervalFusion.MaxSensors];
        EndpointColumns.SplitSorted(intervals, lows, highs);
        return new Interval(ExactSum.MeanOfSorted(lows[f..(n - f)]), ExactSum.MeanOfSorted(highs[f..(n - f)]));
    }
}
