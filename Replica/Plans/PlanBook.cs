using System.Collections.Immutable;
using System.Numerics;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Plans;

/// <summary>What the agreed state tells the plan book about a slot that is being applied.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Equivocators">Bit i: node i was proved to equivocate in this slot or before.</param>
/// <param name="PictureHash">Hash of the agreed picture after a slot, or null where it is unknown or too old.</param>
/// <param name="RecordedStrength">g of the certificate that the agreed record holds for a slot, 0 where there is none.</param>
internal readonly record struct PlanContext(
    long Slot,
    ulong Equivocators,
    Func<long, Hash256?> PictureHash,
    Func<long, int> RecordedStrength);

/// <summary>The agreed plans of all nodes: a pure function of the agreed slots, so equal on all honest nodes.</summary>
/// <remarks>
/// No rule counts entries as a majority, so none is won by many entries of traitors (DESIGN section 6):
/// <list type="bullet">
/// <item>a proposal is heard for <see cref="PlanRules.VetoSlots"/> slots; its proposer withdraws it at any time; an irreversible one
/// falls by the veto of any node (no action is the safe action), a reversible one by f_n+1 nodes, of which one is honest;</item>
/// <item>then it is committed unless a committed plan holds one of its units or its key; of proposals due together the proposer
/// of the lower rank goes first (<see cref="ProposerTurns"/>);</item>
/// <item>a committed reversible plan gives way to a newer one of its own proposer or of the designated proposer of that slot;
/// a committed irreversible plan gives way to none;</item>
/// <item>an irreversible plan is committed only when the agreed record holds a quorum certificate of its slot;</item>
/// <item>proposals of a node that was proved to equivocate are void.</item>
/// </list>
/// </remarks>
internal sealed class PlanBook
{
    private readonly record struct OpenPlan(Plan Plan, ulong Vetoes);

    private readonly Roster _roster;
    private readonly ProposerTurns _turns;
    private readonly List<OpenPlan> _open;
    private readonly List<Plan> _closed;
    private readonly long[] _lastNumber;

    public PlanBook(Roster roster, ProposerTurns turns)
    {
        _roster = roster;
        _turns = turns;
        _open = [];
        _closed = [];
        _lastNumber = new long[roster.Nodes.Length];
        Array.Fill(_lastNumber, -1);
    }

    private PlanBook(PlanBook other)
    {
        _roster = other._roster;
        _turns = other._turns;
        _open = [.. other._open];
        _closed = [.. other._closed];
        _lastNumber = [.. other._lastNumber];
    }

    public PlanBook Fork() => new(this);

    /// <summary>Proposed and committed plans, in the order in which they were agreed.</summary>
    public IEnumerable<Plan> Open => _open.Select(open => open.Plan);

    public IReadOnlyList<Plan> Closed => _closed;

    /// <summary>The highest number that was taken of a node, -1 before the first.</summary>
    public long LastNumber(int node) => _lastNumber[node];

    public Plan? Find(int proposer, long number)
    {
        foreach (OpenPlan open in _open)
        {
            if (open.Plan.Proposer == proposer && open.Plan.Number == number) return open.Plan;
        }

        return null;
    }

    /// <summary>Applies one slot.</summary>
    /// <param name="context">What else is agreed.</param>
    /// <param name="proposals">By proposer, then number.</param>
    /// <param name="vetoes">By the node that vetoes.</param>
    /// <param name="changes">Receives every plan that is new or changed, in order.</param>
    /// <param name="refusals">Receives every proposal that was refused.</param>
    /// <returns>How many entries were refused, vetoes included.</returns>
    public int Apply(
        in PlanContext context,
        IReadOnlyList<(int Node, PlanProposal Proposal)> proposals,
        IReadOnlyList<(int Node, PlanVeto Veto)> vetoes,
        List<Plan> changes,
        List<(int Node, PlanProposal Proposal, PlanRefusal Refusal)> refusals)
    {
        int refused = 0;
        Expire(context.Slot, changes);
        VoidEquivocators(context, changes);
        foreach ((int node, PlanVeto veto) in vetoes)
        {
            if (Veto(context.Slot, node, veto, changes) != PlanRefusal.None) refused++;
        }

        CommitDue(context, changes);
        foreach ((int node, PlanProposal proposal) in proposals)
        {
            PlanRefusal refusal = Propose(context, node, proposal, changes);
            if (refusal == PlanRefusal.None) continue;
            refused++;
            refusals.Add((node, proposal, refusal));
        }

        return refused;
    }

