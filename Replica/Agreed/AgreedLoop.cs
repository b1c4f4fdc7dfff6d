using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Plans;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Agreed;

/// <summary>Applies decided slots in order and tells the host; what a certificate contradicts is undone.</summary>
internal sealed class AgreedLoop
{
    private readonly int _self;
    private readonly ReplicaLimits _limits;
    private readonly ReplicaOutput _output;
    private readonly SlotBook _book;
    private readonly AgreedHistory _history;
    private readonly AgreedAnnouncer _announcer;
    private readonly Reversal _reversal;
    private readonly StateChain _chain;
    private readonly List<(long Slot, Hash256 Hash)> _applied = [];
    private readonly List<(PlanProposal Proposal, PlanRefusal Refusal)> _refused = [];

    public AgreedLoop(ReplicaOptions options, ReplicaOutput output, SlotBook book, AgreedHistory history, SensorGuilt sensors)
    {
        _self = options.Self;
        _limits = options.Limits;
        _output = output;
        _book = book;
        _history = history;
        _announcer = new AgreedAnnouncer(options.Roster, output, book, sensors);
        if (options.Restart.IsFrozen) _announcer.FreezeIrreversible();
        Intake = new SlotIntake(options, output, book, history);
        _reversal = new Reversal(output, book, history, Intake, _announcer);
        _chain = new StateChain(options, output, book, history, _reversal);
    }

    public AgreedState Head => _history.Head;

    /// <summary>Takes in what is learned of slots.</summary>
    public SlotIntake Intake { get; }

    /// <summary>Slots applied since the last call, for the agreement machine.</summary>
    public IReadOnlyList<(long Slot, Hash256 Hash)> TakeApplied()
    {
        (long, Hash256)[] taken = [.. _applied];
        _applied.Clear();
        return taken;
    }

    /// <summary>Own proposals that the plan book refused since the last call. One that is there already was repeated, which is no refusal.</summary>
    public IReadOnlyList<(PlanProposal Proposal, PlanRefusal Refusal)> TakeRefused()
    {
        (PlanProposal, PlanRefusal)[] taken = [.. _refused];
        _refused.Clear();
        return taken;
    }

    /// <summary>Is the next slot one that nobody is known to have: this node kept out of it, fewer than f+1 others decided it, or it was passed over?</summary>
    /// <remarks>Then this node's DECIDEs of later slots stand upon the state that it has: a certificate upon it lets all go on together.</remarks>
    public bool IsNextUndecided =>
        _book.Find(Head.Slot + 1) is not { IsPassedOver: false } next
        || (next.Vouched.IsDefault && next.Checkpoint is null && next.DecideOf(_self) is null && next.Strongest(_book.Plain, out _).Length < _book.Plain);

    /// <summary>Applies what is settled, in order, at most <see cref="ReplicaLimits.SlotsAppliedPerStep"/> slots.</summary>
    /// <returns>Is more ready to be applied?</returns>
    public bool Advance()
    {
        Settle();
        bool more = false;
        for (int count = 0; !_reversal.IsBroken && NextReady() is { } next; count++)
        {
            // A slot may have been certified long before this state was reached.
            Hash256 state = Head.Hash;
            if (next.Resolution.Basis >= DecisionBasis.FinalSync) _chain.CompareState(next.Entry);
            if (Head.Hash != state) continue;
            if (count == _limits.SlotsAppliedPerStep)
            {
                more = true;
                break;
            }

            Apply(next.Entry, next.Resolution, next.Payloads);
            Settle();
        }

        _announcer.TellPicture(Head, _reversal.FinalUpTo);
        return more;
    }

    /// <summary>Applies a slot from the own ledger, without effects.</summary>
    /// <returns>False where it did not give the state that the record names: then it is not applied.</returns>
    public bool Restore(SlotRecord record)
    {
        if (_book.At(record.Slot, Head.Slot) is not { } entry) return false;
        Intake.AddPayloads(entry, record.Outcomes, record.Payloads);
        Hash256 before = Head.Hash;
        AgreedStep step = _history.Apply(record.Slot, record.Outcomes, record.Payloads);
        entry.MarkApplied(record.Outcomes, before, step.Hash);
        Intake.Hear(record.Slot);
        if (step.Hash != record.PictureHash)
        {
            if (!_history.CanReturnBefore(record.Slot, _book)) return false;
            entry.MarkUndone();
            _history.ReturnBefore(record.Slot, _book);
            return false;
        }

        entry.Vouch(record.Outcomes);
        Trim();
        return true;
    }

    /// <summary>Undoes slots as the own ledger says.</summary>
    public bool RestoreRollBack(long from)
    {
        if (!_history.CanReturnBefore(from, _book)) return false;
        _reversal.Undo(from);
        return true;
    }

    /// <summary>Takes a quorum certificate from the own ledger.</summary>
    public void RestoreCertificate(ImmutableArray<Statement> decides)
    {
        if (_book.Find(decides[0].Slot) is not { } entry) return;
        entry.Certify(decides);
        entry.IsCertificateKept = true;
    }

    /// <summary>Takes a checkpoint from the own ledger.</summary>
    public void RestoreCheckpoint(Checkpoint checkpoint) => Intake.Take(checkpoint);

