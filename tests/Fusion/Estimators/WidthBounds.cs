using C3Fusion.Fusion.Estimators;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The three proven bounds on the width of M_f and F_f; infinite where one does not apply.</summary>
/// <param name="OfAll">The (2f+1)-th smallest width of all sensors.</param>
/// <param name="OfOneHonest">The (n-2f-b)-th largest honest width, where n-2f-b >= 1.</param>
/// <param name="OfTwoHonest">The sum of the two largest honest widths, where there are two honest.</param>
internal readonly record struct WidthBounds(double OfAll, double OfOneHonest, double OfTwoHonest)
{
    /// <summary>The bounds where the first <paramref name="liars"/> of the intervals lie.</summary>
    public static WidthBounds Of(ReadOnlySpan<Interval> intervals, int f, int liars)
    {
        int n = intervals.Length;
        int honest = n - liars;
        Span<double> widths = stackalloc double[n];
        BruteForce.SortedWidths(intervals, widths);
        double ofAll = widths[2 * f];
        BruteForce.SortedWidths(intervals[liars..], widths);
        int rank = n - (2 * f) - liars;
        double ofOne = rank >= 1 ? widths[honest - rank] : double.PositiveInfinity;
        double ofTwo = honest >= 2 ? widths[honest - 1] + widths[honest - 2] : double.PositiveInfinity;
        return new WidthBounds(ofAll, ofOne, ofTwo);
    }
}
