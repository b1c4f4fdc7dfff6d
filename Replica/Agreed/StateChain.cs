using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Agreed;

/// <summary>Which chain of states the others stand upon. DECIDEs name it; where this node's is another one, it says what is undone.</summary>
internal sealed class StateChain
{
    private readonly Roster _roster;
    private readonly int _self;
    private readonly ReplicaOutput _output;
    private readonly SlotBook _book;
    private readonly AgreedHistory _history;
    private readonly Reversal _reversal;

    public StateChain(ReplicaOptions options, ReplicaOutput output, SlotBook book, AgreedHistory history, Reversal reversal)
    {
        _roster = options.Roster;
        _self = options.Self;
        _output = output;
        _book = book;
        _history = history;
        _reversal = reversal;
    }

    private AgreedState Head => _history.Head;

    /// <summary>
    /// This node applied slots without certificate that f+1 others, so an honest one, went on without: it gives them up, or
    /// never again would enough nodes stand upon one state.
    /// </summary>
    public void GiveUpAlone(SlotEntry entry)
    {
        foreach ((Hash256 state, int count) in entry.StatesOfOthers(_self))
        {
            if (count < _book.Plain) continue;
            SlotEntry? first = _book.AppliedFrom(_reversal.FinalUpTo + 1).FirstOrDefault(applied => applied.States.Before == state && applied.Slot < entry.Slot);
            if (first is null || !first.Certificate.IsEmpty) continue;
            _reversal.PassOver(first.Slot, Math.Min(entry.Slot - 1, Head.Slot));
            _reversal.RollBack(first.Slot, $"slot {entry.Slot}: {count} others stand upon the state before slot {first.Slot}, which has no certificate");
            return;
        }
    }

    /// <summary>The state that m DECIDEs of a slot stand upon; null where there are not as many.</summary>
    public Hash256? CertifiedStateBefore(SlotEntry entry) => entry.CertifiedState(_roster.CertificateQuorum);

    /// <summary>A certificate says upon which state it stands. Where that is an earlier one of this node's, the slots between are none; where it is unknown, something that this node applied without certificate is wrong.</summary>
    public void CompareState(SlotEntry entry)
    {
        if (CertifiedStateBefore(entry) is not { } certified) return;
        Hash256 before = entry.IsApplied ? entry.States.Before : Head.Hash;
        if (certified == before) return;
        if (StateBefore(entry.Slot, certified) is { } earlier)
        {
            _reversal.PassOver(earlier + 1, entry.Slot - 1);
            _reversal.RollBack(earlier + 1, $"slot {entry.Slot} was certified upon the state after slot {earlier}");
            return;
        }

        // A later slot stands upon states that this node has not come to yet.
        if (!entry.IsApplied && entry.Slot != Head.Slot + 1) return;
        long last = entry.IsApplied ? entry.Slot - 1 : Head.Slot;
        if (_reversal.FinalUpTo < last)
        {
            foreach (SlotEntry doubtful in _book.AppliedFrom(_reversal.FinalUpTo + 1)) doubtful.IsDistrusted = true;
            _reversal.RollBack(_reversal.FinalUpTo + 1, $"slot {entry.Slot} was certified upon a state that this node never had");
            return;
        }

        _output.Raise(AlarmKind.StateDiverged, "", $"slot {entry.Slot}: the certificate stands upon {certified}, this node's state was {before}");
    }

    /// <summary>The slot after which this node had the state, if there is one before <paramref name="slot"/> with later slots applied upon it.</summary>
    private long? StateBefore(long slot, Hash256 state)
    {
        long previous = -1;
        foreach (SlotEntry applied in _book.AppliedFrom(0))
        {
            if (applied.Slot >= slot) return null;
            if (applied.States.Before == state) return previous;
            previous = applied.Slot;
        }

        return null;
    }
}
