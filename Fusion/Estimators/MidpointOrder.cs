namespace C3Fusion.Fusion.Estimators;

/// <summary>The intervals in the order of their exact midpoints, and means of consecutive ones without the rounding of the midpoints.</summary>
internal static class MidpointOrder
{
    /// <summary>The mean of the exact midpoints number <paramref name="from"/> to <paramref name="to"/> (exclusive) in ascending order: the sum of their ends over twice their number, never outside the ends' range.</summary>
    public static double Mean(ReadOnlySpan<Interval> intervals, int from, int to)
    {
        Span<int> order = stackalloc int[IntervalFusion.MaxSensors];
        Sort(intervals, order);
        Span<double> terms = stackalloc double[2 * IntervalFusion.MaxSensors];
        int count = 0;
        double low = double.MaxValue;
        double high = double.MinValue;
        foreach (int i in order[from..to])
        {
            terms[count++] = intervals[i].Low;
            terms[count++] = intervals[i].High;
            low = Math.Min(low, intervals[i].Low);
            high = Math.Max(high, intervals[i].High);
        }

        return new Interval(low, high).Clamp(ExactSum.Ratio(terms[..count], count));
    }

    /// <summary>Indices in ascending order of low + high, compared as sum + rest (Knuth's TwoSum): exactly, save for subnormal parts beside ends above half the double range.</summary>
    private static void Sort(ReadOnlySpan<Interval> intervals, Span<int> order)
    {
        Span<double> sums = stackalloc double[IntervalFusion.MaxSensors];
        Span<double> rests = stackalloc double[IntervalFusion.MaxSensors];
        double scale = 1;
        foreach (Interval interval in intervals)
            if (Math.Max(Math.Abs(interval.Low), Math.Abs(interval.High)) > double.MaxValue / 2) scale = 0.5;

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
                order[j + 1] = order[j];
            }

            sums[j + 1] = sum;
            rests[j + 1] = rest;
            order[j + 1] = i;
        }
    }
}
