using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Agreed;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Ledger;

/// <summary>Applies the own ledger of earlier incarnations, some slots at a time, so that memory is bounded and rounds are met meanwhile.</summary>
/// <remarks>
/// It ends at the first record that does not follow: not in the chain, not of this roster, a certificate whose signatures do not
/// hold, a slot after which the state has another hash than the record says. What was good before it stays; the rest is fetched
/// from peers, and later records follow the last good one.
/// </remarks>
internal sealed class LedgerReplay
{
    private readonly ReplicaOptions _options;
    private readonly LedgerChain _chain;
    private readonly AgreedLoop _agreed;
    private readonly StatementVerifier _statements;
    private readonly SensorGuilt _sensors;
    private IEnumerator<LedgerRecord?>? _records;

    public LedgerReplay(ReplicaOptions options, LedgerChain chain, AgreedLoop agreed, StatementVerifier statements, SensorGuilt sensors)
    {
        _options = options;
        _chain = chain;
        _agreed = agreed;
        _statements = statements;
        _sensors = sensors;
        _records = options.Restart.Ledger?.GetEnumerator();
    }

    /// <summary>Was the last record taken that follows?</summary>
    public bool IsDone => _records is null;

    /// <summary>Why it ended before the last record; null where it did not.</summary>
    public string? Broken { get; private set; }

    /// <summary>Takes records until <paramref name="slots"/> slots were applied.</summary>
    public void Advance(int slots)
    {
        while (slots > 0 && _records is { } records)
        {
            if (!records.MoveNext())
            {
                End();
                return;
            }

            if (records.Current is not { } record)
            {
                Broken = "a stored record is damaged";
                End();
                return;
            }

            if (!_chain.Follows(record)) Broken = $"record {record.Index} does not follow";
            else if (!Take(record)) Broken = $"record {record.Index} contradicts what was applied before it";
            if (Broken is not null)
            {
                End();
                return;
            }

            _chain.Follow(record);
            if (record.Body is LedgerBody.Applied) slots--;
        }
    }

    private bool Take(LedgerRecord record) => record.Body switch
    {
        LedgerBody.Applied applied => Restore(applied.Record),
        LedgerBody.Certified certified => IsProof(certified.Decides, _options.Roster.CertificateQuorum) && Take(_agreed.RestoreCertificate, certified.Decides),
        LedgerBody.Proven proven => IsProof(proven.Decides, _options.Roster.FaultyNodes + 1) && Take(_agreed.RestoreProof, proven.Decides),
        LedgerBody.Checkpointed given => Restore(given.Checkpoint),
        LedgerBody.RolledBack undone => _agreed.RestoreRollBack(undone.FromSlot),
        LedgerBody.SensorGuilt guilt => Restore(guilt),
        _ => true,
    };

    private bool Restore(LedgerBody.SensorGuilt guilt)
    {
        if (ScanEquivocation.Verify(new ScanVerifier(_options.Roster), guilt.Sensor, guilt.First, guilt.Second) is not { } proof) return false;
        _sensors.Restore(guilt.Sensor, proof.Value);
        return true;
    }

    private static bool Take(Action<ImmutableArray<Statement>> restore, ImmutableArray<Statement> decides)
    {
        restore(decides);
        return true;
    }

    /// <summary>The disk is not trusted more than a peer: a proof in the ledger is one only if its signatures hold.</summary>
    private bool IsProof(ImmutableArray<Statement> decides, int least) =>
        StatementVerifier.AreEqualDecides(decides, least) && decides.All(_statements.IsSigned);

    private bool Restore(Checkpoint checkpoint)
    {
        // Without the authority's key nothing can be said of it: it counts for nothing, and is no damage.
        if (_options.Authority is not { } authority) return true;
        if (checkpoint.Verify(_options.Roster, authority) is null) return false;
        _agreed.RestoreCheckpoint(checkpoint);
        return true;
    }

    private bool Restore(SlotRecord record)
    {
        int n = _options.Roster.Nodes.Length;
        if (record.Slot <= _agreed.Head.Slot || record.Outcomes.Length != n || record.Payloads.Length != n) return false;
        return _agreed.Restore(record);
    }

    private void End()
    {
        _records?.Dispose();
        _records = null;
    }
}
