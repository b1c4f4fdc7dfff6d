namespace C3Fusion.Agreement;

/// <summary>What the clock watch says of this node's own clock. Never widens a deadline; a doubtful clock makes the node abstain.</summary>
public enum ClockStatus : byte
{
    /// <summary>Within its configured error bound.</summary>
    Good,

    /// <summary>Possibly outside its bound: sign nothing that says what was heard in time.</summary>
    InDoubt,
}
