using C3Fusion.Rosters;

namespace C3Fusion.Replica.Agreed;

/// <summary>Which slots the agreed record holds a quorum certificate for, and how strong: computed from certificates that later slots carried, so equal on all honest nodes.</summary>
internal sealed class FinalityRecord
{
    /// <summary>How many slots back a certificate is still taken into the record.</summary>
    public const int Window = 128;

    private readonly SortedDictionary<long, int> _strength;

    public FinalityRecord() => _strength = [];

    private FinalityRecord(FinalityRecord other) => _strength = new SortedDictionary<long, int>(other._strength);

    public FinalityRecord Fork() => new(this);

    /// <summary>g of the strongest certificate recorded for a slot, 0 where there is none.</summary>
    public int StrengthOf(long slot) => _strength.GetValueOrDefault(slot);

    /// <summary>Records a certificate.</summary>
    /// <returns>True where it is the first for its slot, or stronger.</returns>
    public bool Record(long slot, int strength)
    {
        if (_strength.GetValueOrDefault(slot) >= strength) return false;
        _strength[slot] = strength;
        return true;
    }

    /// <summary>Forgets slots that left the window.</summary>
    public void Trim(long newest)
    {
        while (_strength.Count > 0)
        {
            long oldest = _strength.First().Key;
            if (oldest >= newest - Window) return;
            _strength.Remove(oldest);
        }
    }

    public void WriteState(CanonicalWriter writer)
    {
        writer.U32((uint)_strength.Count);
        foreach ((long slot, int strength) in _strength)
        {
            writer.I64(slot);
            writer.U16(checked((ushort)strength));
        }
    }
}
