using C3Fusion.Agreement;
using C3Fusion.Rosters;

namespace C3Fusion.Node;

/// <summary>How far this node trusts its own wall clock.</summary>
/// <param name="GuardUs">Largest honest difference, within one slot, of the wall clock and the monotonic one, microseconds: the disciplined clock's error bound.</param>
/// <param name="TrustAfterUs">How long a wall clock that was stepped must run evenly before it is followed again, microseconds.</param>
internal sealed record ClockTrust(long GuardUs, long TrustAfterUs);

/// <summary>
/// The node's clock: UTC as the machine's disciplined clock (GNSS, NTP, PTP) gave it, carried on by the monotonic clock. So the
/// deadlines of a slot stand still on the monotonic clock, whatever happens to the wall clock meanwhile (docs/agreement-rules.md, section 8).
/// </summary>
/// <remarks>
/// <para>Between slots <see cref="Judge"/> compares both. Within the guard, the wall clock is followed. Beyond it one of them is
/// wrong and nobody here can say which: the clock goes on as before and is in doubt, so that the node abstains. A wall clock
/// that then runs evenly for <see cref="ClockTrust.TrustAfterUs"/> was corrected for good and is followed again.</para>
/// <para><see cref="Now"/> is thread-safe; <see cref="Judge"/> and <see cref="Restart"/> belong to the replica's thread.</para>
/// </remarks>
internal sealed class NodeClock
{
    private readonly TimeProvider _time;
    private readonly ClockTrust _trust;
    private volatile Anchor _anchor;
    private long _stepUs;
    private long _evenSince;

    /// <summary>A clock that begins with the wall clock's time.</summary>
    public NodeClock(TimeProvider time, ClockTrust trust)
    {
        (_time, _trust) = (time, trust);
        _anchor = new Anchor(time.GetTimestamp(), Wall.Microseconds);
        Status = ClockStatus.Good;
    }

    /// <summary>What <see cref="Judge"/> said last.</summary>
    public ClockStatus Status { get; private set; }

    /// <summary>What was seen, where it is in doubt; else empty.</summary>
    public string Detail { get; private set; } = "";

    /// <summary>Microseconds since the Unix epoch, UTC.</summary>
    public Instant Now => TimeAt(_time.GetTimestamp());

    private Instant Wall => new((_time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    /// <summary>A new incarnation begins: what the wall clock did before says nothing about it.</summary>
    public void Restart()
    {
        _anchor = new Anchor(_time.GetTimestamp(), Wall.Microseconds);
        Status = ClockStatus.Good;
        Detail = "";
    }

    /// <summary>Compares both clocks and, where the wall clock is trusted, follows it. Call it between slots, once each.</summary>
    public ClockStatus Judge()
    {
        // The wall clock is read between two readings of the other: a thread that is held up here must not look like a step.
        long timestamp, elapsedUs;
        Instant wall;
        int tries = 0;
        do
        {
            timestamp = _time.GetTimestamp();
            wall = Wall;
            elapsedUs = Microseconds(_time.GetTimestamp() - timestamp);
        }
        while (elapsedUs > _trust.GuardUs / 4 && ++tries < 8);

        long differenceUs = wall.Since(TimeAt(timestamp));
        if (Status == ClockStatus.Good)
        {
            if (Math.Abs(differenceUs) > _trust.GuardUs + elapsedUs) Doubt(timestamp, differenceUs);
            else _anchor = new Anchor(timestamp, wall.Microseconds);
            return Status;
        }

        if (Math.Abs(differenceUs - _stepUs) > _trust.GuardUs + elapsedUs) Doubt(timestamp, differenceUs);
        else if (Microseconds(timestamp - _evenSince) >= _trust.TrustAfterUs)
        {
            _anchor = new Anchor(timestamp, wall.Microseconds);
            Status = ClockStatus.Good;
            Detail = "";
        }

        return Status;
    }

    private void Doubt(long timestamp, long differenceUs)
    {
        Status = ClockStatus.InDoubt;
        Detail = $"the wall clock differs from the monotonic clock by {differenceUs} us since the last slot that it was trusted in; {_trust.GuardUs} us are allowed";
        (_stepUs, _evenSince) = (differenceUs, timestamp);
    }

    private Instant TimeAt(long timestamp)
    {
        Anchor anchor = _anchor;
        return new Instant(anchor.UtcUs + Microseconds(timestamp - anchor.Timestamp));
    }

    private long Microseconds(long ticks) => (long)((Int128)ticks * Instant.MicrosecondsPerSecond / _time.TimestampFrequency);

    private sealed record Anchor(long Timestamp, long UtcUs);
}
