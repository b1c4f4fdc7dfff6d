using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Peers;
using C3Fusion.Replica.Pictures;
using C3Fusion.Replica.Plans;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Agreed;

/// <summary>Applies decided slots in order, undoes what a certificate contradicts, and tells the host.</summary>
internal sealed class AgreedLoop
{
    private readonly Roster _roster;
    private readonly int _self;
    private readonly ReplicaLimits _limits;
    private readonly ReplicaOutput _output;
    private readonly SlotBook _book;
    private readonly AgreedHistory _history;
    private readonly AgreedAnnouncer _announcer;
    private readonly SortedSet<long> _changed = [];
    private readonly List<(long Slot, Hash256 Hash)> _applied = [];
    private bool _isBroken;
    private long _finalUpTo = -1;

    public AgreedLoop(ReplicaOptions options, ReplicaOutput output, SlotBook book, AgreedHistory history)
    {
        _roster = options.Roster;
        _self = options.Self;
        _limits = options.Limits;
        _output = output;
        _book = book;
        _history = history;
        _announcer = new AgreedAnnouncer(_roster, output, book);
    }

    public AgreedState Head => _history.Head;

    /// <summary>The newest slot of which anybody is known to have decided something.</summary>
    public long NewestDecided { get; private set; } = -1;

    /// <summary>Slots applied since the last call, for the agreement machine.</summary>
    public IReadOnlyList<(long Slot, Hash256 Hash)> TakeApplied()
    {
        (long, Hash256)[] taken = [.. _applied];
        _applied.Clear();
        return taken;
    }

    public void Take(AgreementEffect.Decided decided)
    {
        if (_book.At(decided.Slot, Head.Slot) is not { } entry) return;
        AddPayloads(entry, decided.Outcomes, decided.Payloads);
        if (decided.Abstained is { } reason)
        {
            entry.Abstain(reason);
            _output.Counters = _output.Counters with { SlotsAbstained = _output.Counters.SlotsAbstained + 1 };
        }
        else
        {
            entry.Vouch(decided.Outcomes);
            NewestDecided = Math.Max(NewestDecided, decided.Slot);
        }

        _changed.Add(entry.Slot);
    }

    public void Take(AgreementEffect.Adopted adopted)
    {
        if (_book.At(adopted.Slot, Head.Slot) is not { } entry) return;
        AddPayloads(entry, adopted.Outcomes, adopted.Payloads);
        entry.Adopt(adopted.Outcomes);
        _changed.Add(entry.Slot);
    }

    public void Take(AgreementEffect.RolledBack rolledBack)
    {
        // The certificate that demands it comes by Certified; the payloads are what it adds.
        if (_book.At(rolledBack.Slot, Head.Slot) is { } entry) AddPayloads(entry, rolledBack.Outcomes, rolledBack.Payloads);
    }

    public void Certify(ImmutableArray<Statement> decides)
    {
        if (_book.At(decides[0].Slot, Head.Slot) is not { } entry) return;
        entry.Certify(decides);
        NewestDecided = Math.Max(NewestDecided, entry.Slot);
        _changed.Add(entry.Slot);
    }

    /// <summary>Notes a verified DECIDE of any node.</summary>
    public void Note(Statement decide)
    {
        if (_book.At(decide.Slot, Head.Slot) is not { } entry || !entry.Add(decide)) return;
        if (decide.Author != _self) NewestDecided = Math.Max(NewestDecided, decide.Slot);
        _changed.Add(entry.Slot);
    }

    /// <summary>Takes a slot that a peer proved.</summary>
    /// <returns>False where it brought nothing.</returns>
    public bool Take(ProvenSlot proven)
    {
        if (_book.At(proven.Slot, Head.Slot) is not { } entry || entry.IsApplied) return false;
        if (proven.Decides.Length >= _roster.CertificateQuorum) entry.Certify(proven.Decides);
        foreach (Statement decide in proven.Decides) entry.Add(decide);
        foreach (ReadOnlyMemory<byte> payload in proven.Payloads) _book.AddPayload(entry, Hash256.Of(payload.Span), payload, Head.Slot);
        entry.IsFetched = true;
        NewestDecided = Math.Max(NewestDecided, entry.Slot);
        _changed.Add(entry.Slot);
        return true;
    }

