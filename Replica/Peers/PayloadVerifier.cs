using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Peers;

/// <summary>Checks the signatures inside payloads ahead of time, so that applying a slot finds them remembered. Refuses nothing: what a payload counts for is decided when it is applied. Thread-safe.</summary>
internal sealed class PayloadVerifier
{
    private const int Remembered = 1024;

    private readonly Roster _roster;
    private readonly ScanCheck _scans;
    private readonly StatementVerifier _statements;
    private readonly Lock _gate = new();
    private readonly HashSet<Hash256> _done = [];
    private readonly Queue<Hash256> _order = new();

    public PayloadVerifier(Roster roster, ScanCheck scans, StatementVerifier statements)
    {
        _roster = roster;
        _scans = scans;
        _statements = statements;
    }

    public void Verify(in Hash256 hash, ReadOnlyMemory<byte> payload)
    {
        if (!IsNew(hash) || BatchBytes.Read(payload, _roster) is not { } batch) return;
        foreach (BatchScan scan in batch.Scans) _scans.Check(scan.Sensor, scan.Envelope);
        foreach (ReadOnlyMemory<byte> certificate in batch.Certificates)
        {
            ImmutableArray<Statement> decides = DecisionProof.Read(certificate.Span, _roster);
            _statements.Certificate(decides);
        }
    }

    private bool IsNew(in Hash256 hash)
    {
        lock (_gate)
        {
            if (!_done.Add(hash)) return false;
            _order.Enqueue(hash);
            if (_order.Count > Remembered) _done.Remove(_order.Dequeue());
            return true;
        }
    }
}
