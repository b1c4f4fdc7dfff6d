using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>What the agreement machine asks of its host, in order.</summary>
public abstract record AgreementEffect
{
    private AgreementEffect()
    {
    }

    /// <summary>Write the slot lease to stable storage, then answer with <see cref="AgreementEvent.LeasePersisted"/>. Nothing is signed above the lease before.</summary>
    /// <param name="UpToSlot">The node may sign in slots up to this one, in this incarnation only.</param>
    public sealed record PersistLease(long UpToSlot) : AgreementEffect;

    /// <summary>Send a frame to one peer over its link.</summary>
    /// <param name="Peer">Index of the node.</param>
    /// <param name="Frame">The frame; peers that get equal frames share one object.</param>
    public sealed record SendFrame(int Peer, Frame Frame) : AgreementEffect
    {
        /// <summary>The frame's canonical bytes, encoded once for all peers that get it.</summary>
        public ReadOnlyMemory<byte> Bytes => Frame.Bytes;
    }

    /// <summary>Step the machine with <see cref="AgreementEvent.TimeReached"/> at this time; replaces any earlier wish.</summary>
    /// <remarks>The close barrier: the host first feeds every frame stamped at or before <paramref name="Time"/>, those still being verified included.</remarks>
    /// <param name="Time">The next deadline.</param>
    public sealed record WakeAt(Instant Time) : AgreementEffect;

    /// <summary>All outcomes of a slot are known here. Where this node abstains, apply nothing yet: <see cref="Adopted"/> follows if the others settle it.</summary>
    /// <param name="Slot">The slot.</param>
    /// <param name="Outcomes">One for each node, by index.</param>
    /// <param name="Payloads">The payload of each value, empty for the others.</param>
    /// <param name="Abstained">Why this node does not vouch for it, or null: then it signed its DECIDE.</param>
    public sealed record Decided(long Slot, ImmutableArray<Outcome> Outcomes, ImmutableArray<ReadOnlyMemory<byte>> Payloads, string? Abstained) : AgreementEffect;

    /// <summary>
    /// A slot that this node abstained from is settled by the DECIDEs of others: apply these outcomes in place of its own.
    /// Provisional (f+1 equal entries each: right if the slot was synchronous) or final (a quorum certificate).
    /// </summary>
    /// <param name="Slot">The slot.</param>
    /// <param name="Outcomes">One for each node, by index.</param>
    /// <param name="Payloads">The payload of each value that this node holds, empty for the others.</param>
    /// <param name="Missing">Nodes whose value was adopted and whose payload must be fetched by its hash.</param>
    /// <param name="Final">Does a quorum certificate say so?</param>
    public sealed record Adopted(long Slot, ImmutableArray<Outcome> Outcomes, ImmutableArray<ReadOnlyMemory<byte>> Payloads, ImmutableArray<int> Missing, bool Final) : AgreementEffect;

    /// <summary>A quorum certificate contradicts what this node applied: return to the state before the slot and apply these outcomes. A safety alarm and the end of signing come with it.</summary>
    /// <param name="Slot">The slot.</param>
    /// <param name="Outcomes">What the certificate says.</param>
    /// <param name="Payloads">The payload of each value that this node holds, empty for the others.</param>
    /// <param name="Missing">Nodes whose payload must be fetched by its hash.</param>
    public sealed record RolledBack(long Slot, ImmutableArray<Outcome> Outcomes, ImmutableArray<ReadOnlyMemory<byte>> Payloads, ImmutableArray<int> Missing) : AgreementEffect;

    /// <summary>Enough equal DECIDEs arrived: the slot is final with <paramref name="Certificate"/>. Said at m of them and again whenever one more arrives.</summary>
    /// <param name="Slot">The slot.</param>
    /// <param name="Certificate">A quorum certificate, transferable.</param>
    public sealed record Certified(long Slot, DecisionCertificate Certificate) : AgreementEffect;

    /// <summary>Transferable proof that a node signed two things that exclude each other.</summary>
    /// <param name="Evidence">The proof.</param>
    public sealed record EvidenceFound(Evidence Evidence) : AgreementEffect;

    /// <summary>Something that must not happen within the assumptions happened: f or R was exceeded.</summary>
    /// <param name="Slot">The slot.</param>
    /// <param name="Detail">What was seen.</param>
    public sealed record SafetyAlarm(long Slot, string Detail) : AgreementEffect;

    /// <summary>This node must sign nothing more, ever, until an operator acts.</summary>
    /// <param name="Reason">Why, in words.</param>
    public sealed record Stopped(string Reason) : AgreementEffect;
}
