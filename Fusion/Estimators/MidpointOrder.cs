namespace C3Fusion.Fusion.Estimators;

/// <summary>The intervals' exact midpoints in ascending order, as twice their value in two parts, so that no mean of them loses digits to cancellation.</summary>
internal static class MidpointOrder
{
    /// <summary>Fills low + high = sum + rest, ascending, and returns the factor by which it had to be scaled to stay finite.</summary>
    /// <param name="intervals">1 to 64 valid intervals.</param>
    /// <param name="sums">Receives the rounded sums.</param>
    /// <param name="rests">Receives what the rounding left.</param>
    public static double Fill(ReadOnlySpan<Interval> intervals, Span<double> sums, Span<double> rests)
    {
        double scale = 1;
        foreach (Interval interval in intervals)
            if (!double.IsFinite(interval.Low + interval.High)) scale = 0.5;

        for (int i = 0; i < intervals.Length; i++)
        {
            double low = intervals[i].Low * scale;
            double high = intervals[i].High * scale;
            double sum = low + high;
            double part = sum - low;
            double rest = (low - (sum - part)) + (high - part);
            int j = i - 1;
            for (; j >= 0 && (sums[j] > sum || (sums[j] == sum && rests[j] > rest)); j--)
            {
                sums[j + 1] = sums[j];
                rests[j + 1] = rests[j];
            }

            sums[j + 1] = sum;
            rests[j + 1] = rest;
        }

        return scale;
    }

    /// <summary>The mean of the exact midpoints number <paramref name="from"/> to <paramref name="to"/> (exclusive) in ascending order.</summary>
    public static double Mean(ReadOnlySpan<Interval> intervals, int from, int to)
    {
        Span<double> sums = stackalloc double[IntervalFusion.MaxSensors];
        Span<double> rests = stackalloc double[IntervalFusion.MaxSensors];
        double scale = Fill(intervals, sums, rests);
        int count = to - from;
        Span<double> terms = stackalloc double[2 * IntervalFusion.MaxSensors];
        sums[from..to].CopyTo(terms);
        rests[from..to].CopyTo(terms[count..]);
        return ExactSum.Ratio(terms[..(2 * count)], 2.0 * count * scale);
    }
}
