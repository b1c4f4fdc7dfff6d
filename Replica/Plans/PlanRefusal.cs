namespace C3Fusion.Replica.Plans;

/// <summary>Why a draft, proposal or veto was not taken.</summary>
public enum PlanRefusal : byte
{
    /// <summary>It was taken.</summary>
    None,

    /// <summary>Empty or too long key, units, text or reason, or a unit named twice.</summary>
    Malformed,

    /// <summary>The lifetime is not in its range, or the plan is over already.</summary>
    Lifetime,

    /// <summary>It names a picture that is unknown, other than the agreed one, or too old.</summary>
    WrongPicture,

    /// <summary>The number does not rise.</summary>
    Repeated,

    /// <summary>The proposer has too many open plans.</summary>
    TooMany,

    /// <summary>The proposer was proved to equivocate.</summary>
    Equivocator,

    /// <summary>No open plan has this id.</summary>
    UnknownPlan,

    /// <summary>The plan is no longer open to a veto.</summary>
    TooLate,

    /// <summary>This node holds no current agreed picture (it is catching up): it proposes nothing from stale state.</summary>
    StaleState,
}
