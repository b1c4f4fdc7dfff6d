using C3Fusion.Replica.Agreed;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Ledger;

/// <summary>Applies the own ledger of earlier incarnations. It stops at the first record that does not follow; the rest is fetched from peers.</summary>
internal static class LedgerReplay
{
    public static void Run(ReplicaOptions options, ReplicaOutput output, AgreedLoop agreed)
    {
        foreach (LedgerRecord record in options.Restart.Ledger ?? [])
        {
            if (!output.Ledger.Follow(record)) return;
            switch (record.Body)
            {
                case LedgerBody.Applied applied:
                    if (!Restore(options, applied.Record, agreed)) return;
                    break;
                case LedgerBody.Certified certified:
                    agreed.RestoreCertificate(certified.Decides);
                    break;
                case LedgerBody.RolledBack undone:
                    if (!agreed.RestoreRollBack(undone.FromSlot)) return;
                    break;
            }
        }
    }

    private static bool Restore(ReplicaOptions options, SlotRecord record, AgreedLoop agreed)
    {
        int n = options.Roster.Nodes.Length;
        if (record.Slot <= agreed.Head.Slot || record.Outcomes.Length != n || record.Payloads.Length != n) return false;
        Hash256 hash = agreed.Restore(record);
        return hash == record.PictureHash;
    }
}
