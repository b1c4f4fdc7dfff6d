using System.Numerics;
using C3Fusion.Fusion.Estimators;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The definitions themselves, spelled out without any of the library's methods: by enumeration of subsets and of points. Plain loops, since campaigns run them a hundred million times.</summary>
internal static class BruteForce
{
    /// <summary>Room for the regions of up to 9 intervals, C(9,4) pieces.</summary>
    public const int Room = 128;

    /// <summary>C_f as the union of the intersections of all subsets of n-f intervals (n at most 9); returns the number of its regions.</summary>
    public static int Regions(ReadOnlySpan<Interval> intervals, int f, Span<Interval> regions)
    {
        int n = intervals.Length;
        int count = 0;
        for (uint subset = FirstSubset(n - f); subset < 1u << n; subset = NextSubset(subset))
        {
            double low = double.NegativeInfinity;
            double high = double.PositiveInfinity;
            for (uint rest = subset; rest != 0; rest &= rest - 1)
            {
                Interval interval = intervals[BitOperations.TrailingZeroCount(rest)];
                if (interval.Low > low) low = interval.Low;
                if (interval.High < high) high = interval.High;
            }

            if (low <= high) count = Join(regions, count, low, high);
        }

        return count;
    }

    /// <summary>c(p).</summary>
    public static int Coverage(ReadOnlySpan<Interval> intervals, double p)
    {
        int covered = 0;
        foreach (Interval interval in intervals)
            if (interval.Low <= p && p <= interval.High) covered++;
        return covered;
    }

    /// <summary>The largest coverage anywhere: one of the ends has it.</summary>
    public static int LargestCoverage(ReadOnlySpan<Interval> intervals)
    {
        int best = 0;
        foreach (Interval interval in intervals) best = Math.Max(best, Coverage(intervals, interval.High));
        return best;
    }

    /// <summary>The largest coverage at a point of <paramref name="within"/>: one of the ends in it has it.</summary>
    public static int LargestCoverage(ReadOnlySpan<Interval> intervals, Interval within)
    {
        int best = 0;
        foreach (Interval interval in intervals)
        {
            if (within.Low <= interval.Low && interval.Low <= within.High) best = Math.Max(best, Coverage(intervals, interval.Low));
            if (within.Low <= interval.High && interval.High <= within.High) best = Math.Max(best, Coverage(intervals, interval.High));
        }

        return best;
    }

    /// <summary>F_f by sorting.</summary>
    public static Interval? FaultTolerant(ReadOnlySpan<Interval> intervals, int f)
    {
        int n = intervals.Length;
        Span<double> lows = stackalloc double[n];
        Span<double> highs = stackalloc double[n];
        for (int i = 0; i < n; i++) (lows[i], highs[i]) = (intervals[i].Low, intervals[i].High);
        lows.Sort();
        highs.Sort();
        return lows[n - 1 - f] <= highs[f] ? new Interval(lows[n - 1 - f], highs[f]) : null;
    }

    /// <summary>The widths, ascending.</summary>
    public static void SortedWidths(ReadOnlySpan<Interval> intervals, Span<double> widths)
    {
        for (int i = 0; i < intervals.Length; i++) widths[i] = intervals[i].High - intervals[i].Low;
        widths[..intervals.Length].Sort();
    }

    /// <summary>The hull of the points in at least n-f boxes, the boxes that contain such a point, and the largest overlap: over all subsets.</summary>
    public static (bool Agrees, ulong Meets, int Overlap) Boxes(ReadOnlySpan<Interval> boxes, int d, int f, Span<Interval> hull)
    {
        int n = boxes.Length / d;
        ulong meets = 0;
        int overlap = 0;
        Span<Interval> common = stackalloc Interval[d];
        for (uint subset = 1; subset < 1u << n; subset++)
        {
            int size = BitOperations.PopCount(subset);
            if ((size <= overlap && size < n - f) || !Intersect(boxes, d, subset, common)) continue;
            overlap = Math.Max(overlap, size);
            if (size < n - f) continue;
            for (int axis = 0; axis < d; axis++)
                hull[axis] = meets == 0 ? common[axis] : new Interval(Math.Min(hull[axis].Low, common[axis].Low), Math.Max(hull[axis].High, common[axis].High));
            meets |= subset;
        }

        return (meets != 0, meets, overlap);
    }

    /// <summary>The smallest mask of <paramref name="size"/> bits; with <see cref="NextSubset"/> all masks of that size, ascending.</summary>
    public static uint FirstSubset(int size) => (1u << size) - 1;

    /// <summary>The next larger mask with as many bits (Gosper).</summary>
    public static uint NextSubset(uint subset)
    {
        uint lowest = subset & (0 - subset);
        uint ripple = subset + lowest;
        return ripple | (((subset ^ ripple) >> 2) / lowest);
    }

    private static bool Intersect(ReadOnlySpan<Interval> boxes, int d, uint subset, Span<Interval> common)
    {
        for (int axis = 0; axis < d; axis++)
        {
            double low = double.NegativeInfinity;
            double high = double.PositiveInfinity;
            for (uint rest = subset; rest != 0; rest &= rest - 1)
            {
                Interval side = boxes[(BitOperations.TrailingZeroCount(rest) * d) + axis];
                if (side.Low > low) low = side.Low;
                if (side.High < high) high = side.High;
            }

            if (low > high) return false;
            common[axis] = new Interval(low, high);
        }

        return true;
    }

    /// <summary>Adds [low, high] to a union of disjoint ascending intervals; closed ones that touch become one.</summary>
    private static int Join(Span<Interval> regions, int count, double low, double high)
    {
        int first = 0;
        while (first < count && regions[first].High < low) first++;
        int last = first;
        for (; last < count && regions[last].Low <= high; last++)
        {
            low = Math.Min(low, regions[last].Low);
            high = Math.Max(high, regions[last].High);
        }

        int moved = count - last;
        regions.Slice(last, moved).CopyTo(regions[(first + 1)..]);
        regions[first] = new Interval(low, high);
        return first + 1 + moved;
    }
}
