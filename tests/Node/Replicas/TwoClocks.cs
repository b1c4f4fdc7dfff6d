using C3Fusion.Rosters;

namespace C3Fusion.Node.Tests.Replicas;

/// <summary>A machine's wall clock and monotonic clock, each moved by a test alone.</summary>
internal sealed class TwoClocks : TimeProvider
{
    private long _wallUs;
    private long _monotonicUs = 77_000_000_000;

    public override long TimestampFrequency => 1_000_000;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMicroseconds(_wallUs);

    public override long GetTimestamp() => _monotonicUs;

    /// <summary>Sets the wall clock.</summary>
    public void Set(Instant wall) => _wallUs = wall.Microseconds;

    /// <summary>Somebody steps the wall clock.</summary>
    public void StepWall(long microseconds) => _wallUs += microseconds;

    /// <summary>Time passes on both.</summary>
    public void Pass(long microseconds)
    {
        _wallUs += microseconds;
        _monotonicUs += microseconds;
    }
}
