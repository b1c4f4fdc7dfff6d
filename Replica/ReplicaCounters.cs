namespace C3Fusion.Replica;

/// <summary>What a replica took, left out and why. Each rises only; a new incarnation begins at 0.</summary>
public readonly record struct ReplicaCounters
{
    /// <summary>Scans taken from the own ingest.</summary>
    public long ScansIngested { get; init; }

    /// <summary>Own scans that were not carried because the payload was full or they grew too old.</summary>
    public long ScansNotCarried { get; init; }

    /// <summary>Scans that entered the agreed picture.</summary>
    public long ScansAgreed { get; init; }

    /// <summary>Agreed scans that a second witness carried too.</summary>
    public long ScansFromSecondWitness { get; init; }

    /// <summary>Agreed scans refused: bad signature or malformed.</summary>
    public long ScansUnverifiable { get; init; }

    /// <summary>Agreed scans refused: time outside the slot's window.</summary>
    public long ScansOutsideWindow { get; init; }

    /// <summary>Agreed scans refused: boot or sequence not above the last one taken.</summary>
    public long ScansReplayed { get; init; }

    /// <summary>Agreed scans refused: one (sensor, boot, sequence) with two contents.</summary>
    public long ScansEquivocated { get; init; }

    /// <summary>Agreed scans left out: their sensor is proved to equivocate in this boot.</summary>
    public long ScansOfProvedLiars { get; init; }

    /// <summary>Agreed scans refused: more of one sensor in one slot than the quota.</summary>
    public long ScansOverQuota { get; init; }

    /// <summary>Reports that the agreed tracker refused.</summary>
    public long ReportsRefused { get; init; }

    /// <summary>Agreed payloads that are no batch.</summary>
    public long PayloadsRefused { get; init; }

    /// <summary>Agreed plan proposals and vetoes that the plan book refused.</summary>
    public long PlanEntriesRefused { get; init; }

    /// <summary>Certificates inside payloads that prove nothing.</summary>
    public long CertificatesRefused { get; init; }

    /// <summary>Catch-up requests left unanswered: quota of the peer used up, or nothing held.</summary>
    public long RequestsUnanswered { get; init; }

    /// <summary>Catch-up answers, or parts of one, that were not asked for or prove nothing.</summary>
    public long AnswersRefused { get; init; }

    /// <summary>Checkpoints that are not the authority's, or of a slot that is settled or has one already.</summary>
    public long CheckpointsRefused { get; init; }

    /// <summary>Slots applied.</summary>
    public long SlotsApplied { get; init; }

    /// <summary>Slots applied that were fetched from peers.</summary>
    public long SlotsCaughtUp { get; init; }

    /// <summary>Slots undone.</summary>
    public long SlotsRolledBack { get; init; }

    /// <summary>Slots, or payloads of slots, that were known before their turn and could not be kept: they are fetched later.</summary>
    public long SlotsNotKept { get; init; }

    /// <summary>Slots in which this node abstained.</summary>
    public long SlotsAbstained { get; init; }

    /// <summary>The sums.</summary>
    public ReplicaCounters Plus(in ReplicaCounters other) => new()
    {
        ScansIngested = ScansIngested + other.ScansIngested,
        ScansNotCarried = ScansNotCarried + other.ScansNotCarried,
        ScansAgreed = ScansAgreed + other.ScansAgreed,
        ScansFromSecondWitness = ScansFromSecondWitness + other.ScansFromSecondWitness,
        ScansUnverifiable = ScansUnverifiable + other.ScansUnverifiable,
        ScansOutsideWindow = ScansOutsideWindow + other.ScansOutsideWindow,
        ScansReplayed = ScansReplayed + other.ScansReplayed,
        ScansEquivocated = ScansEquivocated + other.ScansEquivocated,
        ScansOfProvedLiars = ScansOfProvedLiars + other.ScansOfProvedLiars,
        ScansOverQuota = ScansOverQuota + other.ScansOverQuota,
        ReportsRefused = ReportsRefused + other.ReportsRefused,
        PayloadsRefused = PayloadsRefused + other.PayloadsRefused,
        PlanEntriesRefused = PlanEntriesRefused + other.PlanEntriesRefused,
        CertificatesRefused = CertificatesRefused + other.CertificatesRefused,
        RequestsUnanswered = RequestsUnanswered + other.RequestsUnanswered,
        AnswersRefused = AnswersRefused + other.AnswersRefused,
        CheckpointsRefused = CheckpointsRefused + other.CheckpointsRefused,
        SlotsApplied = SlotsApplied + other.SlotsApplied,
        SlotsCaughtUp = SlotsCaughtUp + other.SlotsCaughtUp,
        SlotsRolledBack = SlotsRolledBack + other.SlotsRolledBack,
        SlotsNotKept = SlotsNotKept + other.SlotsNotKept,
        SlotsAbstained = SlotsAbstained + other.SlotsAbstained,
    };
}
