using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Slots;

/// <summary>The slots that this node holds in memory: those that wait to be applied, and applied ones for peers that catch up and for rolling back.</summary>
internal sealed class SlotBook
{
    /// <summary>Slots next to the newest applied one, all of which are kept.</summary>
    public const int MaxNear = 1024;

    /// <summary>Of the slots beyond those, how many are kept: the newest. A cluster that was away for long goes on from them; the rest is fetched.</summary>
    public const int MaxFar = 256;

    /// <summary>Most bytes of payloads of slots that are not applied yet.</summary>
    private const long MaxAheadBytes = 256L << 20;

    /// <summary>Of the newest slots, how many keep their payloads whatever the bytes are.</summary>
    private const int NewestWithPayloads = 4;

    private readonly Roster _roster;
    private readonly SortedList<long, SlotEntry> _entries = [];

    public SlotBook(Roster roster) => _roster = roster;

    /// <summary>f+1: equal DECIDEs of which one is honest.</summary>
    public int Plain => _roster.FaultyNodes + 1;

    /// <summary>Slots, or payloads of slots, that were known and could not be kept: they are fetched later.</summary>
    public long NotKept { get; private set; }

    public SlotEntry? Find(long slot) => _entries.GetValueOrDefault(slot);

    /// <summary>The slots from <paramref name="from"/> on, ascending; the book must not change meanwhile.</summary>
    public IEnumerable<SlotEntry> From(long from)
    {
        for (int i = IndexFrom(from); i < _entries.Count; i++) yield return _entries.Values[i];
    }

    /// <summary>How many slots up to <paramref name="slot"/> are in memory, and how many bytes of payloads they hold.</summary>
    public (int Slots, long Bytes) UpTo(long slot)
    {
        int end = IndexFrom(slot + 1);
        long bytes = 0;
        for (int i = 0; i < end; i++) bytes += _entries.Values[i].PayloadBytes;
        return (end, bytes);
    }

    /// <summary>The entry of a slot, made where it is new; null where the slot lies at or below <paramref name="applied"/>, or is one of too many.</summary>
    /// <remarks>
    /// Whoever opens a slot here has this node's own decision, a certificate, f+1 DECIDEs, or a DECIDE from a frame of a slot
    /// near the own clock's. So the slot may lie anywhere: T0 may be a week back, or all may have been away for hours.
    /// </remarks>
    public SlotEntry? At(long slot, long applied)
    {
        if (_entries.TryGetValue(slot, out SlotEntry? entry)) return entry;
        if (slot <= applied || slot < 0) return null;
        if (slot - applied > MaxNear && !MakeRoom(slot, applied)) return null;
        entry = new SlotEntry(slot);
        _entries.Add(slot, entry);
        return entry;
    }

    public void AddPayload(SlotEntry entry, in Hash256 value, ReadOnlyMemory<byte> bytes, long applied)
    {
        entry.AddPayload(value, bytes);
        int first = IndexFrom(applied + 1);
        long ahead = 0;
        for (int i = first; i < _entries.Count; i++) ahead += _entries.Values[i].PayloadBytes;

        // The next slot and the newest ones are those from which this node goes on.
        for (int i = _entries.Count - 1 - NewestWithPayloads; i > first && ahead > MaxAheadBytes; i--)
        {
            SlotEntry dropped = _entries.Values[i];
            if (dropped.PayloadBytes == 0) continue;
            ahead -= dropped.PayloadBytes;
            dropped.DropPayloads();
            NotKept++;
        }
    }

    /// <summary>Of the slots far ahead the newest are kept.</summary>
    private bool MakeRoom(long slot, long applied)
    {
        int firstFar = IndexFrom(applied + MaxNear + 1);
        if (_entries.Count - firstFar < MaxFar) return true;
        NotKept++;
        if (slot < _entries.Keys[firstFar]) return false;
        _entries.RemoveAt(firstFar);
        return true;
    }

    /// <summary>Index of the first entry at or above <paramref name="slot"/>.</summary>
    private int IndexFrom(long slot)
    {
        int low = 0, high = _entries.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_entries.Keys[middle] < slot) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>What settles a slot: a quorum of DECIDEs, else the authority's checkpoint, else what this node vouches for, else what f+1 others say.</summary>
    /// <param name="entry">The slot.</param>
    /// <param name="conflict">Two vectors have f+1 DECIDEs each.</param>
    public Resolution Resolve(SlotEntry entry, out bool conflict)
    {
        ImmutableArray<Statement> strongest = entry.Strongest(Plain, out conflict);
        if (entry.IsPassedOver) return new Resolution(DecisionBasis.Abstained, default, strongest.Length);
        if (strongest.Length < entry.Certificate.Length) strongest = entry.Certificate;
        int g = strongest.Length;
        if (g >= _roster.CertificateQuorum) return new Resolution(DecisionBasis.FinalSync, strongest[0].Outcomes, g);
        if (entry.Checkpoint is { } checkpoint) return new Resolution(DecisionBasis.Checkpointed, checkpoint.Outcomes, entry.DecidesFor(checkpoint.Outcomes).Length);
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
    public IEnumerable<SlotEntry> AppliedFrom(long from) => From(from).Where(static entry => entry.IsApplied);

    /// <summary>The newest applied slot that is no longer in memory, -1 where all are.</summary>
    public long TrimmedUpTo { get; private set; } = -1;

    /// <summary>Forgets the oldest slot.</summary>
    public SlotEntry RemoveOldest()
    {
        SlotEntry oldest = _entries.Values[0];
        _entries.RemoveAt(0);
        if (oldest.IsApplied) TrimmedUpTo = oldest.Slot;
        return oldest;
    }
}
