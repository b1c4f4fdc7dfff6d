using System.Runtime.CompilerServices;

namespace C3Fusion.Fusion.Estimators;

/// <summary>Everything that n closed intervals, of which at most f do not contain the truth, say about one axis.</summary>
/// <remarks>
/// <para>
/// c(p) is the number of intervals that contain p; C_f = {p : c(p) >= n-f}, a finite union of closed intervals. With b
/// intervals that miss the truth t: t is in C_f if and only if b &lt;= f. C_f is the smallest guaranteed set: each of its
/// points is the truth in some world with at most f liars. M_f is its hull (Marzullo, "Tolerating failures of
/// continuous-valued sensors", ACM TOCS 8(4), 1990; soundness proved in PVS by Rushby, SRI-CSL 2002), F_f the
/// fault-tolerant interval of Schmid and Schossmaier ("How to reconcile fault-tolerant interval intersection with the
/// Lipschitz condition", Distributed Computing 14, 2001): C_f is in M_f is in F_f.
/// </para>
/// <para>
/// Width bounds, for M_f and F_f alike. n >= 2f+1: at most the (2f+1)-th smallest of all widths, and at most the sum of
/// the two largest honest widths. n-2f-b >= 1, in particular n >= 3f+1: at most the (n-2f-b)-th largest honest width.
/// Beyond the assumption, f &lt; b &lt;= n-f-1: either C_f is empty (<see cref="FusionStatus.Alarm"/>) or each of its points
/// lies within one honest width of the truth. From b = n-f colluders on, the error is arbitrary and silent; no function
/// of the intervals can see it.
/// </para>
/// <para>
/// Ends are copied from the input, so there is no rounding. Results do not depend on the order of the intervals, not
/// even in the sign of a zero: of equal lows -0 is taken before 0, of equal highs 0 before -0. No call allocates.
/// Every method throws <see cref="ArgumentException"/> on an empty list, more than <see cref="MaxSensors"/> intervals,
/// a negative f, or an interval that is not <see cref="Interval.IsValid"/>: such a reading is a faulty report that the
/// boundary takes out beforehand (<see cref="FaultBound.AfterRemoving"/>).
/// </para>
/// </remarks>
public static class IntervalFusion
{
    /// <summary>The largest n: sensor sets are masks of 64 bits.</summary>
    public const int MaxSensors = 64;

    /// <summary>C_f has at most this many regions: the first holds n-f intervals, each further one needs an interval that begins after it.</summary>
    public static int MaxRegions(int f) => f + 1;

    /// <summary>Computes C_f, M_f, F_f, the largest coverage, the certified number of liars and the accusations.</summary>
    /// <param name="intervals">One closed interval per sensor, 1 to 64.</param>
    /// <param name="f">How many of them may miss the truth, at least 0.</param>
    /// <param name="regions">Receives C_f as maximal closed intervals, ascending; room for <see cref="MaxRegions"/> or for all that there are.</param>
    /// <returns>The sets; where n &lt; 2f+1 only the status, the largest coverage and what follows from it.</returns>
    [SkipLocalsInit]
    public static IntervalFusionResult Fuse(ReadOnlySpan<Interval> intervals, int f, Span<Interval> regions)
    {
        int n = intervals.Length;
        ThrowIfNegative(f);
        Span<double> lows = stackalloc double[MaxSensors];
        Span<double> highs = stackalloc double[MaxSensors];
        EndpointColumns.Split(intervals, lows, highs);
        Span<double> sortedLows = stackalloc double[MaxSensors];
        Span<double> sortedHighs = stackalloc double[MaxSensors];
        RankSort.Sort(lows[..n], sortedLows);
        RankSort.Sort(highs[..n], sortedHighs);

        bool sufficient = FaultBound.IsSufficient(n, f);
        var sweep = CoverageSweep.Run(sortedLows[..n], sortedHighs[..n], sufficient ? n - f : n + 1, regions);
        int minFaulty = n - sweep.MaxOverlap;
        FusionStatus status = FaultBound.Status(n, f, minFaulty);
        if (!sufficient) return new IntervalFusionResult(status, n, f, 0, null, null, sweep.MaxOverlap, 0);

        ReadOnlySpan<Interval> found = regions[..sweep.RegionCount];
        Interval? marzullo = found.IsEmpty ? null : new Interval(found[0].Low, found[^1].High);
        double innerLow = SignedZero.OfLow(sortedLows[n - 1 - f], lows[..n]);
        double innerHigh = SignedZero.OfHigh(sortedHighs[f], highs[..n]);
        Interval? faultTolerant = innerLow <= innerHigh ? new Interval(innerLow, innerHigh) : null;
        ulong accused = status == FusionStatus.Alarm ? 0 : MissingAllRegions(intervals, found);
        return new IntervalFusionResult(status, n, f, sweep.RegionCount, marzullo, faultTolerant, sweep.MaxOverlap, accused);
    }

