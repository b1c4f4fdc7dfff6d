using C3Fusion.Replica.Ledger;
using C3Fusion.Rosters;

namespace C3Fusion.Replica;

/// <summary>What a replica knows of its earlier incarnations.</summary>
/// <param name="StartedAt">When this incarnation starts, on the node's own clock: it signs nothing in slots that began before (plus the clock guard).</param>
/// <param name="LeasedUpToSlot">The lease found on stable storage: nothing is signed up to it. Null where this node never ran, or its journal is lost.</param>
/// <param name="Ledger">Records of the ledger found, in order: enumerated once, as they are applied anew, the first ones at once and the rest step by step, before any other slot is applied. A null record stands for one that is damaged: what was before it counts. Null or empty where there are none.</param>
/// <param name="IsFrozen">An earlier incarnation saw that two decisions may both be true: irreversible plans are not acted on.</param>
public sealed record RestartState(Instant StartedAt, long? LeasedUpToSlot = null, IEnumerable<LedgerRecord?>? Ledger = null, bool IsFrozen = false);