    /// <summary>Is the next slot one that nobody is known to have: this node kept out of it, fewer than f+1 others decided it, or it was passed over?</summary>
    /// <remarks>Then this node's DECIDEs of later slots stand upon the state that it has: a certificate upon it lets all go on together.</remarks>
    public bool IsNextUndecided =>
        _book.Find(Head.Slot + 1) is not { IsPassedOver: false } next
        || (next.Vouched.IsDefault && next.DecideOf(_self) is null && next.Strongest(_book.Plain, out _).Length < _book.Plain);

    /// <summary>Applies what is settled, in order, at most <see cref="ReplicaLimits.SlotsAppliedPerStep"/> slots.</summary>
    /// <returns>Is more ready to be applied?</returns>
    public bool Advance()
    {
        Settle();
        bool more = false;
        for (int count = 0; !_isBroken && NextReady() is { } next; count++)
        {
            // A slot may have been certified long before this state was reached.
            Hash256 state = Head.Hash;
            if (!next.Entry.Certificate.IsEmpty) CompareState(next.Entry);
            if (Head.Hash != state) continue;
            if (count == _limits.SlotsAppliedPerStep)
            {
                more = true;
                break;
            }

            Apply(next.Entry, next.Resolution, next.Payloads);
            Settle();
        }

        _announcer.TellPicture(Head, _finalUpTo);
        return more;
    }

    /// <summary>What a peer need not send of the next slot.</summary>
    public ImmutableArray<Hash256> HeldOfNext()
    {
        if (_book.Find(Head.Slot + 1) is not { } entry) return [];
        Resolution resolution = _book.Resolve(entry, out _);
        if (!resolution.IsSettled) return [];
        var held = new SortedSet<Hash256>();
        foreach (Outcome outcome in resolution.Outcomes)
        {
            if (outcome.Kind == OutcomeKind.Value && entry.Holds(outcome.Value)) held.Add(outcome.Value);
        }

        return [.. held];
    }

    /// <summary>Applies a slot from the own ledger, without effects.</summary>
    public Hash256 Restore(SlotRecord record)
    {
        SlotEntry? entry = _book.At(record.Slot, Head.Slot);
        if (entry is null) return default;
        AddPayloads(entry, record.Outcomes, record.Payloads);
        Hash256 before = Head.Hash;
        AgreedStep step = _history.Apply(record.Slot, record.Outcomes, record.Payloads);
        _book.MarkApplied(entry, record.Outcomes, before, step.Hash);
        entry.Vouch(record.Outcomes);
        NewestDecided = Math.Max(NewestDecided, record.Slot);
        Trim();
        return step.Hash;
    }

    /// <summary>Undoes slots as the own ledger says.</summary>
    public bool RestoreRollBack(long from)
    {
        if (!_history.CanReturnBefore(from, _book)) return false;
        Undo(from);
        return true;
    }

    public void RestoreCertificate(ImmutableArray<Statement> decides)
    {
        if (_book.Find(decides[0].Slot) is not { } entry) return;
        entry.Certify(decides);
        entry.IsCertificateKept = true;
    }

    /// <summary>Looks at every slot of which something new is known.</summary>
    private void Settle()
    {
        while (_changed.Count > 0)
        {
            long slot = _changed.Min;
            _changed.Remove(slot);
            if (_book.Find(slot) is not { } entry) continue;
            Resolution resolution = _book.Resolve(entry, out bool conflict);
            if (conflict && resolution.Basis != DecisionBasis.FinalSync)
            {
                _announcer.FreezeIrreversible();
                _output.Raise(AlarmKind.Safety, "plain", $"slot {slot}: two vectors have {_book.Plain} DECIDEs each");
            }

            if (resolution.Basis == DecisionBasis.FinalSync) TakeFinal(entry, resolution);
            GiveUpAlone(entry);
            _announcer.TellDecision(entry, resolution);
        }
    }

