namespace C3Fusion.Node.Demo;

/// <summary>Latencies in steps of 0.1 ms up to half a minute: as many as there are, in constant memory.</summary>
internal sealed class LatencyHistogram
{
    private const int StepsPerMs = 10;
    private const int LongestMs = 30_000;

    private readonly long[] _counts = new long[(LongestMs * StepsPerMs) + 1];
    private long _count;

    /// <summary>Adds one; what is longer than half a minute counts as that long.</summary>
    public void Add(double ms)
    {
        _counts[(int)Math.Clamp(Math.Round(ms * StepsPerMs), 0, _counts.Length - 1)]++;
        _count++;
    }

    /// <summary>The value below which this share of the latencies lies, ms; null without any.</summary>
    public double? Quantile(double share)
    {
        if (_count == 0) return null;
        long rank = Math.Min(_count - 1, (long)(share * _count));
        for (int step = 0; ; step++)
        {
            rank -= _counts[step];
            if (rank < 0) return (double)step / StepsPerMs;
        }
    }
}
