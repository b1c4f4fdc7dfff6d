namespace C3Fusion.Replica;

/// <summary>Bounds on this node's own memory and traffic. They may differ between nodes; what must be equal stands in <see cref="BatchRules"/> and <see cref="Plans.PlanRules"/>.</summary>
/// <param name="RetainedSlots">Most slots kept in memory for peers that catch up and for rolling back.</param>
/// <param name="RetainedBytes">Most bytes of payloads kept for that.</param>
/// <param name="PendingScansPerSensor">Own scans of one sensor that wait for a slot; the oldest are dropped.</param>
/// <param name="AnswerBytes">Most bytes of one catch-up answer (one payload always fits).</param>
/// <param name="AnswersPerSlotAndPeer">Catch-up answers that one peer gets in one slot.</param>
/// <param name="SlotsAppliedPerStep">Most slots applied in one step, so that a replica that catches up still meets its rounds.</param>
/// <param name="CheckpointEverySlots">Slots between two copies of the agreed state to which it can roll back.</param>
/// <param name="SlotsReplayedAtStart">Slots of the own ledger that are applied before the replica takes its first event; the rest follows step by step.</param>
public sealed record ReplicaLimits(
    int RetainedSlots = 900,
    long RetainedBytes = 256L << 20,
    int PendingScansPerSensor = 8,
    int AnswerBytes = 2 << 20,
    int AnswersPerSlotAndPeer = 8,
    int SlotsAppliedPerStep = 4,
    int CheckpointEverySlots = 16,
    int SlotsReplayedAtStart = 256);
