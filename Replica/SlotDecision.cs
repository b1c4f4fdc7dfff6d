using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Rosters;

namespace C3Fusion.Replica;

/// <summary>What a node's view of a slot's decision rests on, weakest first. Local: honest nodes may differ in it, never in the decision.</summary>
public enum DecisionBasis : byte
{
    /// <summary>The node does not vouch for what it saw and holds no proof yet: the slot is not applied.</summary>
    Abstained,

    /// <summary>f+1 equal DECIDEs of others: right if the slot was synchronous. Applied, and undone if a certificate says otherwise.</summary>
    Adopted,

    /// <summary>Decided here in time, fewer than m equal DECIDEs known: right while at most f nodes were faulty and frames kept their rounds.</summary>
    FinalSuspect,

    /// <summary>m or more equal DECIDEs: right whatever the timing was.</summary>
    FinalSync,

    /// <summary>A checkpoint of the authority, where no certificate is known: right as far as the authority is.</summary>
    Checkpointed,
}

/// <summary>A slot's decision as this node holds it.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Basis">What it rests on.</param>
/// <param name="Strength">g: equal DECIDEs known, 0 where none.</param>
/// <param name="SurvivesTraitors">t_any = 2g-n-1 for <see cref="DecisionBasis.FinalSync"/>: traitors that it survives under any timing; else 0.</param>
/// <param name="Outcomes">One for each node by index; empty while nothing is known.</param>
/// <param name="Detail">Why the node abstained, or null.</param>
public sealed record SlotDecision(long Slot, DecisionBasis Basis, int Strength, int SurvivesTraitors, ImmutableArray<Outcome> Outcomes, string? Detail)
{
    /// <summary>SHA-256 over slot and outcomes: equal decisions have equal hashes.</summary>
    public Hash256 Hash => SlotDecisionBytes.HashOf(Slot, Outcomes);
}
