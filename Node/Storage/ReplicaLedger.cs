using System.Collections.Immutable;
using System.Globalization;
using C3Fusion.Replica.Ledger;
using C3Fusion.Rosters;
using Serilog;

namespace C3Fusion.Node.Storage;

/// <summary>Finds the ledger of this box and roster and reads what it holds.</summary>
internal static class ReplicaLedger
{
    /// <summary>Opens the newest ledger of this roster in <paramref name="state"/>; where it is broken or cannot be read whole, a new one is begun beside it.</summary>
    /// <param name="state">The box's state directory.</param>
    /// <param name="roster">Whose ledger.</param>
    /// <param name="log">For what is wrong.</param>
    /// <param name="records">What it holds, to be applied anew.</param>
    public static SqliteLedger Open(string state, Roster roster, ILogger log, out ImmutableArray<LedgerRecord> records)
    {
        string prefix = $"ledger-{roster.Hash.ToString()[..12]}";
        for (int part = 0; ; part++)
        {
            string path = Path.Combine(state, string.Create(CultureInfo.InvariantCulture, $"{prefix}-{part}.db"));
            var ledger = new SqliteLedger(path, log);
            if (TryDecode(ledger, roster, out records) && !File.Exists(Next(path, part))) return ledger;
            ledger.Dispose();
        }

        string Next(string path, int part) => path.Replace($"-{part}.db", $"-{part + 1}.db", StringComparison.Ordinal);
    }

    private static bool TryDecode(SqliteLedger ledger, Roster roster, out ImmutableArray<LedgerRecord> records)
    {
        records = [];
        IReadOnlyList<LedgerRow> rows = ledger.Read();
        if (!ledger.IsWhole) return false;
        ImmutableArray<LedgerRecord>.Builder decoded = ImmutableArray.CreateBuilder<LedgerRecord>(rows.Count);
        foreach (LedgerRow row in rows)
        {
            if (LedgerBytes.Read(row.Bytes, roster) is not { } record || record.Index != row.Index || record.Previous != row.Previous) return false;
            decoded.Add(record);
        }

        records = decoded.MoveToImmutable();
        return true;
    }
}
