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
        _previous = record.Hash;
        _next++;
        return record;
    }

    /// <summary>Goes on from a record that was found in storage.</summary>
    /// <returns>False where it does not follow the one before.</returns>
    public bool Follow(LedgerRecord record)
    {
        if (record.Index != _next || record.Previous != _previous) return false;
        _previous = record.Hash;
        _next++;
        return true;
    }
}
