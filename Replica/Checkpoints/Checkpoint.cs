using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Checkpoints;

/// <summary>
/// The authority's word on one slot, for a cluster that no certificate can bring on: the slot has these outcomes and stands upon
/// this state, so the slots between that state and this slot are none.
/// </summary>
/// <remarks>
/// It stands in for a quorum certificate, which is the stronger of the two: where both speak of a slot, the certificate counts. The
/// usual checkpoint lies a few slots ahead of the clock, says that everybody was silent in that slot, and names the state of the
/// <c>Unproven</c> or <c>Stalled</c> alarm: then all nodes go on from there together, and no payload is needed.
/// </remarks>
/// <param name="Slot">The slot.</param>
/// <param name="Outcomes">One for each node by index.</param>
/// <param name="StateBefore">Hash of the agreed state upon which the slot stands.</param>
/// <param name="Signature">64 bytes of the authority over slot, outcomes and state (<see cref="CheckpointBytes"/>).</param>
public sealed record Checkpoint(long Slot, ImmutableArray<Outcome> Outcomes, Hash256 StateBefore, ImmutableArray<byte> Signature)
{
    /// <summary>Signs a checkpoint.</summary>
    /// <param name="authority">The key that signed the roster.</param>
    /// <param name="roster">Under which it is made; it means nothing under another.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="outcomes">One for each node.</param>
    /// <param name="stateBefore">The state.</param>
    public static Checkpoint Sign(ISigner authority, Roster roster, long slot, ImmutableArray<Outcome> outcomes, Hash256 stateBefore)
    {
        var unsigned = new Checkpoint(slot, outcomes, stateBefore, []);
        return unsigned with { Signature = [.. authority.Sign(roster.Scope, SignatureDomain.Checkpoint, CheckpointBytes.WriteSigned(unsigned))] };
    }

    /// <summary>Checks a checkpoint that came by any way.</summary>
    /// <param name="roster">Under which it is to count.</param>
    /// <param name="authority">The key that signs this cluster's rosters.</param>
    /// <returns>The checkpoint, or null where it is not signed by the authority, or not of this roster.</returns>
    public Verified<Checkpoint>? Verify(Roster roster, PublicKey authority)
    {
        bool holds = Slot >= 0 && Outcomes.Length == roster.Nodes.Length
            && new SignatureCheck(authority).Verify(roster.Scope, SignatureDomain.Checkpoint, CheckpointBytes.WriteSigned(this), Signature.AsSpan());
        return holds ? new Verified<Checkpoint>(this) : null;
    }
}
