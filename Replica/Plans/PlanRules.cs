namespace C3Fusion.Replica.Plans;

/// <summary>The numbers of the plan book. Part of the protocol: equal on all nodes.</summary>
public static class PlanRules
{
    /// <summary>Longest key or unit name, bytes of UTF-8.</summary>
    public const int MaxNameBytes = 64;

    /// <summary>Most units in a plan.</summary>
    public const int MaxUnits = 16;

    /// <summary>Longest text, bytes of UTF-8.</summary>
    public const int MaxTextBytes = 512;

    /// <summary>Longest reason of a veto, bytes of UTF-8.</summary>
    public const int MaxReasonBytes = 256;

    /// <summary>Longest life of a plan, slots.</summary>
    public const long MaxLifetimeSlots = 86_400;

    /// <summary>Most proposals, and most vetoes, in one payload.</summary>
    public const int MaxEntriesPerPayload = 16;

    /// <summary>Most plans of one proposer that are proposed or committed at a time.</summary>
    public const int MaxOpenPerProposer = 32;

    /// <summary>Closed plans that the book remembers.</summary>
    public const int MaxClosed = 256;

    /// <summary>Slots after that of the proposal in which vetoes count; the plan is committed with the last of them.</summary>
    public const int VetoSlots = 2;

    /// <summary>How many slots old the picture that a proposal names may be.</summary>
    public const int PictureMemorySlots = 32;

    /// <summary>Slots for which one node is the designated proposer before the next one's turn.</summary>
    public const int TurnSlots = 8;
}
