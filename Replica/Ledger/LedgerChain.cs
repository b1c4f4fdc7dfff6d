using C3Fusion.Rosters;

namespace C3Fusion.Replica.Ledger;

/// <summary>The growing end of a ledger.</summary>
internal sealed class LedgerChain
{
    private long _next;
    private Hash256 _previous;

    /// <summary>The next record with this body.</summary>
    public LedgerRecord Append(LedgerBody body)
    {
        var record = new LedgerRecord(_next, _previous, body);
        Follow(record);
        return record;
    }

    /// <summary>Is this the record after the last one?</summary>
    public bool Follows(LedgerRecord record) => record.Index == _next && record.Previous == _previous;

    /// <summary>Goes on from a record that follows.</summary>
    public void Follow(LedgerRecord record)
    {
        _previous = record.Hash;
        _next++;
    }
}
