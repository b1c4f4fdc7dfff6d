using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Peers;

/// <summary>The first byte of what goes over a link.</summary>
public enum PeerChannel : byte
{
    /// <summary>An agreement frame follows.</summary>
    Agreement = 1,

    /// <summary>A catch-up request follows.</summary>
    CatchUpRequest = 2,

    /// <summary>A catch-up answer follows.</summary>
    CatchUpAnswer = 3,
}

/// <summary>What one replica says to another. A closed set.</summary>
public abstract record PeerMessage
{
    private PeerMessage()
    {
    }

    /// <summary>A frame of the agreement; every signature in it was checked.</summary>
    /// <param name="Frame">The frame.</param>
    public sealed record AgreementFrame(Verified<Frame> Frame) : PeerMessage;

    /// <summary>Asks for decided slots. Not signed: the link says who asks, and an answer reveals only what is agreed.</summary>
    /// <param name="FromSlot">The first slot that is wanted.</param>
    /// <param name="Held">Hashes of payloads of that slot that need not be sent.</param>
    public sealed record CatchUpRequest(long FromSlot, ImmutableArray<Hash256> Held) : PeerMessage;

    /// <summary>Decided slots with their proof, consecutive from the one that was asked for.</summary>
    /// <param name="Slots">The slots, ascending.</param>
    public sealed record CatchUpAnswer(ImmutableArray<ProvenSlot> Slots) : PeerMessage;
}

/// <summary>A decided slot as one peer hands it to another: signed DECIDEs prove the vector, hashes in the vector prove the payloads.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Decides">DECIDE statements of distinct nodes for one vector, ascending by author, signatures checked: at least f+1 (PLAIN), or m (quorum certificate).</param>
/// <param name="Payloads">Some or all payloads of the vector's values.</param>
/// <param name="Checkpoint">The authority's checkpoint of the slot, in place of DECIDEs where there are none; signature checked; or null.</param>
public sealed record ProvenSlot(long Slot, ImmutableArray<Statement> Decides, ImmutableArray<ReadOnlyMemory<byte>> Payloads, Checkpoint? Checkpoint = null);