    /// <summary>M_f alone (Marzullo's function), the hull of C_f; null where C_f is empty or n &lt; 2f+1.</summary>
    /// <remarks>
    /// M_f = [min{l_j : c(l_j) >= n-f}, max{u_j : c(u_j) >= n-f}]. No sort: each end's coverage is counted, several ends
    /// at a time, in n²/4 steps for 4-lane vectors. M_f jumps when a touching pair parts: where a continuous output is
    /// needed use <see cref="FaultTolerant"/>.
    /// </remarks>
    /// <param name="intervals">One closed interval per sensor, 1 to 64.</param>
    /// <param name="f">How many of them may miss the truth, at least 0.</param>
    [SkipLocalsInit]
    public static Interval? Marzullo(ReadOnlySpan<Interval> intervals, int f)
    {
        int n = intervals.Length;
        ThrowIfNegative(f);
        if (n == 4 && f <= 1 && FourIntervals.AreValid(intervals) && FourIntervals.HullOfCovered(intervals, 4 - f) is { Low: not 0, High: not 0 } few) return few.Low <= few.High ? few : null;
        Span<double> lows = stackalloc double[MaxSensors];
        Span<double> highs = stackalloc double[MaxSensors];
        EndpointColumns.Split(intervals, lows, highs);
        if (!FaultBound.IsSufficient(n, f)) return null;

        Interval hull = CoverageCount.HullOfCovered(lows, highs, n, n - f);
        if (!(hull.Low <= hull.High)) return null;
        return new Interval(SignedZero.OfLow(hull.Low, lows[..n]), SignedZero.OfHigh(hull.High, highs[..n]));
    }

    /// <summary>F_f alone, the fault-tolerant interval [(f+1)-th largest low, (f+1)-th smallest high]; null where low > high or n &lt; 2f+1.</summary>
    /// <remarks>
    /// Contains M_f, hence the truth where at most f intervals miss it; each end moves by at most as much as the inputs
    /// do (1-Lipschitz in the sup norm). It can exist where C_f is empty: the alarm is C_f's, not this interval's.
    /// </remarks>
    /// <param name="intervals">One closed interval per sensor, 1 to 64.</param>
    /// <param name="f">How many of them may miss the truth, at least 0.</param>
    [SkipLocalsInit]
    public static Interval? FaultTolerant(ReadOnlySpan<Interval> intervals, int f)
    {
        int n = intervals.Length;
        ThrowIfNegative(f);
        if (n == 4 && f <= 1 && FourIntervals.AreValid(intervals) && FourIntervals.InnerEnds(intervals, f) is { Low: not 0, High: not 0 } few) return few.Low <= few.High ? few : null;
        Span<double> lows = stackalloc double[MaxSensors];
        Span<double> highs = stackalloc double[MaxSensors];
        EndpointColumns.Split(intervals, lows, highs);
        if (!FaultBound.IsSufficient(n, f)) return null;

        Interval inner = CoverageCount.InnerEnds(lows, highs, n, f);
        if (!(inner.Low <= inner.High)) return null;
        return new Interval(SignedZero.OfLow(inner.Low, lows[..n]), SignedZero.OfHigh(inner.High, highs[..n]));
    }