    private void Expire(long slot, List<Plan> changes)
    {
        for (int i = 0; i < _open.Count;)
        {
            if (_open[i].Plan.ExpirySlot < slot) Close(i, PlanState.Expired, slot, "its last slot is over", changes);
            else i++;
        }
    }

    private void VoidEquivocators(in PlanContext context, List<Plan> changes)
    {
        for (int i = 0; i < _open.Count;)
        {
            Plan plan = _open[i].Plan;
            bool guilty = (context.Equivocators >> plan.Proposer & 1) != 0;
            if (guilty && plan.State == PlanState.Proposed) Close(i, PlanState.Vetoed, context.Slot, "its proposer was proved to equivocate", changes);
            else i++;
        }
    }

    private PlanRefusal Veto(long slot, int node, PlanVeto veto, List<Plan> changes)
    {
        int index = _open.FindIndex(open => open.Plan.Proposer == veto.Proposer && open.Plan.Number == veto.Number);
        if (index < 0) return PlanRefusal.UnknownPlan;
        OpenPlan open = _open[index];
        string by = _roster.Nodes[node].Name;
        if (node == open.Plan.Proposer)
        {
            if (open.Plan is { State: PlanState.Committed, Irreversible: true }) return PlanRefusal.TooLate;
            Close(index, PlanState.Vetoed, slot, $"withdrawn by {by}: {veto.Reason}", changes);
            return PlanRefusal.None;
        }

        if (open.Plan.State != PlanState.Proposed) return PlanRefusal.TooLate;
        ulong vetoes = open.Vetoes | (1UL << node);
        _open[index] = open with { Vetoes = vetoes };
        if (open.Plan.Irreversible || BitOperations.PopCount(vetoes) > _roster.FaultyNodes)
            Close(index, PlanState.Vetoed, slot, $"vetoed by {by}: {veto.Reason}", changes);
        return PlanRefusal.None;
    }

    private void CommitDue(PlanContext context, List<Plan> changes)
    {
        var due = new List<Plan>();
        foreach (OpenPlan open in _open)
        {
            if (IsDue(open.Plan, context)) due.Add(open.Plan);
        }

        due.Sort((a, b) =>
        {
            int order = a.ProposedSlot.CompareTo(b.ProposedSlot);
            if (order == 0) order = _turns.Rank(a.Proposer, a.ProposedSlot).CompareTo(_turns.Rank(b.Proposer, b.ProposedSlot));
            return order != 0 ? order : a.Number.CompareTo(b.Number);
        });
        foreach (Plan plan in due) Commit(context.Slot, plan, changes);
    }

    private bool IsDue(Plan plan, in PlanContext context) =>
        plan.State == PlanState.Proposed
        && context.Slot >= plan.ProposedSlot + PlanRules.VetoSlots
        && (!plan.Irreversible || context.RecordedStrength(plan.ProposedSlot) >= _roster.CertificateQuorum);

