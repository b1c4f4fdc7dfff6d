using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>What can happen to the agreement machine. A closed set: the host feeds them one at a time.</summary>
public abstract record AgreementEvent
{
    private AgreementEvent()
    {
    }

    /// <summary>Slot <paramref name="Slot"/> begins for this node, at or after its T0, with this payload to broadcast.</summary>
    /// <param name="Slot">Rises by at least one each time.</param>
    /// <param name="Payload">What to broadcast; may be empty.</param>
    public sealed record SlotOpened(long Slot, ReadOnlyMemory<byte> Payload) : AgreementEvent;

    /// <summary>A frame whose every signature was checked arrived.</summary>
    /// <param name="Frame">The frame.</param>
    /// <param name="Stamp">Taken at the socket read: deadlines compare with this, not with the time of processing.</param>
    public sealed record FrameArrived(Verified<Frame> Frame, Instant Stamp) : AgreementEvent;

    /// <summary>
    /// The time asked for by <see cref="AgreementEffect.WakeAt"/> was reached (or any other: the machine looks at now).
    /// Closes every round whose deadline is at or before now: the host fed all frames stamped up to it before.
    /// </summary>
    public sealed record TimeReached : AgreementEvent;

    /// <summary>The lease up to <paramref name="UpToSlot"/> is on stable storage, file and directory.</summary>
    /// <param name="UpToSlot">As in the effect that asked for it.</param>
    public sealed record LeasePersisted(long UpToSlot) : AgreementEvent;

    /// <summary>The replica applied all slots up to <paramref name="Slot"/>; the hash goes into the DECIDE of the next slot.</summary>
    /// <param name="Slot">The last slot applied.</param>
    /// <param name="StateHash">Hash of the agreed picture after it.</param>
    public sealed record StateApplied(long Slot, Hash256 StateHash) : AgreementEvent;

    /// <summary>The clock watch changed its mind.</summary>
    /// <param name="Status">What it says now.</param>
    public sealed record ClockJudged(ClockStatus Status) : AgreementEvent;

    /// <summary>A certificate came by another way than frames: catch-up, a ledger, a later slot's payload.</summary>
    /// <param name="Certificate">Checked against the roster.</param>
    public sealed record CertificateLearned(Verified<DecisionCertificate> Certificate) : AgreementEvent;

    /// <summary>
    /// A new roster was decided: this one holds up to <paramref name="LastSlot"/>. Later slots are not opened and their frames are
    /// refused; slots up to it end as ever. The successor is a machine of its own (<see cref="AgreementMachine.Successor"/>).
    /// </summary>
    /// <param name="LastSlot">At or after every slot that was opened.</param>
    public sealed record RosterEnds(long LastSlot) : AgreementEvent;
}
