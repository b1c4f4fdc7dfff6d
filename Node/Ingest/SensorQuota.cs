using System.Diagnostics;

namespace C3Fusion.Node.Ingest;

/// <summary>A token bucket: so many scans at once, so many a second. Not thread-safe.</summary>
internal sealed class SensorQuota(int perSecond, int burst)
{
    private double _tokens = burst;
    private long _last = Stopwatch.GetTimestamp();

    /// <summary>Takes one token; false where the sensor has used up its share.</summary>
    public bool TryTake()
    {
        long now = Stopwatch.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + (Stopwatch.GetElapsedTime(_last, now).TotalSeconds * perSecond));
        _last = now;
        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }
}