    /// <summary>Takes f+1 DECIDEs from the own ledger.</summary>
    public void RestoreProof(ImmutableArray<Statement> decides)
    {
        if (_book.Find(decides[0].Slot) is not { } entry) return;
        foreach (Statement decide in decides) entry.Add(decide);
        entry.IsProofKept = true;
    }

    /// <summary>Looks at every slot of which something new is known.</summary>
    private void Settle()
    {
        while (Intake.TakeChanged() is { } slot)
        {
            if (_book.Find(slot) is not { } entry) continue;
            Resolution resolution = _book.Resolve(entry, out bool conflict);
            if (conflict && resolution.Basis < DecisionBasis.FinalSync)
            {
                _announcer.FreezeIrreversible();
                _output.Raise(AlarmKind.Safety, "plain", $"slot {slot}: two vectors have {_book.Plain} DECIDEs each");
            }

            if (resolution.Basis >= DecisionBasis.FinalSync) TakeFinal(entry, resolution);
            _chain.GiveUpAlone(entry);
            _announcer.TellDecision(entry, resolution);
        }
    }

    private void TakeFinal(SlotEntry entry, Resolution resolution)
    {
        if (entry.IsApplied && !entry.Applied.SequenceEqual(resolution.Outcomes))
        {
            string by = resolution.Basis == DecisionBasis.Checkpointed ? "the authority's checkpoint" : $"a certificate of {resolution.Strength} DECIDEs";
            _reversal.RollBack(entry.Slot, $"slot {entry.Slot}: {by} names another vector");
            return;
        }

        _chain.CompareState(entry);
        if (!entry.IsApplied) return;
        if (!entry.IsCertificateKept && resolution.Basis == DecisionBasis.FinalSync)
        {
            entry.IsCertificateKept = true;
            _output.Keep(new LedgerBody.Certified(entry.Slot, entry.DecidesFor(entry.Applied)));
        }

        bool stateCertified = _chain.CertifiedStateBefore(entry) == entry.States.Before;
        if (stateCertified || entry.Slot == _reversal.FinalUpTo + 1) _reversal.MarkFinal(entry.Slot);
    }

    private readonly record struct Ready(SlotEntry Entry, Resolution Resolution, ImmutableArray<ReadOnlyMemory<byte>> Payloads);

    private Ready? NextReady()
    {
        SlotEntry? next = _book.Find(Head.Slot + 1);
        Resolution resolution = next is null ? default : _book.Resolve(next, out _);
        if (!resolution.IsSettled)
        {
            // Slots that no node had: a later one is certified upon the very state that this node holds.
            if (Intake.NewestDecided <= Head.Slot + 1) return null;
            next = _book.From(Head.Slot + 2).FirstOrDefault(entry => _chain.CertifiedStateBefore(entry) == Head.Hash);
            if (next is null) return null;
            resolution = _book.Resolve(next, out _);
        }

        ImmutableArray<ReadOnlyMemory<byte>> payloads = next!.PayloadsOf(resolution.Outcomes);
        return payloads.IsDefault ? null : new Ready(next, resolution, payloads);
    }

    private void Apply(SlotEntry entry, Resolution resolution, ImmutableArray<ReadOnlyMemory<byte>> payloads)
    {
        _reversal.PassOver(Head.Slot + 1, entry.Slot - 1);
        Hash256 before = Head.Hash;
        AgreedStep step = _history.Apply(entry.Slot, resolution.Outcomes, payloads);
        entry.MarkApplied(resolution.Outcomes, before, step.Hash);
        _applied.Add((entry.Slot, step.Hash));
        _output.Keep(new LedgerBody.Applied(new SlotRecord(entry.Slot, resolution.Outcomes, payloads, step.Hash, resolution.Basis)));
        _announcer.TellStep(step, entry, resolution.Basis);
        foreach ((int node, PlanProposal proposal, PlanRefusal refusal) in step.RefusedProposals)
        {
            if (node == _self && refusal != PlanRefusal.Repeated) _refused.Add((proposal, refusal));
        }

        foreach (ImmutableArray<Statement> decides in step.Certificates) Intake.Certify(decides);
        Intake.Touch(entry.Slot);
        Trim();
    }

    private void Trim()
    {
        // The head itself stays, and slots that wait to be applied have bounds of their own.
        (int slots, long bytes) = _book.UpTo(Head.Slot - 1);
        while (slots > 0 && (slots >= _limits.RetainedSlots || bytes > _limits.RetainedBytes))
        {
            SlotEntry oldest = _book.RemoveOldest();
            KeepProof(oldest);
            bytes -= oldest.PayloadBytes;
            slots--;
            while (_history.OldestCheckpoint is { } checkpoint && checkpoint < _book.TrimmedUpTo) _history.DropOldestCheckpoint();
        }
    }

    /// <summary>A slot without certificate leaves the memory: what else proves it goes into the ledger, for peers that catch up.</summary>
    private void KeepProof(SlotEntry entry)
    {
        if (entry.IsCertificateKept || entry.IsProofKept) return;
        ImmutableArray<Statement> proof = _book.ProofOf(entry);
        if (!proof.IsEmpty) _output.Keep(new LedgerBody.Proven(entry.Slot, proof));
    }
}
