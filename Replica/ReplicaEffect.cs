using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Pictures;
using C3Fusion.Replica.Plans;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica;

/// <summary>What a replica asks of its host, in order. What a host publishes stands in the effects alone: it needs no look inside.</summary>
public abstract record ReplicaEffect
{
    private ReplicaEffect()
    {
    }

    /// <summary>Send these bytes to one peer over its link (<see cref="ILink"/>).</summary>
    /// <param name="Peer">Index of the node.</param>
    /// <param name="Bytes">A channel byte and a message.</param>
    public sealed record SendToPeer(int Peer, ReadOnlyMemory<byte> Bytes) : ReplicaEffect;

    /// <summary>Write the slot lease to stable storage, then answer with <see cref="ReplicaEvent.LeasePersisted"/>. Nothing is signed above the lease before.</summary>
    /// <param name="UpToSlot">The node may sign in slots up to this one, in this incarnation only.</param>
    public sealed record PersistLease(long UpToSlot) : ReplicaEffect;

    /// <summary>Append one record to the ledger. Records come in the order of their index and form a hash chain. The first one may follow an earlier record than the last that is stored: those after it are void. Where one cannot be stored, <see cref="ReplicaEvent.LedgerLost"/> is the answer, else none.</summary>
    /// <param name="Record">The record.</param>
    public sealed record AppendLedger(LedgerRecord Record) : ReplicaEffect;

    /// <summary>Read slots from the ledger's storage, off the replica's thread, then answer with <see cref="ReplicaEvent.StoredSlotsRead"/>. A peer asks for slots that are no longer in memory.</summary>
    /// <param name="Peer">The peer.</param>
    /// <param name="FromSlot">The first slot wanted, or the next one that was applied.</param>
    /// <param name="MaxSlots">Most slots.</param>
    /// <param name="MaxBytes">No further slot once the payloads read have as many bytes.</param>
    public sealed record ReadStoredSlots(int Peer, long FromSlot, int MaxSlots, int MaxBytes) : ReplicaEffect;

    /// <summary>Step the machine with <see cref="ReplicaEvent.TimeReached"/> at this time; replaces any earlier wish.</summary>
    /// <param name="Time">The next deadline.</param>
    public sealed record WakeAt(Instant Time) : ReplicaEffect;

    /// <summary>The local picture at the end of a slot period: this node's own fusion of what it received itself.</summary>
    /// <param name="Picture">The picture.</param>
    public sealed record LocalPictureChanged(Picture Picture) : ReplicaEffect;

    /// <summary>A slot entered the agreed state. While catching up many come in one step.</summary>
    /// <param name="Slot">The slot.</param>
    /// <param name="PictureHash">Hash of the agreed state after it, chained with those before: equal on all honest nodes.</param>
    /// <param name="Basis">What this node knows of the decision now.</param>
    /// <param name="Scans">The scans that entered the agreed tracker with this slot, by (sensor, boot, sequence).</param>
    public sealed record SlotApplied(long Slot, Hash256 PictureHash, DecisionBasis Basis, ImmutableArray<AgreedScan> Scans) : ReplicaEffect;

    /// <summary>The agreed picture after the newest applied slot; once a step, however many slots it applied.</summary>
    /// <param name="Slot">The slot after which it holds.</param>
    /// <param name="PictureHash">As in <see cref="SlotApplied"/>.</param>
    /// <param name="Picture">The picture.</param>
    public sealed record AgreedPictureChanged(long Slot, Hash256 PictureHash, Picture Picture) : ReplicaEffect;

    /// <summary>What this node holds of a slot's decision became known or stronger (or was rolled back and decided anew).</summary>
    /// <param name="Decision">The decision with its strength.</param>
    public sealed record SlotDecided(SlotDecision Decision) : ReplicaEffect;

    /// <summary>The agreed record says that a slot is final: a later slot carried a quorum certificate of it. Equal on all honest nodes.</summary>
    /// <param name="Slot">The slot that is final.</param>
    /// <param name="Strength">g: DECIDEs in the strongest certificate that was carried.</param>
    /// <param name="RecordedIn">The slot that carried it.</param>
    public sealed record SlotFinalByRecord(long Slot, int Strength, long RecordedIn) : ReplicaEffect;

    /// <summary>Slots from <paramref name="FromSlot"/> on were undone because a certificate says otherwise; they are applied anew from what is certified. Plans that were told and are open are told again; those that are undone are told as vetoed.</summary>
    /// <param name="FromSlot">The first slot undone.</param>
    /// <param name="Detail">What contradicted it.</param>
    public sealed record RolledBack(long FromSlot, string Detail) : ReplicaEffect;

    /// <summary>A plan is new or changed its state in the agreed plan book.</summary>
    /// <param name="Plan">The plan.</param>
    /// <param name="MayAct">May this node act on it now: committed, and where irreversible with the agreed record of finality and an own certificate.</param>
    public sealed record PlanChanged(Plan Plan, bool MayAct) : ReplicaEffect;

    /// <summary>A draft or veto of this node's operator was not taken: here at once, or by the agreed plan book, or its time ran out before any slot carried it.</summary>
    /// <param name="Refusal">Why.</param>
    /// <param name="Detail">In words, with the limit that was broken.</param>
    public sealed record PlanRefused(PlanRefusal Refusal, string Detail) : ReplicaEffect;

    /// <summary>The standing accusations changed. One entry per sensor of the roster, in its order.</summary>
    /// <param name="Origin">In which picture.</param>
    /// <param name="Sensors">What is held of each sensor now.</param>
    public sealed record TrustChanged(PictureOrigin Origin, ImmutableArray<SensorTrust> Sensors) : ReplicaEffect;

    /// <summary>An alarm began, or one that stands (the same kind and subject) has more to tell.</summary>
    /// <param name="Alarm">What and why.</param>
    public sealed record AlarmRaised(Alarm Alarm) : ReplicaEffect;

    /// <summary>An alarm ended.</summary>
    /// <param name="Alarm">As it was raised.</param>
    public sealed record AlarmCleared(Alarm Alarm) : ReplicaEffect;

    /// <summary>Transferable proof that a node signed two things that exclude each other.</summary>
    /// <param name="Evidence">The proof.</param>
    public sealed record NodeEvidenceFound(Evidence Evidence) : ReplicaEffect;

    /// <summary>Transferable proof that one (sensor, boot, sequence) was signed with two contents: the sensor lies or was cloned.</summary>
    /// <param name="Sensor">Index of the sensor.</param>
    /// <param name="Proof">Both envelopes.</param>
    public sealed record SensorEvidenceFound(int Sensor, ScanEquivocation Proof) : ReplicaEffect;

    /// <summary>The counters, once a slot where one of them changed.</summary>
    /// <param name="Counters">All of them.</param>
    public sealed record CountersChanged(ReplicaCounters Counters) : ReplicaEffect;

    /// <summary>This node must sign nothing more, ever, until an operator acts.</summary>
    /// <param name="Reason">Why, in words.</param>
    public sealed record Stopped(string Reason) : ReplicaEffect;
}
