using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Plans;

/// <summary>This node's proposals and vetoes that are not in the agreed state yet. A proposal is repeated until it is; its number makes that harmless.</summary>
internal sealed class PlanOutbox
{
    private readonly Roster _roster;
    private readonly int _self;
    private readonly List<PlanProposal> _proposals = [];
    private readonly List<PlanVeto> _vetoes = [];
    private ImmutableArray<PlanVeto> _carriedVetoes = [];
    private long _carriedIn = -1;
    private long _lastNumber = -1;

    public PlanOutbox(Roster roster, int self)
    {
        _roster = roster;
        _self = self;
    }

    /// <summary>Takes an operator's draft.</summary>
    /// <param name="draft">What was asked for.</param>
    /// <param name="now">Makes the number: it rises over restarts as the clock does.</param>
    /// <param name="pictureSlot">The newest applied slot.</param>
    /// <param name="pictureHash">Its picture.</param>
    /// <param name="lastAgreed">The highest number of this node in the plan book.</param>
    public PlanRefusal Propose(PlanDraft draft, Instant now, long pictureSlot, Hash256 pictureHash, long lastAgreed)
    {
        if (draft.LifetimeSlots is < 1 or > PlanRules.MaxLifetimeSlots) return PlanRefusal.Lifetime;
        if (_proposals.Count >= PlanRules.MaxEntriesPerPayload) return PlanRefusal.TooMany;
        if (draft.Units.IsDefault || draft.Key is null || draft.Text is null || draft.Units.Any(static unit => unit is null)) return PlanRefusal.Malformed;
        long number = Math.Max(now.Microseconds, Math.Max(_lastNumber, lastAgreed) + 1);
        long expiry = _roster.Timing.SlotAt(now) + draft.LifetimeSlots;
        ImmutableArray<string> units = draft.Units.Sort(StringComparer.Ordinal);
        var proposal = new PlanProposal(number, draft.Key, draft.Task, units, draft.Text, draft.Irreversible, pictureSlot, pictureHash, expiry);
        if (!PlanBytes.IsWellFormed(proposal)) return PlanRefusal.Malformed;
        _lastNumber = number;
        _proposals.Add(proposal);
        return PlanRefusal.None;
    }

    /// <summary>Takes an operator's veto.</summary>
    public PlanRefusal Veto(string planId, string reason, PlanBook book)
    {
        if (reason is null || planId is null || !PlanBytes.IsReason(reason)) return PlanRefusal.Malformed;
        if (!PlanId.TryParse(_roster, planId, out int proposer, out long number)) return PlanRefusal.UnknownPlan;
        if (book.Find(proposer, number) is not { } plan) return PlanRefusal.UnknownPlan;
        if (plan.State != PlanState.Proposed && proposer != _self) return PlanRefusal.TooLate;
        if (_vetoes.Count >= PlanRules.MaxEntriesPerPayload) return PlanRefusal.TooMany;
        _vetoes.Add(new PlanVeto(proposer, number, reason));
        return PlanRefusal.None;
    }

    /// <summary>What the payload of a slot carries.</summary>
    public (ImmutableArray<PlanProposal> Proposals, ImmutableArray<PlanVeto> Vetoes) Take(long slot)
    {
        _carriedVetoes = [.. _vetoes];
        _carriedIn = slot;
        return ([.. _proposals], _carriedVetoes);
    }

    /// <summary>The agreed plan book refused a proposal: it is not repeated.</summary>
    /// <returns>Was it still waiting? Then its operator does not know yet.</returns>
    public bool Refused(PlanProposal proposal) => _proposals.RemoveAll(own => own.Number == proposal.Number) > 0;

    /// <summary>A slot was applied: what is agreed, or can no longer be, is dropped.</summary>
    /// <returns>Proposals whose time ran out before they were agreed.</returns>
    public ImmutableArray<(PlanProposal Proposal, PlanRefusal Refusal)> Applied(long slot, bool ownValueAgreed, PlanBook book)
    {
        long agreed = book.LastNumber(_self);
        _proposals.RemoveAll(proposal => proposal.Number <= agreed);
        ImmutableArray<(PlanProposal Proposal, PlanRefusal Refusal)>.Builder late = ImmutableArray.CreateBuilder<(PlanProposal, PlanRefusal)>();
        foreach (PlanProposal proposal in _proposals)
        {
            if (proposal.ExpirySlot <= slot) late.Add((proposal, PlanRefusal.Lifetime));
            else if (proposal.PictureSlot < slot - PlanRules.PictureMemorySlots) late.Add((proposal, PlanRefusal.WrongPicture));
        }

        foreach ((PlanProposal proposal, _) in late) _proposals.Remove(proposal);
        if (ownValueAgreed && slot == _carriedIn) _vetoes.RemoveAll(veto => _carriedVetoes.Contains(veto));
        _vetoes.RemoveAll(veto => book.Find(veto.Proposer, veto.Number) is null);
        return late.ToImmutable();
    }
}
