using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Slots;

/// <summary>The slots that this node holds in memory: those that wait to be applied, and applied ones for peers that catch up and for rolling back.</summary>
internal sealed class SlotBook
{
    /// <summary>Slots above the newest applied one for which anything is kept; the rest is fetched later.</summary>
    public const int MaxAhead = 4096;

    /// <summary>Of those, how many may hold payloads.</summary>
    private const int MaxAheadWithPayloads = 256;

    private readonly Roster _roster;
    private readonly SortedDictionary<long, SlotEntry> _entries = [];
    private long _bytes;

    public SlotBook(Roster roster) => _roster = roster;

    /// <summary>f+1: equal DECIDEs of which one is honest.</summary>
    public int Plain => _roster.FaultyNodes + 1;

    public IEnumerable<SlotEntry> Entries => _entries.Values;

    public int Count => _entries.Count;

    public long PayloadBytes => _bytes;

    public SlotEntry? Find(long slot) => _entries.GetValueOrDefault(slot);

    /// <summary>The entry of a slot, made where it is new; null where the slot is out of range of <paramref name="applied"/>.</summary>
    public SlotEntry? At(long slot, long applied)
    {
        if (_entries.TryGetValue(slot, out SlotEntry? entry)) return entry;
        if (slot <= applied || slot < 0 || slot > applied + MaxAhead) return null;
        entry = new SlotEntry(slot);
        _entries.Add(slot, entry);
        return entry;
    }

    public void AddPayload(SlotEntry entry, in Hash256 value, ReadOnlyMemory<byte> bytes, long applied)
    {
        if (entry.Slot > applied + MaxAheadWithPayloads) return;
        long before = entry.PayloadBytes;
        entry.AddPayload(value, bytes);
        _bytes += entry.PayloadBytes - before;
    }

    public void MarkApplied(SlotEntry entry, ImmutableArray<Outcome> outcomes, in Hash256 stateBefore, in Hash256 stateAfter)
    {
        long before = entry.PayloadBytes;
        entry.MarkApplied(outcomes, stateBefore, stateAfter);
        _bytes += entry.PayloadBytes - before;
    }

    /// <summary>What settles a slot: a quorum of DECIDEs, else what this node vouches for, else what f+1 others say.</summary>
    /// <param name="entry">The slot.</param>
    /// <param name="conflict">Two vectors have f+1 DECIDEs each.</param>
    public Resolution Resolve(SlotEntry entry, out bool conflict)
    {
        ImmutableArray<Statement> strongest = entry.Strongest(Plain, out conflict);
        if (entry.IsPassedOver) return new Resolution(DecisionBasis.Abstained, default, strongest.Length);
        if (strongest.Length < entry.Certificate.Length) strongest = entry.Certificate;
        int g = strongest.Length;
        if (g >= _roster.CertificateQuorum) return new Resolution(DecisionBasis.FinalSync, strongest[0].Outcomes, g);
        if (entry.IsDistrusted) return new Resolution(DecisionBasis.Abstained, default, g);
        if (!entry.Vouched.IsDefault) return new Resolution(DecisionBasis.FinalSuspect, entry.Vouched, entry.DecidesFor(entry.Vouched).Length);
        if (!entry.Adopted.IsDefault) return new Resolution(DecisionBasis.Adopted, entry.Adopted, entry.DecidesFor(entry.Adopted).Length);

        // Two vectors with f+1 each: neither is believed until a certificate or an operator settles it.
        if (g >= Plain && !conflict) return new Resolution(DecisionBasis.Adopted, strongest[0].Outcomes, g);
        return new Resolution(DecisionBasis.Abstained, default, g);
    }

    /// <summary>DECIDEs that prove an applied slot to a peer; empty where fewer than f+1 are held.</summary>
    public ImmutableArray<Statement> ProofOf(SlotEntry entry)
    {
        if (!entry.IsApplied) return [];
        ImmutableArray<Statement> decides = entry.DecidesFor(entry.Applied);
        return decides.Length >= Plain ? decides : [];
    }

    /// <summary>Applied slots from <paramref name="from"/> on, ascending.</summary>
    public IEnumerable<SlotEntry> AppliedFrom(long from)
    {
        foreach (SlotEntry entry in _entries.Values)
        {
            if (entry.Slot >= from && entry.IsApplied) yield return entry;
        }
    }

    /// <summary>The lowest slot in memory.</summary>
    public long? Oldest => _entries.Count == 0 ? null : _entries.First().Key;

    /// <summary>The newest applied slot that is no longer in memory, -1 where all are.</summary>
    public long TrimmedUpTo { get; private set; } = -1;

    public void RemoveOldest()
    {
        SlotEntry oldest = _entries.First().Value;
        _bytes -= oldest.PayloadBytes;
        _entries.Remove(oldest.Slot);
        if (oldest.IsApplied) TrimmedUpTo = oldest.Slot;
    }
}
