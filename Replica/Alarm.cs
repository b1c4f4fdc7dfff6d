namespace C3Fusion.Replica;

/// <summary>What an operator must know at once.</summary>
public enum AlarmKind : byte
{
    /// <summary>More than f_s sensors are under evidence in the agreed picture: no track is Assured.</summary>
    AgreedSensorAlarm,

    /// <summary>The same in the local picture.</summary>
    LocalSensorAlarm,

    /// <summary>Something that must not happen within the assumptions happened: f_n or R was exceeded.</summary>
    Safety,

    /// <summary>A node was proved to equivocate by an agreed outcome.</summary>
    Equivocator,

    /// <summary>A node put a payload into a slot that is no batch; it counts as empty.</summary>
    BadPayload,

    /// <summary>The host's clock watch doubts the own clock: the node abstains.</summary>
    ClockInDoubt,

    /// <summary>More than f_n peers' times disagree with the own clock. Raises this alarm and steers nothing.</summary>
    PeersDisputeClock,

    /// <summary>Too few peers are heard to confirm the own clock (below 2f_n+1).</summary>
    PeersCannotConfirmClock,

    /// <summary>Slots are missing and are being fetched from peers.</summary>
    CatchingUp,

    /// <summary>Slots are missing and no peer could prove them: a checkpoint of the authority may be needed.</summary>
    Unproven,

    /// <summary>An adopted slot was undone.</summary>
    RolledBack,

    /// <summary>A certified DECIDE names another agreed picture than this node holds: this node's state is wrong.</summary>
    StateDiverged,

    /// <summary>The newest agreed picture lies many slots behind the clock.</summary>
    Stalled,

    /// <summary>The ledger could not be written any more, or a part of it was damaged: what it lacks is fetched from peers after a restart.</summary>
    LedgerLost,

    /// <summary>A sensor, which the subject names, signed two contents under one number: it lies, was rolled back, or was cloned.</summary>
    SensorEquivocates,
}

/// <summary>One alarm. (Kind, Subject) names it: it begins once, may be told again with another detail, and is cleared once.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Subject">Whom or what it is about: a node's name, or empty.</param>
/// <param name="Detail">The reason in words, with its numbers.</param>
/// <param name="Slot">The slot at which it began.</param>
public sealed record Alarm(AlarmKind Kind, string Subject, string Detail, long Slot);
