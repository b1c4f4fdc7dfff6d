using System.Collections.Immutable;
using C3Fusion.Replica.Checkpoints;

namespace C3Fusion.Replica.Ledger;

/// <summary>Finds slots in the records of a ledger: what a host's storage answers to <see cref="ReplicaEffect.ReadStoredSlots"/>, where it holds all records in memory.</summary>
public static class StoredSlots
{
    /// <summary>The slots that stand applied at the end of the records, with the newest proof of each.</summary>
    /// <param name="records">A whole ledger, in order.</param>
    /// <param name="from">The first slot wanted.</param>
    /// <param name="maxSlots">Most slots.</param>
    /// <param name="maxBytes">No further slot once the payloads have as many bytes.</param>
    public static ImmutableArray<StoredSlot> Of(IEnumerable<LedgerRecord> records, long from, int maxSlots, long maxBytes)
    {
        var standing = new SortedDictionary<long, StoredSlot>();
        var given = new SortedDictionary<long, Checkpoint>();
        foreach (LedgerRecord record in records)
        {
            switch (record.Body)
            {
                case LedgerBody.Applied applied when applied.Record.Slot >= from:
                    standing[applied.Record.Slot] = new StoredSlot(applied.Record, []);
                    break;
                case LedgerBody.Certified certified when standing.TryGetValue(certified.Slot, out StoredSlot? slot):
                    standing[certified.Slot] = slot with { Decides = certified.Decides };
                    break;
                case LedgerBody.Proven proven when standing.TryGetValue(proven.Slot, out StoredSlot? slot):
                    standing[proven.Slot] = slot with { Decides = proven.Decides };
                    break;
                case LedgerBody.Checkpointed checkpointed:
                    given[checkpointed.Checkpoint.Slot] = checkpointed.Checkpoint;
                    break;
                case LedgerBody.RolledBack undone:
                    foreach (long slot in standing.Keys.Where(slot => slot >= undone.FromSlot).ToArray()) standing.Remove(slot);
                    break;
            }
        }

        ImmutableArray<StoredSlot>.Builder found = ImmutableArray.CreateBuilder<StoredSlot>();
        long bytes = 0;
        foreach (StoredSlot slot in standing.Values)
        {
            if (found.Count >= maxSlots || bytes >= maxBytes) break;
            found.Add(slot with { Checkpoint = given.GetValueOrDefault(slot.Record.Slot) });
            foreach (ReadOnlyMemory<byte> payload in slot.Record.Payloads) bytes += payload.Length;
        }

        return found.ToImmutable();
    }
}
