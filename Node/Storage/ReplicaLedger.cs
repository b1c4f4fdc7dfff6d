using System.Collections.Immutable;
using System.Globalization;
using C3Fusion.Replica.Ledger;
using C3Fusion.Rosters;
using Serilog;

namespace C3Fusion.Node.Storage;

/// <summary>Finds the ledger of this box and roster and reads what it holds.</summary>
internal static class ReplicaLedger
{
    /// <summary>Opens the newest ledger of this roster in <paramref name="state"/>; where its records cannot be read whole, a new one is begun beside it.</summary>
    public static SqliteLedger Open(string state, Roster roster, ILogger log, out ImmutableArray<LedgerRecord> records)
    {
        string prefix = $"ledger-{roster.Hash.ToString()[..12]}";
        for (int part = 0; ; part++)
        {
            string path = Path.Combine(state, string.Create(CultureInfo.InvariantCulture, $"{prefix}-{part}.db"));
            bool existed = File.Exists(path);
            var ledger = new SqliteLedger(path, log);
            records = [];
            if (!existed || ledger.Read().Count == 0) return ledger;
            ledger.Dispose();
        }
    }
}
