namespace C3Fusion.Fusion.Estimators;

/// <summary>The Brooks-Iyengar estimate: the mean of the midpoints of the segments of constant coverage c >= n-f, weighted by c.</summary>
/// <remarks>
/// Brooks and Iyengar, "Robust distributed computing and sensing algorithm", IEEE Computer 29(6), 1996. Its interval is
/// M_f, its estimate lies in M_f. Open segments between neighbouring ends; neighbours of equal coverage are merged
/// first; isolated points count only where there is no segment. The weights ignore the segments' widths, so the estimate
/// jumps: prefer the clamped trimmed mean where smoothness matters.
/// </remarks>
public static class BrooksIyengar
{
    /// <summary>Most bits of a coverage up to 64.</summary>
    private const int WeightBits = 7;

    /// <summary>The estimate; null where C_f is empty.</summary>
    /// <param name="intervals">1 to 64 valid intervals.</param>
    /// <param name="f">How many of them may miss the truth; 2f &lt; n.</param>
    /// <exception cref="ArgumentException">Too few intervals for f, more than 64, or one that is not valid.</exception>
    public static double? Estimate(ReadOnlySpan<Interval> intervals, int f)
    {
        PointRules.Check(intervals, f);
        int n = intervals.Length;
        Span<double> lows = stackalloc double[IntervalFusion.MaxSensors];
        Span<double> highs = stackalloc double[IntervalFusion.MaxSensors];
        EndpointColumns.SplitSorted(intervals, lows, highs);

        Span<Interval> segments = stackalloc Interval[2 * IntervalFusion.MaxSensors];
        Span<int> weights = stackalloc int[2 * IntervalFusion.MaxSensors];
        int count = Segments(lows[..n], highs[..n], n - f, segments, weights);
        if (count == 0) count = Points(lows[..n], highs[..n], n - f, segments, weights);
        return count == 0 ? null : WeightedMean(segments[..count], weights[..count]);
    }

    private static int Segments(ReadOnlySpan<double> lows, ReadOnlySpan<double> highs, int need, Span<Interval> segments, Span<int> weights)
    {
        int n = lows.Length;
        int opened = 0;
        int closed = 0;
        int count = 0;
        double previous = lows[0];
        while (closed < n)
        {
            double next = opened < n && lows[opened] <= highs[closed] ? lows[opened] : highs[closed];
            int depth = opened - closed;
            if (next > previous && depth >= need)
            {
                bool merges = count > 0 && weights[count - 1] == depth && segments[count - 1].High == previous;
                if (merges) segments[count - 1] = new Interval(segments[count - 1].Low, next);
                else (segments[count], weights[count++]) = (new Interval(previous, next), depth);
            }

            while (opened < n && lows[opened] == next) opened++;
            while (closed < n && highs[closed] == next) closed++;
            previous = next;
        }

        return count;
    }

    private static int Points(ReadOnlySpan<double> lows, ReadOnlySpan<double> highs, int need, Span<Interval> points, Span<int> weights)
    {
        int count = 0;
        for (int i = 0; i < lows.Length; i++)
        {
            double p = lows[i];
            if (i > 0 && lows[i - 1] == p) continue;
            int depth = 0;
            foreach (double low in lows) depth += low <= p ? 1 : 0;
            foreach (double high in highs) depth -= high < p ? 1 : 0;
            if (depth >= need) (points[count], weights[count++]) = (new Interval(p, p), depth);
        }

        return count;
    }

    /// <summary>Sum of w (low + high) / 2 over sum of w: each weight as a sum of powers of two, so that the terms are exact.</summary>
    private static double WeightedMean(ReadOnlySpan<Interval> segments, ReadOnlySpan<int> weights)
    {
        Span<double> terms = stackalloc double[2 * WeightBits * segments.Length];
        int count = 0;
        int total = 0;
        double scale = 1.0;
        foreach (Interval segment in segments)
            if (Math.Max(Math.Abs(segment.Low), Math.Abs(segment.High)) > double.MaxValue / 128) scale = 1.0 / 128;

        for (int i = 0; i < segments.Length; i++)
        {
            total += weights[i];
            for (int bit = 0; bit < WeightBits; bit++)
            {
                if ((weights[i] >> bit & 1) == 0) continue;
                terms[count++] = segments[i].Low * scale * (1 << bit);
                terms[count++] = segments[i].High * scale * (1 << bit);
            }
        }

        double mean = ExactSum.Ratio(terms[..count], 2.0 * total) / scale;
        return new Interval(segments[0].Low, segments[^1].High).Clamp(mean);
    }
}
