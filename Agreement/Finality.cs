namespace C3Fusion.Agreement;

/// <summary>How far a slot's outcome can be trusted at this node, now.</summary>
public enum FinalityKind : byte
{
    /// <summary>Not all outcomes are known here.</summary>
    Undecided,

    /// <summary>This node does not vouch for its outcomes and nothing was adopted yet.</summary>
    Abstained,

    /// <summary>Decided or adopted without a quorum certificate: right if the slot was synchronous with at most f faults.</summary>
    FinalSuspect,

    /// <summary>m or more equal DECIDEs: unique whatever the timing was.</summary>
    FinalSync,
}

/// <summary>The mark of a slot or of one outcome (docs/agreement-rules.md, section 6: MARK). Local: honest nodes hold different marks; act on agreed records only.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Strength">g: equal DECIDEs that are here.</param>
/// <param name="ToleratedTraitors">t_any = 2g-n-1 for <see cref="FinalityKind.FinalSync"/>: traitors under any timing that it survives; else -1.</param>
public readonly record struct Finality(FinalityKind Kind, int Strength, int ToleratedTraitors)
{
    /// <summary>The mark of a slot that is not decided here, or not kept any more.</summary>
    public static Finality Undecided => new(FinalityKind.Undecided, 0, -1);
}
