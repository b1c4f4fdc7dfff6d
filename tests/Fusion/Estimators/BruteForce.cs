using C3Fusion.Fusion.Estimators;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The definitions themselves, spelled out without any of the library's methods: by enumeration of subsets and of points.</summary>
internal static class BruteForce
{
    /// <summary>C_f as the union of the intersections of all subsets of n-f intervals.</summary>
    public static List<Interval> Regions(Interval[] intervals, int f)
    {
        int n = intervals.Length;
        var pieces = new List<Interval>();
        for (int subset = 1; subset < 1 << n; subset++)
        {
            if (System.Numerics.BitOperations.PopCount((uint)subset) != n - f) continue;
            double low = double.NegativeInfinity;
            double high = double.PositiveInfinity;
            for (int i = 0; i < n; i++)
            {
                if ((subset >> i & 1) == 0) continue;
                low = Math.Max(low, intervals[i].Low);
                high = Math.Min(high, intervals[i].High);
            }

            if (low <= high) pieces.Add(new Interval(low, high));
        }

        var regions = new List<Interval>();
        foreach (Interval piece in pieces.OrderBy(piece => piece.Low))
        {
            if (regions.Count > 0 && piece.Low <= regions[^1].High) regions[^1] = new Interval(regions[^1].Low, Math.Max(regions[^1].High, piece.High));
            else regions.Add(piece);
        }

        return regions;
    }

    /// <summary>c(p).</summary>
    public static int Coverage(Interval[] intervals, double p) => intervals.Count(interval => interval.Low <= p && p <= interval.High);

    /// <summary>The largest coverage at a point of <paramref name="within"/>: one of the ends in it has it.</summary>
    public static int LargestCoverage(Interval[] intervals, Interval within) =>
        intervals.SelectMany(i => new[] { i.Low, i.High }).Where(p => within.Low <= p && p <= within.High).Max(p => Coverage(intervals, p));

    /// <summary>F_f by sorting.</summary>
    public static Interval? FaultTolerant(Interval[] intervals, int f)
    {
        double low = intervals.Select(i => i.Low).OrderDescending().ElementAt(f);
        double high = intervals.Select(i => i.High).Order().ElementAt(f);
        return low <= high ? new Interval(low, high) : null;
    }

    /// <summary>The hull of the points in at least n-f boxes, the boxes that contain such a point, and the largest overlap: over all subsets.</summary>
    public static (Interval[]? Hull, ulong Meets, int Overlap) Boxes(Interval[] boxes, int d, int f)
    {
        int n = boxes.Length / d;
        Interval[]? hull = null;
        ulong meets = 0;
        int overlap = 0;
        for (ulong subset = 1; subset < 1UL << n; subset++)
        {
            int size = System.Numerics.BitOperations.PopCount(subset);
            if (size <= overlap && size < n - f) continue;
            var common = new Interval[d];
            bool empty = false;
            for (int axis = 0; axis < d; axis++)
            {
                double low = double.NegativeInfinity;
                double high = double.PositiveInfinity;
                for (int i = 0; i < n; i++)
                {
                    if ((subset >> i & 1) == 0) continue;
                    low = Math.Max(low, boxes[(i * d) + axis].Low);
                    high = Math.Min(high, boxes[(i * d) + axis].High);
                }

                common[axis] = new Interval(low, high);
                empty |= low > high;
            }

            if (empty) continue;
            overlap = Math.Max(overlap, size);
            if (size < n - f) continue;
            meets |= subset;
            hull = hull is null ? common : [.. hull.Zip(common, (a, b) => new Interval(Math.Min(a.Low, b.Low), Math.Max(a.High, b.High)))];
        }

        return (hull, meets, overlap);
    }
}
