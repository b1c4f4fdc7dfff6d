using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>The slot lease: one incarnation signs in a slot, whatever the clock says after a restart (docs/agreement-rules.md, section 7).</summary>
internal sealed class SlotLease
{
    private readonly RestartState _restart;
    private long _asked;

    public SlotLease(RestartState restart)
    {
        _restart = restart;
        Durable = _asked = restart.LeasedUpTo;
    }

    /// <summary>The last slot that the lease on stable storage covers.</summary>
    public long Durable { get; private set; }

    /// <summary>Does this slot make a new lease necessary? Half of one ahead, so that no slot ever waits for the disk but the first.</summary>
    /// <returns>The last slot of the lease to be made durable, or null.</returns>
    public long? Ask(long slot)
    {
        if (slot + (Limits.LeaseSlots / 2) <= _asked) return null;
        return _asked = slot + Limits.LeaseSlots;
    }

    /// <summary>A lease is durable.</summary>
    /// <returns>Was it one that was asked for, and later than the one before?</returns>
    public bool Take(long upTo)
    {
        if (upTo <= Durable || upTo > _asked) return false;
        Durable = upTo;
        return true;
    }

    /// <summary>May an earlier incarnation have signed in this slot?</summary>
    public bool IsOfEarlierIncarnation(long slot) => slot <= _restart.LeasedUpTo;

    /// <summary>Why this incarnation signs nothing in a slot, or null.</summary>
    public string? SilenceOf(long slot, SlotRules rules)
    {
        if (!rules.Variant.IgnoresLease && IsOfEarlierIncarnation(slot)) return "restarted: an earlier incarnation may have signed in this slot";
        SlotTiming timing = rules.Roster.Timing;
        return timing.StartOf(slot) <= _restart.StartedAt.Plus(timing.ClockGuardUs) ? "restarted after this slot began" : null;
    }

    /// <summary>
    /// The same incarnation under another roster, in slots after <paramref name="lastSlot"/>: it signed nothing there, whatever its own
    /// lease covers. What an earlier incarnation leased stays leased, for it may have signed there under the other roster.
    /// </summary>
    public RestartState Successor(long lastSlot) => new(Math.Max(_restart.LeasedUpTo, Math.Min(Durable, lastSlot)), _restart.StartedAt);

    public SlotLease Clone() => (SlotLease)MemberwiseClone();

    public void WriteState(CanonicalWriter writer)
    {
        writer.I64(Durable);
        writer.I64(_asked);
    }
}
