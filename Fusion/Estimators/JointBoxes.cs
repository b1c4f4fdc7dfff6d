using System.Runtime.CompilerServices;

namespace C3Fusion.Fusion.Estimators;

/// <summary>The joint safe set of axis-aligned boxes in 1 to 6 dimensions: the points that lie in at least n-f boxes as wholes.</summary>
/// <remarks>
/// <para>
/// Sound for sets of any shape while at most f of them miss the truth. The joint hull lies in the product of the axes'
/// M_f and is often strictly smaller; a disagreement that no single axis shows is seen here, since a sensor that lies on
/// different axes at different points counts once. n >= 2df+1: the hull fits into some sensor's box; n >= (2d+1)f+1:
/// into some honest sensor's (Chew and Marzullo, SRDS 1991).
/// </para>
/// <para>
/// Exact: the hull's low faces are met at corners whose coordinates are all lows of boxes, its high faces at corners of
/// highs. Each coordinate is a bit mask of the boxes that cover it, a corner the intersection of its masks; corners are
/// enumerated with pruning, at most n^d of them.
/// </para>
/// <para>
/// A sensor that does not see an axis has <see cref="Interval.Unseen"/> there: it covers every value of that axis, and
/// the axis counts n without it. An axis with fewer than 2f+1 seeing sensors has no bound: it comes out as
/// <see cref="Interval.Unseen"/>.
/// </para>
/// </remarks>
public static class JointBoxes
{
    /// <summary>The largest number of dimensions: position and velocity.</summary>
    public const int MaxDimensions = 6;

    /// <summary>The largest n in <paramref name="d"/> dimensions: 64 up to 3, 16 up to 6.</summary>
    public static int MaxSensors(int d) => d <= 3 ? IntervalFusion.MaxSensors : 16;

    /// <summary>Fuses n boxes.</summary>
    /// <param name="boxes">n rows of d intervals, box by box.</param>
    /// <param name="d">Dimensions, 1 to 6.</param>
    /// <param name="f">How many boxes may miss the truth, at least 0.</param>
    /// <param name="joint">Receives the hull of the joint C_f, d intervals, where <see cref="JointBoxesResult.Agrees"/>; else its content is undefined.</param>
    /// <param name="perAxis">Receives M_f of each axis alone over the sensors that see it; null where empty or n &lt; 2f+1 on that axis. d entries, or empty if not wanted.</param>
    /// <exception cref="ArgumentException">Ragged or empty input, too many boxes or dimensions, an interval neither valid nor unseen, a box that sees no axis, f &lt; 0.</exception>
    [SkipLocalsInit]
    public static JointBoxesResult Fuse(ReadOnlySpan<Interval> boxes, int d, int f, Span<Interval> joint, Span<Interval?> perAxis)
    {
        int n = Check(boxes, d, f);
        for (int axis = 0; axis < perAxis.Length; axis++) perAxis[axis] = MarzulloOfAxis(boxes, d, axis, f);

        int smallestN = SmallestSufficientCount(boxes, d, f);
        bool sufficient = smallestN > 0;
        Span<ulong> masks = stackalloc ulong[CornerGrid.Room];
        Span<double> values = stackalloc double[CornerGrid.Room];
        var grid = new CornerGrid(masks, values, d);
        int maxOverlap = grid.LargestOverlap(boxes, n);
        int minFaulty = n - maxOverlap;
        FusionStatus status = sufficient ? FaultBound.Status(smallestN, f, minFaulty) : FusionStatus.Insufficient;
        if (status is FusionStatus.Insufficient or FusionStatus.Alarm) return new JointBoxesResult(status, n, d, f, false, maxOverlap, 0);

        ulong meets = grid.Hull(boxes, n, n - f, joint);
        for (int axis = 0; axis < d; axis++)
            if (!FaultBound.IsSufficient(SeeingCount(boxes, d, axis), f)) joint[axis] = Interval.Unseen;
        return new JointBoxesResult(status, n, d, f, true, maxOverlap, CornerGrid.AllSensors(n) & ~meets);
    }

    /// <summary>The joint accusation strength of each sensor, a_i = n - m_i, with m_i the largest number of boxes that share a point with box i (itself included).</summary>
    /// <param name="boxes">n rows of d intervals.</param>
    /// <param name="d">Dimensions, 1 to 6.</param>
    /// <param name="strengths">Receives a_i at index i, n entries.</param>
    [SkipLocalsInit]
    public static void AccusationStrengths(ReadOnlySpan<Interval> boxes, int d, Span<int> strengths)
    {
        int n = Check(boxes, d, 0);
        Span<ulong> masks = stackalloc ulong[CornerGrid.Room];
        Span<double> values = stackalloc double[CornerGrid.Room];
        var grid = new CornerGrid(masks, values, d);
        grid.LargestOverlaps(boxes, n, strengths);
        for (int i = 0; i < n; i++) strengths[i] = n - strengths[i];
    }

    private static int Check(ReadOnlySpan<Interval> boxes, int d, int f)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(f);
        if (d is < 1 or > MaxDimensions) throw new ArgumentException($"{d} dimensions: 1 to {MaxDimensions} are allowed", nameof(d));
        if (boxes.Length == 0 || boxes.Length % d != 0) throw new ArgumentException($"{boxes.Length} intervals are no whole number of boxes in {d} dimensions", nameof(boxes));
        int n = boxes.Length / d;
        if (n > MaxSensors(d)) throw new ArgumentException($"{n} boxes in {d} dimensions: at most {MaxSensors(d)} are allowed", nameof(boxes));
        for (int i = 0; i < n; i++)
        {
            bool seesNone = true;
            foreach (Interval side in boxes.Slice(i * d, d))
            {
                if (!side.IsValid && !side.IsUnseen) throw new ArgumentException($"box {i} is not finite with low <= high: a faulty report, to be taken out before fusion", nameof(boxes));
                seesNone &= side.IsUnseen;
            }

            if (seesNone) throw new ArgumentException($"box {i} sees no axis", nameof(boxes));
        }

        return n;
    }

    private static Interval? MarzulloOfAxis(ReadOnlySpan<Interval> boxes, int d, int axis, int f)
    {
        Span<Interval> seen = stackalloc Interval[IntervalFusion.MaxSensors];
        int count = 0;
        for (int i = axis; i < boxes.Length; i += d)
            if (!boxes[i].IsUnseen) seen[count++] = boxes[i];
        return count == 0 ? null : IntervalFusion.Marzullo(seen[..count], f);
    }

    private static int SeeingCount(ReadOnlySpan<Interval> boxes, int d, int axis)
    {
        int count = 0;
        for (int i = axis; i < boxes.Length; i += d) count += boxes[i].IsUnseen ? 0 : 1;
        return count;
    }

    /// <summary>The smallest n_k of the axes with n_k >= 2f+1; 0 where there is none.</summary>
    private static int SmallestSufficientCount(ReadOnlySpan<Interval> boxes, int d, int f)
    {
        int smallest = int.MaxValue;
        for (int axis = 0; axis < d; axis++)
        {
            int count = SeeingCount(boxes, d, axis);
            if (count > 0 && FaultBound.IsSufficient(count, f)) smallest = Math.Min(smallest, count);
        }

        return smallest == int.MaxValue ? 0 : smallest;
    }
}
