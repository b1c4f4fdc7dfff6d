using System.Numerics;

namespace C3Fusion.Fusion.Estimators;

/// <summary>Intervals as two columns of ends, padded to whole vectors with empty intervals [+inf, -inf] that cover nothing.</summary>
internal static class EndpointColumns
{
    /// <summary>Copies and checks; both columns have room for <see cref="IntervalFusion.MaxSensors"/>, a whole number of vectors on every machine.</summary>
    public static void Split(ReadOnlySpan<Interval> intervals, Span<double> lows, Span<double> highs)
    {
        int n = intervals.Length;
        if (n is 0 or > IntervalFusion.MaxSensors) ThrowCount(n);
        lows = lows[..IntervalFusion.MaxSensors];
        highs = highs[..IntervalFusion.MaxSensors];
        bool valid = true;
        for (int i = 0; i < n; i++)
        {
            Interval interval = intervals[i];
            valid &= (double.MinValue <= interval.Low) & (interval.Low <= interval.High) & (interval.High <= double.MaxValue);
            lows[i] = interval.Low;
            highs[i] = interval.High;
        }

        if (!valid) ThrowInvalid(intervals);
        for (int i = n; i % Vector<double>.Count != 0; i++)
        {
            lows[i] = double.PositiveInfinity;
            highs[i] = double.NegativeInfinity;
        }
    }

    /// <summary>The same columns, each ascending and without padding.</summary>
    public static void SplitSorted(ReadOnlySpan<Interval> intervals, Span<double> lows, Span<double> highs)
    {
        Span<double> unsortedLows = stackalloc double[IntervalFusion.MaxSensors];
        Span<double> unsortedHighs = stackalloc double[IntervalFusion.MaxSensors];
        Split(intervals, unsortedLows, unsortedHighs);
        RankSort.Sort(unsortedLows[..intervals.Length], lows);
        RankSort.Sort(unsortedHighs[..intervals.Length], highs);
    }

    private static void ThrowCount(int n) =>
        throw new ArgumentException($"{n} intervals: 1 to {IntervalFusion.MaxSensors} are allowed", nameof(n));

    private static void ThrowInvalid(ReadOnlySpan<Interval> intervals)
    {
        int index = 0;
        while (intervals[index].IsValid) index++;
        throw new ArgumentException($"interval {index} is not finite with low <= high: a faulty report, to be taken out before fusion", nameof(intervals));
    }
}