    private void TakeFinal(SlotEntry entry, Resolution resolution)
    {
        if (entry.IsApplied && !entry.Applied.SequenceEqual(resolution.Outcomes))
        {
            RollBack(entry.Slot, $"slot {entry.Slot}: a certificate of {resolution.Strength} DECIDEs names another vector");
            return;
        }

        CompareState(entry);
        if (!entry.IsApplied) return;
        if (!entry.IsCertificateKept)
        {
            entry.IsCertificateKept = true;
            _output.Keep(new LedgerBody.Certified(entry.Slot, entry.DecidesFor(entry.Applied)));
        }

        bool stateCertified = CertifiedStateBefore(entry) == entry.States.Before;
        if (stateCertified || entry.Slot == _finalUpTo + 1) _finalUpTo = Math.Max(_finalUpTo, entry.Slot);
        _history.FinalUpTo(_finalUpTo);
    }

    /// <summary>
    /// This node applied slots without certificate that f+1 others, so an honest one, went on without: it gives them up, or
    /// never again would enough nodes stand upon one state.
    /// </summary>
    private void GiveUpAlone(SlotEntry entry)
    {
        foreach ((Hash256 state, int count) in entry.StatesOfOthers(_self))
        {
            if (count < _book.Plain) continue;
            SlotEntry? first = _book.AppliedFrom(_finalUpTo + 1).FirstOrDefault(applied => applied.States.Before == state && applied.Slot < entry.Slot);
            if (first is null || !first.Certificate.IsEmpty) continue;
            PassOver(first.Slot, Math.Min(entry.Slot - 1, Head.Slot));
            RollBack(first.Slot, $"slot {entry.Slot}: {count} others stand upon the state before slot {first.Slot}, which has no certificate");
            return;
        }
    }

    /// <summary>The state that m DECIDEs of a slot stand upon; null where there are not as many.</summary>
    private Hash256? CertifiedStateBefore(SlotEntry entry)
    {
        foreach (Statement decide in entry.Certificate)
        {
            int equal = entry.Certificate.Count(other => other.StateHash == decide.StateHash);
            if (equal >= _roster.CertificateQuorum && decide.StateHash != default) return decide.StateHash;
        }

        return null;
    }

