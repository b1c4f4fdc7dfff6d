using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Slots;

namespace C3Fusion.Replica.Agreed;

/// <summary>Undoes applied slots that a certificate contradicts, as far back as copies of the state are held.</summary>
internal sealed class Reversal
{
    private readonly ReplicaOutput _output;
    private readonly SlotBook _book;
    private readonly AgreedHistory _history;
    private readonly SlotIntake _intake;
    private readonly AgreedAnnouncer _announcer;

    public Reversal(ReplicaOutput output, SlotBook book, AgreedHistory history, SlotIntake intake, AgreedAnnouncer announcer)
    {
        _output = output;
        _book = book;
        _history = history;
        _intake = intake;
        _announcer = announcer;
    }

    /// <summary>A certificate asks for a state that is no longer held: nothing more is applied.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Certificates are held for all slots up to this one: they are never undone.</summary>
    public long FinalUpTo { get; private set; } = -1;

    /// <summary>A slot is final: copies of the state before it are of no more use.</summary>
    public void MarkFinal(long slot)
    {
        FinalUpTo = Math.Max(FinalUpTo, slot);
        _history.FinalUpTo(FinalUpTo);
    }

    /// <summary>The slots of a range are none. Of two certificates upon one state the later slot counts, as more than f honest nodes hold no other state then.</summary>
    public void PassOver(long from, long to)
    {
        foreach (SlotEntry entry in _book.From(from))
        {
            if (entry.Slot > to) return;
            entry.IsPassedOver = true;
        }
    }

    public void RollBack(long from, string detail)
    {
        if (!_history.CanReturnBefore(from, _book))
        {
            IsBroken = true;
            _output.Raise(AlarmKind.Safety, "roll-back", $"{detail}; the state before slot {from} is no longer held");
            return;
        }

        Undo(from);
        _output.Keep(new LedgerBody.RolledBack(from));
        _output.Say(new ReplicaEffect.RolledBack(from, detail));
        _output.Raise(AlarmKind.RolledBack, "", detail);
    }

    public void Undo(long from)
    {
        foreach (SlotEntry entry in _book.AppliedFrom(from).ToArray())
        {
            _output.Counters = _output.Counters with { SlotsRolledBack = _output.Counters.SlotsRolledBack + 1 };
            entry.MarkUndone();
            _intake.Touch(entry.Slot);
        }

        _history.ReturnBefore(from, _book);
        FinalUpTo = Math.Min(FinalUpTo, from - 1);
        _announcer.Forget(_history.Head);
    }
}
