namespace C3Fusion.Fusion.Estimators;

/// <summary>One pass over the sorted ends of closed intervals. Order: (value, low before high), so that touching intervals overlap.</summary>
/// <param name="RegionCount">Number of maximal closed regions that were covered often enough.</param>
/// <param name="MaxOverlap">Largest coverage.</param>
internal readonly record struct CoverageSweep(int RegionCount, int MaxOverlap)
{
    /// <summary>Writes the regions of coverage at least <paramref name="need"/>, ascending.</summary>
    /// <param name="lows">All lows, ascending.</param>
    /// <param name="highs">All highs, ascending.</param>
    /// <param name="need">Coverage from which a point counts, at least 1.</param>
    /// <param name="regions">Receives the regions.</param>
    public static CoverageSweep Run(ReadOnlySpan<double> lows, ReadOnlySpan<double> highs, int need, Span<Interval> regions)
    {
        int n = lows.Length;
        int opened = 0;
        int closed = 0;
        int best = 0;
        int count = 0;
        double regionLow = 0;
        while (closed < n)
        {
            if (opened < n && lows[opened] <= highs[closed])
            {
                int depth = opened + 1 - closed;
                if (depth == need) regionLow = lows[opened];
                best = Math.Max(best, depth);
                opened++;
            }
            else
            {
                if (opened - closed == need) regions[count++] = new Interval(SignedZero.OfLow(regionLow, lows), SignedZero.OfHigh(highs[closed], highs));
                closed++;
            }
        }

        return new CoverageSweep(count, best);
    }
}
