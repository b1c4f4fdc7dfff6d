using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>The slots that a node keeps: the newest, and those before it whose DECIDEs still count.</summary>
/// <remarks>Payloads are kept for the newest <see cref="Limits.PayloadSlots"/> alone: every earlier slot has handed them to the host, or lets it fetch them by hash.</remarks>
internal sealed class SlotWindow
{
    private readonly SortedList<long, Slot> _slots = [];

    public IList<Slot> Slots => _slots.Values;

    public Slot? Find(long number) => _slots.GetValueOrDefault(number);

    /// <summary>Is it too old to be kept?</summary>
    public bool IsForgotten(long number) => _slots.Count > 0 && number < _slots.Keys[^1] - Limits.RetainedSlots;

    public void Add(Slot slot)
    {
        _slots.Add(slot.Number, slot);
        long newest = _slots.Keys[^1];
        while (_slots.Keys[0] < newest - Limits.RetainedSlots) _slots.RemoveAt(0);
        foreach ((long number, Slot kept) in _slots)
        {
            if (number <= newest - Limits.PayloadSlots) kept.Broadcasts.ForgetPayloads();
        }
    }

    public SlotWindow Clone()
    {
        var clone = new SlotWindow();
        foreach ((long number, Slot slot) in _slots) clone._slots.Add(number, slot.Clone());
        return clone;
    }
}
