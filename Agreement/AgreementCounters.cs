namespace C3Fusion.Agreement;

/// <summary>What the machine refused or left aside, since its start.</summary>
/// <param name="TooEarly">Frames stamped before T0 - guard of their slot: only a traitor or a wrong clock sends those.</param>
/// <param name="TooOld">Frames of slots that are not kept any more.</param>
/// <param name="SlotsTaken">Slots that this node opened.</param>
/// <param name="SlotsAbstained">Slots in which this node did not vouch for its outcomes.</param>
public readonly record struct AgreementCounters(long TooEarly, long TooOld, long SlotsTaken, long SlotsAbstained);
