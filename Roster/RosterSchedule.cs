using System.Collections.Immutable;

namespace C3Fusion.Rosters;

/// <summary>Why a change of the roster is refused.</summary>
public enum RosterChangeRefusal : byte
{
    /// <summary>It was taken.</summary>
    None,

    /// <summary>The signature of the cluster's authority does not hold on it.</summary>
    NotSigned,

    /// <summary>Its numbers contradict each other (<see cref="RosterRules"/>).</summary>
    BreaksRules,

    /// <summary>It is of another cluster.</summary>
    OtherCluster,

    /// <summary>Its epoch does not follow the newest one.</summary>
    WrongEpoch,

    /// <summary>It would take effect before the slots that were open when it was decided are over, or before the change before it.</summary>
    TooSoon,

    /// <summary>Its first slot would begin before the last one of the roster before it is over.</summary>
    SlotsOverlap,
}

/// <summary>A proposal to go on under another roster: carried in a slot's payload, in effect by agreed decision alone.</summary>
/// <param name="Roster">The next roster, signed by the cluster's authority.</param>
/// <param name="FirstSlot">The first slot under it; slots keep counting, and T0 of the new roster is such that its slots follow.</param>
public sealed record RosterChange(SignedRoster Roster, long FirstSlot);

/// <summary>Which roster holds in which slot. A pure state machine over agreed decisions: equal on all honest nodes.</summary>
/// <remarks>
/// A faulty node is excluded by a change of roster and by nothing else: no local blacklist may keep a signature from counting
/// (docs/agreement-rules.md, section 1). Immutable. Of several changes decided in one slot, the first in the order of their senders
/// wins; the others then have the wrong epoch.
/// </remarks>
public sealed class RosterSchedule
{
    /// <summary>Slots between the decision and the first slot under a new roster: all open slots are over, and every node has applied the decision.</summary>
    public const int LeadSlots = 4;

    private readonly ImmutableArray<(long FirstSlot, Roster Roster)> _rosters;
    private readonly PublicKey _authority;

    /// <summary>The schedule of a cluster's first roster.</summary>
    /// <param name="first">Signed by the authority whose key the operators know.</param>
    /// <param name="authority">That key.</param>
    /// <exception cref="ArgumentException">The roster is not signed by it or breaks a rule.</exception>
    public RosterSchedule(SignedRoster first, PublicKey authority)
    {
        if (first.Authority != authority || !first.IsSigned) throw new ArgumentException("the roster is not signed by the authority", nameof(first));
        if (RosterRules.Violations(first.Roster) is [var violation, ..]) throw new ArgumentException($"the roster is refused: {violation}", nameof(first));
        _authority = authority;
        _rosters = [(0, first.Roster)];
    }

    private RosterSchedule(PublicKey authority, ImmutableArray<(long FirstSlot, Roster Roster)> rosters)
    {
        _authority = authority;
        _rosters = rosters;
    }

    /// <summary>The newest roster, in effect or to come.</summary>
    public Roster Newest => _rosters[^1].Roster;

    /// <summary>The first slot of the newest roster.</summary>
    public long NewestFrom => _rosters[^1].FirstSlot;

    /// <summary>How many rosters there were, the newest included.</summary>
    public int Count => _rosters.Length;

    /// <summary>The key that signs this cluster's rosters.</summary>
    public PublicKey Authority => _authority;

    /// <summary>The roster in effect in a slot: what was signed in the slot counts under this one and no other.</summary>
    public Roster At(long slot) => _rosters[IndexAt(slot)].Roster;

    /// <summary>All slots under the roster that is in effect in a slot.</summary>
    public SlotRange RangeAt(long slot)
    {
        int index = IndexAt(slot);
        return new SlotRange(_rosters[index].FirstSlot, index + 1 < _rosters.Length ? _rosters[index + 1].FirstSlot - 1 : long.MaxValue);
    }

    /// <summary>T0 of a slot, under the roster that is in effect in it.</summary>
    public Instant StartOf(long slot) => At(slot).Timing.StartOf(slot);

    /// <summary>The slot that starts at or last before a time; negative before slot 0. Between the last slot of a roster and a later start of the next one: that last slot.</summary>
    public long SlotAt(Instant time)
    {
        for (int i = _rosters.Length - 1; i > 0; i--)
        {
            if (time >= _rosters[i].Roster.Timing.StartOf(_rosters[i].FirstSlot)) return _rosters[i].Roster.Timing.SlotAt(time);
        }

        return Math.Min(_rosters[0].Roster.Timing.SlotAt(time), RangeAt(0).Last);
    }

    /// <summary>Writes what of it decides the future: part of an agreed state's hash.</summary>
    public void WriteState(CanonicalWriter writer)
    {
        writer.Hash(_authority.Bytes);
        writer.U32((uint)_rosters.Length);
        foreach ((long firstSlot, Roster roster) in _rosters)
        {
            writer.I64(firstSlot);
            writer.Hash(roster.Hash);
        }
    }

    private int IndexAt(long slot)
    {
        int index = _rosters.Length - 1;
        while (index > 0 && slot < _rosters[index].FirstSlot) index--;
        return index;
    }

    /// <summary>Takes in a change that the outcome of slot <paramref name="decidedSlot"/> contains.</summary>
    /// <returns>The schedule with it, or this one and why it was refused.</returns>
    public (RosterSchedule Schedule, RosterChangeRefusal Refusal) Apply(long decidedSlot, RosterChange change)
    {
        Roster next = change.Roster.Roster;
        RosterChangeRefusal refusal = Check(decidedSlot, change, next);
        if (refusal != RosterChangeRefusal.None) return (this, refusal);
        return (new RosterSchedule(_authority, _rosters.Add((change.FirstSlot, next))), RosterChangeRefusal.None);
    }

    private RosterChangeRefusal Check(long decidedSlot, RosterChange change, Roster next)
    {
        if (RosterRules.Violations(next).Count > 0) return RosterChangeRefusal.BreaksRules;
        if (!string.Equals(next.ClusterId, Newest.ClusterId, StringComparison.Ordinal)) return RosterChangeRefusal.OtherCluster;
        if (change.Roster.Authority != _authority || !change.Roster.IsSigned) return RosterChangeRefusal.NotSigned;
        if (next.Epoch != Newest.Epoch + 1) return RosterChangeRefusal.WrongEpoch;
        if (decidedSlot < 0 || change.FirstSlot < decidedSlot + LeadSlots || change.FirstSlot <= NewestFrom) return RosterChangeRefusal.TooSoon;
        Int128 lastEnds = StartOf(Newest.Timing, change.FirstSlot);
        Int128 nextBegins = StartOf(next.Timing, change.FirstSlot);
        return nextBegins < lastEnds || nextBegins > long.MaxValue ? RosterChangeRefusal.SlotsOverlap : RosterChangeRefusal.None;
    }

    // A proposal names any slot: computed wide, so that no number overflows.
    private static Int128 StartOf(SlotTiming timing, long slot) => timing.Start.Microseconds + ((Int128)slot * timing.PeriodUs);
}
