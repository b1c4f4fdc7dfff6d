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

    /// <summary>Send these bytes to one peer over its link.</summary>
    /// <param name="Peer">Index of the node.</param>
    /// <param name="Bytes">An encoded frame.</param>
    public sealed record SendFrame(int Peer, ReadOnlyMemory<byte> Bytes) : AgreementEffect;

    /// <summary>Step the machine with <see cref="AgreementEvent.TimeReached"/> at this time; replaces any earlier wish.</summary>
    /// <param name="Time">The next deadline.</param>
    public sealed record WakeAt(Instant Time) : AgreementEffect;

    /// <summary>All outcomes of a slot are known here.</summary>
    /// <param name="Slot">The slot.</param>
    /// <param name="Outcomes">One for each node, by index.</param>
    /// <param name="Payloads">The payload of each value, empty for the others.</param>
    /// <param name="Abstained">Why this node does not vouch for it, or null: then it signed its DECIDE.</param>
    public sealed record Decided(long Slot, ImmutableArray<Outcome> Outcomes, ImmutableArray<ReadOnlyMemory<byte>> Payloads, string? Abstained) : AgreementEffect;

    /// <summary>Enough equal DECIDEs arrived: the slot is final with <paramref name="Certificate"/>.</summary>
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