    /// <summary>A certificate says upon which state it stands. Where that is an earlier one of this node's, the slots between are none; where it is unknown, something that this node applied without certificate is wrong.</summary>
    private void CompareState(SlotEntry entry)
    {
        if (CertifiedStateBefore(entry) is not { } certified) return;
        Hash256 before = entry.IsApplied ? entry.States.Before : Head.Hash;
        if (certified == before) return;
        if (StateBefore(entry.Slot, certified) is { } earlier)
        {
            PassOver(earlier + 1, entry.Slot - 1);
            RollBack(earlier + 1, $"slot {entry.Slot} was certified upon the state after slot {earlier}");
            return;
        }

        // A later slot stands upon states that this node has not come to yet.
        if (!entry.IsApplied && entry.Slot != Head.Slot + 1) return;
        long last = entry.IsApplied ? entry.Slot - 1 : Head.Slot;
        if (_finalUpTo < last)
        {
            foreach (SlotEntry doubtful in _book.AppliedFrom(_finalUpTo + 1)) doubtful.IsDistrusted = true;
            RollBack(_finalUpTo + 1, $"slot {entry.Slot} was certified upon a state that this node never had");
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

    /// <summary>The slots of a range are none. Of two certificates upon one state the later slot counts, as more than f honest nodes hold no other state then.</summary>
    private void PassOver(long from, long to)
    {
        foreach (SlotEntry entry in _book.Entries)
        {
            if (entry.Slot > to) return;
            if (entry.Slot >= from) entry.IsPassedOver = true;
        }
    }

    private readonly record struct Ready(SlotEntry Entry, Resolution Resolution, ImmutableArray<ReadOnlyMemory<byte>> Payloads);

    private Ready? NextReady()
    {
        SlotEntry? next = _book.Find(Head.Slot + 1);
        Resolution resolution = next is null ? default : _book.Resolve(next, out _);
        if (!resolution.IsSettled)
        {
            // Slots that no node had: a later one is certified upon the very state that this node holds.
            if (NewestDecided <= Head.Slot + 1) return null;
            next = _book.Entries.FirstOrDefault(entry => entry.Slot > Head.Slot + 1 && CertifiedStateBefore(entry) == Head.Hash);
            if (next is null) return null;
            resolution = _book.Resolve(next, out _);
        }

        ImmutableArray<ReadOnlyMemory<byte>> payloads = next!.PayloadsOf(resolution.Outcomes);
        return payloads.IsDefault ? null : new Ready(next, resolution, payloads);
    }

    private void Apply(SlotEntry entry, Resolution resolution, ImmutableArray<ReadOnlyMemory<byte>> payloads)
    {
        PassOver(Head.Slot + 1, entry.Slot - 1);
        Hash256 before = Head.Hash;
        AgreedStep step = _history.Apply(entry.Slot, resolution.Outcomes, payloads);
        _book.MarkApplied(entry, resolution.Outcomes, before, step.Hash);
        _applied.Add((entry.Slot, step.Hash));
        _output.Keep(new LedgerBody.Applied(new SlotRecord(entry.Slot, resolution.Outcomes, payloads, step.Hash, resolution.Basis)));
        _announcer.TellStep(step, entry, resolution.Basis);
        foreach (ImmutableArray<Statement> decides in step.Certificates) Certify(decides);
        _changed.Add(entry.Slot);
        Trim();
    }

    private void RollBack(long from, string detail)
    {
        if (!_history.CanReturnBefore(from, _book))
        {
            _isBroken = true;
            _output.Raise(AlarmKind.Safety, "roll-back", $"{detail}; the state before slot {from} is no longer held");
            return;
        }

        Undo(from);
        _output.Keep(new LedgerBody.RolledBack(from));
        _output.Say(new ReplicaEffect.RolledBack(from, detail));
        _output.Raise(AlarmKind.RolledBack, "", detail);
    }

    private void Undo(long from)
    {
        foreach (SlotEntry entry in _book.AppliedFrom(from).ToArray())
        {
            _output.Counters = _output.Counters with { SlotsRolledBack = _output.Counters.SlotsRolledBack + 1 };
            entry.MarkUndone();
            _changed.Add(entry.Slot);
        }

        _history.ReturnBefore(from, _book);
        _finalUpTo = Math.Min(_finalUpTo, from - 1);
        _announcer.Forget(Head);
    }

    private void AddPayloads(SlotEntry entry, ImmutableArray<Outcome> outcomes, ImmutableArray<ReadOnlyMemory<byte>> payloads)
    {
        for (int node = 0; node < outcomes.Length && node < payloads.Length; node++)
        {
            Outcome outcome = outcomes[node];
            if (outcome.Kind != OutcomeKind.Value) continue;

            // Empty stands for a missing payload as well as for an empty one: only the hash tells.
            if (payloads[node].IsEmpty && outcome.Value != Hash256.Of([])) continue;
            _book.AddPayload(entry, outcome.Value, payloads[node], Head.Slot);
        }
    }

    private void Trim()
    {
        while (_book.Count > _limits.RetainedSlots || _book.PayloadBytes > _limits.RetainedBytes)
        {
            if (_book.Oldest is not { } oldest || oldest >= Head.Slot) return;
            _book.RemoveOldest();
            while (_history.OldestCheckpoint is { } checkpoint && checkpoint < _book.TrimmedUpTo) _history.DropOldestCheckpoint();
        }
    }
}
