using System.Runtime.CompilerServices;

namespace C3Fusion.Fusion.Estimators;

/// <summary>The median, the mean of the two middle values for even n.</summary>
/// <remarks>Among the honest values for every b &lt; n/2 without knowing b. Per axis its squared distance to the honest mean is at most floor((n-1)/2) / (floor(n/2)+1-f) honest variances: less accurate than the trimmed mean where f is known.</remarks>
public static class Median
{
    /// <summary>Of 1 to 64 finite values.</summary>
    /// <param name="values">The values.</param>
    [SkipLocalsInit]
    public static double Of(ReadOnlySpan<double> values)
    {
        PointRules.Check(values, 0);
        Span<double> sorted = stackalloc double[IntervalFusion.MaxSensors];
        RankSort.Sort(values, sorted);
        int n = values.Length;
        return new Interval(sorted[(n - 1) / 2], sorted[n / 2]).Midpoint;
    }

    /// <summary>Of the midpoints of 1 to 64 valid intervals.</summary>
    /// <param name="intervals">The intervals.</param>
    public static double OfMidpoints(ReadOnlySpan<Interval> intervals)
    {
        PointRules.Check(intervals, 0);
        int n = intervals.Length;
        return MidpointOrder.Mean(intervals, (n - 1) / 2, (n / 2) + 1);
    }
}
