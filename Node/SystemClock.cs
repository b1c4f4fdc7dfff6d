using C3Fusion.Rosters;

namespace C3Fusion.Node;

/// <summary>This machine's disciplined clock (GNSS, NTP or PTP keep it; nothing in C3Fusion steers it).</summary>
internal static class SystemClock
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMillisecond / 1000;

    /// <summary>Microseconds since the Unix epoch, UTC.</summary>
    public static Instant Now => new((DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TicksPerMicrosecond);
}
