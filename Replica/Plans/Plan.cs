using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Plans;

/// <summary>Kinds of task. Weapon release and targeting are out of scope.</summary>
public enum PlanTask : byte
{
    /// <summary>Units move.</summary>
    Movement = 1,

    /// <summary>Units watch an area.</summary>
    Observation = 2,

    /// <summary>Units relay communications.</summary>
    Relay = 3,

    /// <summary>Units protect something.</summary>
    Protection = 4,

    /// <summary>People are evacuated.</summary>
    Evacuation = 5,
}

/// <summary>Where a plan stands in the agreed plan book.</summary>
public enum PlanState : byte
{
    /// <summary>Agreed as proposed; vetoes are still heard.</summary>
    Proposed = 1,

    /// <summary>In force until it expires.</summary>
    Committed = 2,

    /// <summary>Vetoed, withdrawn, or its proposer was proved to equivocate.</summary>
    Vetoed = 3,

    /// <summary>Its last slot is over.</summary>
    Expired = 4,

    /// <summary>Another plan holds one of its units.</summary>
    Superseded = 5,
}

/// <summary>What an operator asks for. The node adds the number, the picture it was made from and the slot.</summary>
/// <param name="Key">What it is about; of two plans with one key at most one is in force. 1 to <see cref="PlanRules.MaxNameBytes"/> bytes.</param>
/// <param name="Task">Kind of task.</param>
/// <param name="Units">Named units, 1 to <see cref="PlanRules.MaxUnits"/>, without repetition; of two plans with a common unit at most one is in force.</param>
/// <param name="Text">The task in words, at most <see cref="PlanRules.MaxTextBytes"/> bytes.</param>
/// <param name="LifetimeSlots">Slots from its proposal to its expiry, 1 to <see cref="PlanRules.MaxLifetimeSlots"/>.</param>
/// <param name="Irreversible">Cannot be taken back: one veto of any node stops it, and it needs the agreed record of its slot's finality.</param>
public sealed record PlanDraft(
    string Key,
    PlanTask Task,
    ImmutableArray<string> Units,
    string Text,
    long LifetimeSlots,
    bool Irreversible);

/// <summary>A plan in the agreed plan book: equal on all honest nodes.</summary>
/// <param name="Id">Node name, a dash, and the number: unique, fit for a topic.</param>
/// <param name="Proposer">Index of the node that proposed it.</param>
/// <param name="Number">Rises strictly with each proposal of one node.</param>
/// <param name="Key">What it is about.</param>
/// <param name="Task">Kind of task.</param>
/// <param name="Units">Named units, ordered.</param>
/// <param name="Text">The task in words.</param>
/// <param name="Irreversible">Cannot be taken back.</param>
/// <param name="PictureSlot">The slot after which the agreed picture was the one that the proposer saw.</param>
/// <param name="PictureHash">Hash of that picture.</param>
/// <param name="ProposedSlot">The slot that carried the proposal.</param>
/// <param name="ExpirySlot">The last slot in which it can be in force.</param>
/// <param name="State">Where it stands.</param>
/// <param name="StateSlot">The slot that brought it there.</param>
/// <param name="Reason">Why it is vetoed, superseded or expired, in words; else empty.</param>
public sealed record Plan(
    string Id,
    int Proposer,
    long Number,
    string Key,
    PlanTask Task,
    ImmutableArray<string> Units,
    string Text,
    bool Irreversible,
    long PictureSlot,
    Hash256 PictureHash,
    long ProposedSlot,
    long ExpirySlot,
    PlanState State,
    long StateSlot,
    string Reason);
