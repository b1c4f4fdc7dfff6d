using System.Numerics;

namespace C3Fusion.Fusion.Estimators;

/// <summary>Counts by comparing every end with every interval, a vector of ends at a time: for n up to 64 faster than any sort, and free of branches.</summary>
/// <remarks>Counts are whole numbers, so the vector width of the machine cannot reach a result. All columns come from <see cref="EndpointColumns"/>.</remarks>
internal static class CoverageCount
{
    /// <summary>All bits in the lanes whose point lies in the closed interval of that lane: the one place where intervals are closed for whole vectors.</summary>
    public static Vector<long> Contains(Vector<double> low, Vector<double> high, Vector<double> point) =>
        Vector.LessThanOrEqual(low, point) & Vector.LessThanOrEqual(point, high);

    /// <summary>c(l_j) for every low.</summary>
    public static void AtLows(ReadOnlySpan<double> lows, ReadOnlySpan<double> highs, int n, Span<long> coverage)
    {
        for (int block = 0; block < n; block += Vector<double>.Count)
        {
            var low = new Vector<double>(lows[block..]);
            Vector<long> atLow = Vector<long>.Zero;
            for (int i = 0; i < n; i++) atLow -= Contains(new Vector<double>(lows[i]), new Vector<double>(highs[i]), low);
            atLow.CopyTo(coverage[block..]);
        }
    }

    /// <summary>The hull of the points that at least <paramref name="need"/> intervals cover; [+inf, -inf] where there are none.</summary>
    public static Interval HullOfCovered(ReadOnlySpan<double> lows, ReadOnlySpan<double> highs, int n, int need)
    {
        var enough = new Vector<long>(need);
        var hull = EndHull.None;
        for (int block = 0; block < n; block += Vector<double>.Count)
        {
            var low = new Vector<double>(lows[block..]);
            var high = new Vector<double>(highs[block..]);
            Vector<long> atLow = Vector<long>.Zero;
            Vector<long> atHigh = Vector<long>.Zero;
            for (int i = 0; i < n; i++)
            {
                var l = new Vector<double>(lows[i]);
                var u = new Vector<double>(highs[i]);
                atLow -= Contains(l, u, low);
                atHigh -= Contains(l, u, high);
            }

            hull = hull.With(low, Vector.GreaterThanOrEqual(atLow, enough), high, Vector.GreaterThanOrEqual(atHigh, enough));
        }

        return hull.Ends;
    }

    /// <summary>[(f+1)-th largest low, (f+1)-th smallest high]: the smallest low that at most f lows exceed, the largest high that at most f highs are below.</summary>
    public static Interval InnerEnds(ReadOnlySpan<double> lows, ReadOnlySpan<double> highs, int n, int f)
    {
        var most = new Vector<long>(f);
        var hull = EndHull.None;
        for (int block = 0; block < n; block += Vector<double>.Count)
        {
            var low = new Vector<double>(lows[block..]);
            var high = new Vector<double>(highs[block..]);
            Vector<long> above = Vector<long>.Zero;
            Vector<long> below = Vector<long>.Zero;
            for (int i = 0; i < n; i++)
            {
                above -= Vector.GreaterThan(new Vector<double>(lows[i]), low);
                below -= Vector.LessThan(new Vector<double>(highs[i]), high);
            }

            hull = hull.With(low, Vector.LessThanOrEqual(above, most), high, Vector.LessThanOrEqual(below, most));
        }

        return hull.Ends;
    }
}