    private void Commit(long slot, Plan plan, List<Plan> changes)
    {
        bool designated = _turns.Rank(plan.Proposer, plan.ProposedSlot) == 0;
        foreach (OpenPlan other in _open)
        {
            Plan held = other.Plan;
            if (held.State != PlanState.Committed || !Conflict(plan, held)) continue;
            if (!held.Irreversible && (held.Proposer == plan.Proposer || designated)) continue;
            Close(IndexOf(plan), PlanState.Superseded, slot, $"{held.Id} holds {Contested(plan, held)} up to slot {held.ExpirySlot}", changes);
            return;
        }

        for (int i = 0; i < _open.Count;)
        {
            Plan held = _open[i].Plan;
            if (held.State == PlanState.Committed && Conflict(plan, held))
                Close(i, PlanState.Superseded, slot, $"{plan.Id} takes {Contested(plan, held)}", changes);
            else i++;
        }

        int index = IndexOf(plan);
        Plan committed = plan with { State = PlanState.Committed, StateSlot = slot };
        _open[index] = _open[index] with { Plan = committed };
        changes.Add(committed);
    }

    private PlanRefusal Propose(in PlanContext context, int node, PlanProposal proposal, List<Plan> changes)
    {
        if ((context.Equivocators >> node & 1) != 0) return PlanRefusal.Equivocator;
        if (proposal.Number <= _lastNumber[node]) return PlanRefusal.Repeated;
        if (proposal.ExpirySlot <= context.Slot || proposal.ExpirySlot - context.Slot > PlanRules.MaxLifetimeSlots) return PlanRefusal.Lifetime;
        if (proposal.PictureSlot >= context.Slot || context.PictureHash(proposal.PictureSlot) != proposal.PictureHash) return PlanRefusal.WrongPicture;
        if (_open.Count(open => open.Plan.Proposer == node) >= PlanRules.MaxOpenPerProposer) return PlanRefusal.TooMany;
        _lastNumber[node] = proposal.Number;
        var plan = new Plan(
            PlanId.Of(_roster, node, proposal.Number),
            node,
            proposal.Number,
            proposal.Key,
            proposal.Task,
            proposal.Units,
            proposal.Text,
            proposal.Irreversible,
            proposal.PictureSlot,
            proposal.PictureHash,
            context.Slot,
            proposal.ExpirySlot,
            PlanState.Proposed,
            context.Slot,
            "");
        _open.Add(new OpenPlan(plan, 0));
        changes.Add(plan);
        return PlanRefusal.None;
    }

    private int IndexOf(Plan plan) => _open.FindIndex(open => open.Plan.Proposer == plan.Proposer && open.Plan.Number == plan.Number);

    private void Close(int index, PlanState state, long slot, string reason, List<Plan> changes)
    {
        Plan closed = _open[index].Plan with { State = state, StateSlot = slot, Reason = reason };
        _open.RemoveAt(index);
        _closed.Add(closed);
        if (_closed.Count > PlanRules.MaxClosed) _closed.RemoveAt(0);
        changes.Add(closed);
    }

    private static bool Conflict(Plan a, Plan b) => Contested(a, b) is not null;

    /// <summary>The first unit that both hold, or the key; null where they have nothing in common.</summary>
    private static string? Contested(Plan a, Plan b)
    {
        foreach (string unit in a.Units)
        {
            if (b.Units.Contains(unit, StringComparer.Ordinal)) return unit;
        }

        return string.Equals(a.Key, b.Key, StringComparison.Ordinal) ? $"the key {a.Key}" : null;
    }

    /// <summary>Writes everything that later results depend on.</summary>
    public void WriteState(CanonicalWriter writer)
    {
        foreach (long number in _lastNumber) writer.I64(number);
        writer.U32((uint)_open.Count);
        foreach (OpenPlan open in _open)
        {
            Plan plan = open.Plan;
            writer.U16(checked((ushort)plan.Proposer));
            PlanBytes.Write(writer, new PlanProposal(plan.Number, plan.Key, plan.Task, plan.Units, plan.Text, plan.Irreversible, plan.PictureSlot, plan.PictureHash, plan.ExpirySlot));
            writer.I64(plan.ProposedSlot);
            writer.U8((byte)plan.State);
            writer.I64(plan.StateSlot);
            writer.U64(open.Vetoes);
        }
    }
}