    /// <summary>C_f alone: writes its maximal closed regions, ascending, and returns how many; 0 where it is empty or n &lt; 2f+1.</summary>
    /// <param name="intervals">One closed interval per sensor, 1 to 64.</param>
    /// <param name="f">How many of them may miss the truth, at least 0.</param>
    /// <param name="regions">Receives the regions; room for <see cref="MaxRegions"/>.</param>
    public static int Regions(ReadOnlySpan<Interval> intervals, int f, Span<Interval> regions) => Fuse(intervals, f, regions).RegionCount;

    /// <summary>The largest number of intervals that have a common point; n minus this is a certified lower bound on the number of liars.</summary>
    /// <param name="intervals">One closed interval per sensor, 1 to 64.</param>
    [SkipLocalsInit]
    public static int MaxOverlap(ReadOnlySpan<Interval> intervals)
    {
        Span<double> lows = stackalloc double[MaxSensors];
        Span<double> highs = stackalloc double[MaxSensors];
        EndpointColumns.Split(intervals, lows, highs);
        Span<long> coverage = stackalloc long[MaxSensors];
        CoverageCount.AtLows(lows, highs, intervals.Length, coverage);
        long best = 0;
        foreach (long c in coverage[..intervals.Length]) best = Math.Max(best, c);
        return (int)best;
    }

    /// <summary>The accusation strength of each sensor, a_i = n - m_i with m_i the largest coverage inside its interval.</summary>
    /// <remarks>If sensor i is honest, at least a_i others lie. It is certainly faulty, under the assumption of f, where a_i > f; that is when its interval meets no region of C_f.</remarks>
    /// <param name="intervals">One closed interval per sensor, 1 to 64.</param>
    /// <param name="strengths">Receives a_i at index i; as long as <paramref name="intervals"/>.</param>
    [SkipLocalsInit]
    public static void AccusationStrengths(ReadOnlySpan<Interval> intervals, Span<int> strengths)
    {
        int n = intervals.Length;
        Span<double> lows = stackalloc double[MaxSensors];
        Span<double> highs = stackalloc double[MaxSensors];
        EndpointColumns.Split(intervals, lows, highs);
        Span<long> coverage = stackalloc long[MaxSensors];
        CoverageCount.AtLows(lows, highs, n, coverage);
        for (int i = 0; i < n; i++)
        {
            long best = 0;
            for (int j = 0; j < n; j++)
                if (lows[i] <= lows[j] && lows[j] <= highs[i]) best = Math.Max(best, coverage[j]);
            strengths[i] = n - (int)best;
        }
    }

    /// <summary>The profile f' -> M_f' for f' = 0, 1, ... : how the safe interval widens as more liars are assumed.</summary>
    /// <param name="intervals">One closed interval per sensor, 1 to 64.</param>
    /// <param name="hulls">Receives M_f' at index f'; null where C_f' is empty or n &lt; 2f'+1. Its length says how far.</param>
    public static void Profile(ReadOnlySpan<Interval> intervals, Span<Interval?> hulls)
    {
        for (int f = 0; f < hulls.Length; f++) hulls[f] = Marzullo(intervals, f);
    }

    private static ulong MissingAllRegions(ReadOnlySpan<Interval> intervals, ReadOnlySpan<Interval> regions)
    {
        ulong missing = 0;
        for (int i = 0; i < intervals.Length; i++)
        {
            bool meets = false;
            foreach (Interval region in regions) meets |= intervals[i].Meets(region);
            if (!meets) missing |= 1UL << i;
        }

        return missing;
    }

    private static void ThrowIfNegative(int f) => ArgumentOutOfRangeException.ThrowIfNegative(f);
}
