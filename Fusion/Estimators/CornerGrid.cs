using System.Numerics;

namespace C3Fusion.Fusion.Estimators;

/// <summary>The corners that can matter to a union of boxes: per axis a list of coordinates, each with the mask of the boxes that cover it.</summary>
internal ref struct CornerGrid
{
    /// <summary>Entries that the two work areas need.</summary>
    public const int Room = JointBoxes.MaxDimensions * IntervalFusion.MaxSensors;

    private readonly Span<ulong> masks;
    private readonly Span<double> values;
    private readonly int d;
    private AxisCounts counts;
    private AxisCounts first;
    private int need;
    private ulong union;

    public CornerGrid(Span<ulong> masks, Span<double> values, int d)
    {
        this.masks = masks;
        this.values = values;
        this.d = d;
    }

    [System.Runtime.CompilerServices.InlineArray(JointBoxes.MaxDimensions)]
    private struct AxisCounts
    {
        private int element;
    }

    public static ulong AllSensors(int n) => n == 64 ? ulong.MaxValue : (1UL << n) - 1;

    /// <summary>The largest number of boxes with a common point.</summary>
    public int LargestOverlap(ReadOnlySpan<Interval> boxes, int n)
    {
        for (int axis = 0; axis < d; axis++) FillLows(boxes, axis, 1, keepSmaller: false);
        need = 1;
        SearchLargest(0, AllSensors(n));
        return need - 1;
    }

    /// <summary>For each box the largest number of boxes that share a point with it.</summary>
    public void LargestOverlaps(ReadOnlySpan<Interval> boxes, int n, Span<int> overlaps)
    {
        for (int axis = 0; axis < d; axis++) FillLows(boxes, axis, 1, keepSmaller: false);
        Span<ulong> atLevel = stackalloc ulong[IntervalFusion.MaxSensors + 1];
        atLevel.Clear();
        SearchLevels(0, AllSensors(n), atLevel);
        for (int i = 0; i < n; i++)
        {
            int level = n;
            while ((atLevel[level] >> i & 1) == 0) level--;
            overlaps[i] = level;
        }
    }

    /// <summary>Writes the hull of the points that at least <paramref name="wanted"/> boxes cover (there must be one) and returns the mask of the boxes that contain such a point.</summary>
    public ulong Hull(ReadOnlySpan<Interval> boxes, int n, int wanted, Span<Interval> hull)
    {
        need = wanted;
        union = 0;
        Span<double> lows = stackalloc double[JointBoxes.MaxDimensions];
        for (int axis = 0; axis < d; axis++) FillLows(boxes, axis, wanted, keepSmaller: true);
        FindFirst(n);
        for (int axis = 0; axis < d; axis++) lows[axis] = values[(axis * IntervalFusion.MaxSensors) + first[axis]];

        for (int axis = 0; axis < d; axis++) FillHighs(boxes, axis, wanted);
        FindFirst(n);
        Span<double> column = stackalloc double[IntervalFusion.MaxSensors];
        for (int axis = 0; axis < d; axis++)
        {
            double high = -values[(axis * IntervalFusion.MaxSensors) + first[axis]];
            for (int i = 0; i < n; i++) column[i] = boxes[(i * d) + axis].Low;
            double low = SignedZero.OfLow(lows[axis], column[..n]);
            for (int i = 0; i < n; i++) column[i] = boxes[(i * d) + axis].High;
            hull[axis] = new Interval(low, SignedZero.OfHigh(high, column[..n]));
        }

        return union;
    }

    private void FindFirst(int n)
    {
        for (int axis = 0; axis < d; axis++) first[axis] = int.MaxValue;
        SearchCovered(0, AllSensors(n));
    }

    private void FillLows(ReadOnlySpan<Interval> boxes, int axis, int least, bool keepSmaller)
    {
        counts[axis] = 0;
        for (int j = axis; j < boxes.Length; j += d) Offer(axis, boxes[j].Low, Covering(boxes, axis, d, boxes[j].Low), least, keepSmaller);
    }

    /// <summary>The same mirrored: coordinates are stored negated, so that the wanted extreme is the smallest here too.</summary>
    private void FillHighs(ReadOnlySpan<Interval> boxes, int axis, int least)
    {
        counts[axis] = 0;
        for (int j = axis; j < boxes.Length; j += d) Offer(axis, -boxes[j].High, Covering(boxes, axis, d, boxes[j].High), least, keepSmaller: true);
    }

    /// <summary>The boxes whose side on the axis contains the coordinate.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    private static ulong Covering(ReadOnlySpan<Interval> boxes, int axis, int d, double at)
    {
        ulong mask = 0;
        int i = 0;
        for (int k = axis; k < boxes.Length; k += d, i++)
        {
            Interval side = boxes[k];
            mask |= (side.Low <= at && at <= side.High ? 1UL : 0) << i;
        }

        return mask;
    }

    /// <summary>Keeps a coordinate unless another covers all of its boxes (and, where the extreme is wanted, lies no further in). The list stays ascending.</summary>
    private void Offer(int axis, double at, ulong mask, int least, bool keepSmaller)
    {
        if (BitOperations.PopCount(mask) < least) return;
        Span<ulong> axisMasks = masks.Slice(axis * IntervalFusion.MaxSensors, IntervalFusion.MaxSensors);
        Span<double> axisValues = values.Slice(axis * IntervalFusion.MaxSensors, IntervalFusion.MaxSensors);
        int count = counts[axis];
        for (int k = 0; k < count; k++)
            if ((mask & ~axisMasks[k]) == 0 && (!keepSmaller || axisValues[k] <= at)) return;

        int kept = 0;
        for (int k = 0; k < count; k++)
        {
            if ((axisMasks[k] & ~mask) == 0 && (!keepSmaller || at <= axisValues[k])) continue;
            (axisMasks[kept], axisValues[kept]) = (axisMasks[k], axisValues[k]);
            kept++;
        }

        int place = kept;
        for (; place > 0 && axisValues[place - 1] > at; place--)
            (axisMasks[place], axisValues[place]) = (axisMasks[place - 1], axisValues[place - 1]);
        (axisMasks[place], axisValues[place]) = (mask, at);
        counts[axis] = kept + 1;
    }

    /// <summary>Branch and bound: <see cref="need"/> is one more than the best so far.</summary>
    private void SearchLargest(int axis, ulong mask)
    {
        Span<ulong> options = masks.Slice(axis * IntervalFusion.MaxSensors, counts[axis]);
        bool last = axis == d - 1;
        foreach (ulong option in options)
        {
            ulong both = mask & option;
            int size = BitOperations.PopCount(both);
            if (size < need) continue;
            if (last) need = size + 1;
            else SearchLargest(axis + 1, both);
        }
    }

    /// <summary>Finds every corner with at least <see cref="need"/> boxes; notes the first coordinate of each axis and the boxes met.</summary>
    private bool SearchCovered(int axis, ulong mask)
    {
        Span<ulong> options = masks.Slice(axis * IntervalFusion.MaxSensors, counts[axis]);
        bool last = axis == d - 1;
        bool found = false;
        for (int k = 0; k < options.Length; k++)
        {
            ulong both = mask & options[k];
            if (BitOperations.PopCount(both) < need) continue;
            if (last) union |= both;
            else if (!SearchCovered(axis + 1, both)) continue;
            found = true;
            first[axis] = Math.Min(first[axis], k);
        }

        return found;
    }

    private readonly void SearchLevels(int axis, ulong mask, Span<ulong> atLevel)
    {
        Span<ulong> options = masks.Slice(axis * IntervalFusion.MaxSensors, counts[axis]);
        bool last = axis == d - 1;
        foreach (ulong option in options)
        {
            ulong both = mask & option;
            if (both == 0) continue;
            if (last) atLevel[BitOperations.PopCount(both)] |= both;
            else SearchLevels(axis + 1, both, atLevel);
        }
    }
}
