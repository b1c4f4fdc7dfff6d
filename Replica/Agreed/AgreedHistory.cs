using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Replica.Slots;

namespace C3Fusion.Replica.Agreed;

/// <summary>The agreed state with the copies of it to which this node can return when a certificate contradicts what it applied.</summary>
/// <remarks>
/// A copy is taken every few slots; those before the newest one that is final are dropped. Returning means: the newest copy
/// before the slot, and the slots after it applied again. Where the tracker cannot be copied, the only copy is the beginning.
/// </remarks>
internal sealed class AgreedHistory
{
    private const int MaxCheckpoints = 8;

    private readonly AgreedRules _rules;
    private readonly Func<ITracker> _trackers;
    private readonly int _every;

    /// <summary>Ascending by slot; a null state is the beginning, made anew when needed.</summary>
    private readonly List<(long Slot, AgreedState? State)> _checkpoints = [(-1, null)];

    public AgreedHistory(AgreedRules rules, Func<ITracker> trackers, int checkpointEverySlots)
    {
        _rules = rules;
        _trackers = trackers;
        _every = checkpointEverySlots;
        Head = new AgreedState(rules, trackers());
    }

    /// <summary>The state after the newest applied slot.</summary>
    public AgreedState Head { get; private set; }

    /// <summary>The slot of the oldest copy: applied slots above it are needed to roll back. Null where none is left.</summary>
    public long? OldestCheckpoint => _checkpoints.Count == 0 ? null : _checkpoints[0].Slot;

    public AgreedStep Apply(long slot, ImmutableArray<Outcome> outcomes, ImmutableArray<ReadOnlyMemory<byte>> payloads)
    {
        AgreedStep step = Head.Apply(slot, outcomes, payloads);
        if (_checkpoints.Count == 0 || slot - _checkpoints[^1].Slot >= _every)
        {
            if (Head.Fork() is { } copy) _checkpoints.Add((slot, copy));
            if (_checkpoints.Count > MaxCheckpoints) _checkpoints.RemoveAt(0);
        }

        return step;
    }

    /// <summary>All slots up to <paramref name="slot"/> are final: copies before the newest one at or before it are of no more use.</summary>
    public void FinalUpTo(long slot)
    {
        while (_checkpoints.Count > 1 && _checkpoints[1].Slot <= slot) _checkpoints.RemoveAt(0);
    }

    /// <summary>Gives up the oldest copy, to free the slots that it needs.</summary>
    public void DropOldestCheckpoint() => _checkpoints.RemoveAt(0);

    /// <summary>Can the state before <paramref name="slot"/> be restored?</summary>
    public bool CanReturnBefore(long slot, SlotBook book)
    {
        int index = IndexBefore(slot);
        return index >= 0 && _checkpoints[index].Slot >= book.TrimmedUpTo;
    }

    /// <summary>Restores the state before <paramref name="slot"/>.</summary>
    public void ReturnBefore(long slot, SlotBook book)
    {
        int index = IndexBefore(slot);
        (long from, AgreedState? state) = _checkpoints[index];
        AgreedState restored = state?.Fork() ?? new AgreedState(_rules, _trackers());
        foreach (SlotEntry entry in book.AppliedFrom(from + 1))
        {
            if (entry.Slot >= slot) break;
            restored.Apply(entry.Slot, entry.Applied, entry.PayloadsOf(entry.Applied));
        }

        _checkpoints.RemoveRange(index + 1, _checkpoints.Count - index - 1);
        Head = restored;
    }

    private int IndexBefore(long slot)
    {
        for (int i = _checkpoints.Count - 1; i >= 0; i--)
        {
            if (_checkpoints[i].Slot < slot) return i;
        }

        return -1;
    }
}
