using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Peers;
using C3Fusion.Replica.Plans;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica;

/// <summary>What can happen to a replica. A closed set: the host feeds them one at a time to <see cref="ReplicaMachine.Step"/>.</summary>
public abstract record ReplicaEvent
{
    private ReplicaEvent()
    {
    }

    /// <summary>A sensor's scan arrived, its signature holds and the node's own gate let it pass.</summary>
    /// <param name="Scan">The scan with its envelope.</param>
    public sealed record ScanAccepted(Verified<SignedScan> Scan) : ReplicaEvent;

    /// <summary>A peer sent something whose every signature was checked by <see cref="PeerMessageVerifier"/>.</summary>
    /// <param name="Peer">Index of the node at the other end of the link.</param>
    /// <param name="Message">What it sent.</param>
    /// <param name="Stamp">Taken at the socket read: deadlines compare with this.</param>
    public sealed record PeerMessageArrived(int Peer, Verified<PeerMessage> Message, Instant Stamp) : ReplicaEvent;

    /// <summary>The time asked for by <see cref="ReplicaEffect.WakeAt"/> was reached (or any other: the machine looks at now). Also the first event after start.</summary>
    public sealed record TimeReached : ReplicaEvent;

    /// <summary>The lease up to <paramref name="UpToSlot"/> is on stable storage, file and directory.</summary>
    /// <param name="UpToSlot">As in <see cref="ReplicaEffect.PersistLease"/>.</param>
    public sealed record LeasePersisted(long UpToSlot) : ReplicaEvent;

    /// <summary>This node's operator proposes a plan.</summary>
    /// <param name="Draft">What was asked for.</param>
    public sealed record PlanProposed(PlanDraft Draft) : ReplicaEvent;

    /// <summary>This node's operator vetoes a plan, or withdraws an own one.</summary>
    /// <param name="PlanId">Id of the plan.</param>
    /// <param name="Reason">Why, at most <see cref="PlanRules.MaxReasonBytes"/> bytes.</param>
    public sealed record PlanVetoed(string PlanId, string Reason) : ReplicaEvent;

    /// <summary>The host's watch over its own disciplined clock changed its mind. A doubtful clock makes the node abstain.</summary>
    /// <param name="Status">What it says now.</param>
    public sealed record ClockJudged(ClockStatus Status) : ReplicaEvent;

    /// <summary>Stored slots were read, as <see cref="ReplicaEffect.ReadStoredSlots"/> asked; empty where nothing is stored from there on, or reading failed.</summary>
    /// <param name="Peer">The peer for which they were asked.</param>
    /// <param name="Slots">Consecutive applied slots, ascending.</param>
    public sealed record StoredSlotsRead(int Peer, ImmutableArray<StoredSlot> Slots) : ReplicaEvent;

    /// <summary>A ledger record could not be stored, or what is stored is damaged. No later record is appended in this incarnation.</summary>
    /// <param name="Detail">Which and why, in words.</param>
    public sealed record LedgerLost(string Detail) : ReplicaEvent;

    /// <summary>The node's own ingest holds proof that a sensor equivocates.</summary>
    /// <param name="Proof">Both envelopes, checked.</param>
    public sealed record SensorEvidenceHeard(Verified<ScanEquivocation> Proof) : ReplicaEvent;

    /// <summary>An operator gave this node a checkpoint of the authority.</summary>
    /// <param name="Checkpoint">The checkpoint; its signature is checked here, with <see cref="ReplicaOptions.Authority"/>.</param>
    public sealed record CheckpointGiven(Checkpoint Checkpoint) : ReplicaEvent;
}
