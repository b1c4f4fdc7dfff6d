using C3Fusion.Replica.Ledger;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Storage;

/// <summary>What a record says of a slot, so that storage finds slots without decoding records.</summary>
internal enum LedgerRowKind : byte
{
    /// <summary>Something else.</summary>
    Other = 0,

    /// <summary>The slot was applied.</summary>
    Applied = 1,

    /// <summary>DECIDEs that prove the slot.</summary>
    Proof = 2,

    /// <summary>This slot and all later ones were undone.</summary>
    Undone = 3,

    /// <summary>A checkpoint of the slot.</summary>
    Checkpoint = 4,
}

/// <summary>A stored link of the ledger's hash chain.</summary>
/// <param name="Index">0 for the first, then rising by one.</param>
/// <param name="Previous">Hash of the record before; zero for the first.</param>
/// <param name="Hash">SHA-256 of <paramref name="Bytes"/>.</param>
/// <param name="Kind">What it says of a slot.</param>
/// <param name="Slot">Of which; -1 where of none.</param>
/// <param name="Bytes">Canonical bytes of the record.</param>
internal sealed record LedgerRow(long Index, Hash256 Previous, Hash256 Hash, LedgerRowKind Kind, long Slot, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The row of a record.</summary>
    public static LedgerRow Of(LedgerRecord record)
    {
        (LedgerRowKind kind, long slot) = record.Body switch
        {
            LedgerBody.Applied applied => (LedgerRowKind.Applied, applied.Record.Slot),
            LedgerBody.Certified certified => (LedgerRowKind.Proof, certified.Slot),
            LedgerBody.Proven proven => (LedgerRowKind.Proof, proven.Slot),
            LedgerBody.Checkpointed given => (LedgerRowKind.Checkpoint, given.Checkpoint.Slot),
            LedgerBody.RolledBack undone => (LedgerRowKind.Undone, undone.FromSlot),
            _ => (LedgerRowKind.Other, -1L),
        };
        return new LedgerRow(record.Index, record.Previous, record.Hash, kind, slot, record.Bytes);
    }
}
