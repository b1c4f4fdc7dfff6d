using System.Numerics;
using System.Runtime.Intrinsics;

namespace C3Fusion.Fusion.Estimators;

/// <summary>Counts by comparing every end with every interval, a vector of ends at a time: for n up to 64 faster than any sort, and free of branches.</summary>
/// <remarks>Counts are whole numbers, so the vector width of the machine cannot reach a result. All columns come from <see cref="EndpointColumns"/>.</remarks>
internal static class CoverageCount
{
    /// <summary>c(l_j) for every low.</summary>
    public static void AtLows(ReadOnlySpan<double> lows, ReadOnlySpan<double> highs, int n, Span<long> coverage)
    {
        for (int block = 0; block < n; block += Vector<double>.Count)
            At(new Vector<double>(lows[block..]), lows, highs, n).CopyTo(coverage[block..]);
    }

    /// <summary>The hull of the points that at least <paramref name="need"/> intervals cover; [+inf, -inf] where there are none.</summary>
    public static Interval HullOfCovered(ReadOnlySpan<double> lows, ReadOnlySpan<double> highs, int n, int need)
    {
        var enough = new Vector<long>(need);
        var none = new Vector<double>(double.PositiveInfinity);
        Vector<double> smallest = none;
        Vector<double> largest = -none;
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
                atLow -= Vector.LessThanOrEqual(l, low) & Vector.LessThanOrEqual(low, u);
                atHigh -= Vector.LessThanOrEqual(l, high) & Vector.LessThanOrEqual(high, u);
            }

            smallest = Vector.MinNative(smallest, Vector.ConditionalSelect(Vector.GreaterThanOrEqual(atLow, enough), low, none));
            largest = Vector.MaxNative(largest, Vector.ConditionalSelect(Vector.GreaterThanOrEqual(atHigh, enough), high, -none));
        }

        return new Interval(Smallest(smallest), Largest(largest));
    }

    /// <summary>[(f+1)-th largest low, (f+1)-th smallest high]: the smallest low that at most f lows exceed, the largest high that at most f highs are below.</summary>
    public static Interval InnerEnds(ReadOnlySpan<double> lows, ReadOnlySpan<double> highs, int n, int f)
    {
        var most = new Vector<long>(f);
        var none = new Vector<double>(double.PositiveInfinity);
        Vector<double> smallest = none;
        Vector<double> largest = -none;
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

            smallest = Vector.MinNative(smallest, Vector.ConditionalSelect(Vector.LessThanOrEqual(above, most), low, none));
            largest = Vector.MaxNative(largest, Vector.ConditionalSelect(Vector.LessThanOrEqual(below, most), high, -none));
        }

        return new Interval(Smallest(smallest), Largest(largest));
    }

    private static Vector<long> At(Vector<double> points, ReadOnlySpan<double> lows, ReadOnlySpan<double> highs, int n)
    {
        Vector<long> coverage = Vector<long>.Zero;
        for (int i = 0; i < n; i++)
            coverage -= Vector.LessThanOrEqual(new Vector<double>(lows[i]), points) & Vector.LessThanOrEqual(points, new Vector<double>(highs[i]));
        return coverage;
    }

    /// <summary>Halves the vector until one lane is left: a loop over lanes would go through memory.</summary>
    private static double Smallest(Vector<double> values)
    {
        if (Vector<double>.Count == 4)
        {
            Vector256<double> four = values.AsVector256();
            Vector128<double> two = Vector128.MinNative(four.GetLower(), four.GetUpper());
            return Vector128.MinNative(two, Vector128.Shuffle(two, Vector128.Create(1L, 0L))).ToScalar();
        }

        double best = values[0];
        for (int i = 1; i < Vector<double>.Count; i++) best = values[i] < best ? values[i] : best;
        return best;
    }

    private static double Largest(Vector<double> values)
    {
        if (Vector<double>.Count == 4)
        {
            Vector256<double> four = values.AsVector256();
            Vector128<double> two = Vector128.MaxNative(four.GetLower(), four.GetUpper());
            return Vector128.MaxNative(two, Vector128.Shuffle(two, Vector128.Create(1L, 0L))).ToScalar();
        }

        double best = values[0];
        for (int i = 1; i < Vector<double>.Count; i++) best = values[i] > best ? values[i] : best;
        return best;
    }
}
