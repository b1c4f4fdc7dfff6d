using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Plans;

/// <summary>A plan as its proposer's payload carries it; who proposed it and in which slot is known from where it stands.</summary>
/// <param name="Number">Rises strictly with each proposal of one node: a repetition is recognised.</param>
/// <param name="Key">What it is about.</param>
/// <param name="Task">Kind of task.</param>
/// <param name="Units">Units, strictly ascending by ordinal.</param>
/// <param name="Text">The task in words.</param>
/// <param name="Irreversible">Cannot be taken back.</param>
/// <param name="PictureSlot">The slot after which the picture was agreed from which it was made.</param>
/// <param name="PictureHash">Hash of that picture.</param>
/// <param name="ExpirySlot">The last slot in which it can be in force.</param>
public sealed record PlanProposal(
    long Number,
    string Key,
    PlanTask Task,
    ImmutableArray<string> Units,
    string Text,
    bool Irreversible,
    long PictureSlot,
    Hash256 PictureHash,
    long ExpirySlot);

/// <summary>A veto as a payload carries it.</summary>
/// <param name="Proposer">Index of the node whose plan it is.</param>
/// <param name="Number">Number of the plan.</param>
/// <param name="Reason">Why.</param>
public sealed record PlanVeto(int Proposer, long Number, string Reason);
