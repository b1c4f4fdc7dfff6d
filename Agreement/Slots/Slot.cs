using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>One slot at one node: its parts, and what reaches it (docs/agreement-rules.md, section 6). What follows from that: Slot.Rounds.cs.</summary>
internal sealed partial class Slot
{
    private readonly SlotRules _rules;
    private readonly Broadcasts _broadcasts;
    private readonly VoteBook _votes;
    private readonly Attendance _attendance;
    private readonly GuiltBook _guilt;
    private readonly Settlement _settlement;
    private readonly Reporter _reporter;
    private readonly OwnStatements _own;
    private ReadOnlyMemory<byte> _payload;
    private bool _hasSent;
    private bool _hasListedEarly;

    public Slot(long number, SlotRules rules, Standing standing)
    {
        Number = number;
        _rules = rules;
        Standing = standing;
        _broadcasts = new Broadcasts(rules);
        _votes = new VoteBook(rules);
        _attendance = new Attendance(rules);
        _guilt = new GuiltBook(rules.Nodes);
        _settlement = new Settlement(number, rules);
        _reporter = new Reporter(rules);
        _own = new OwnStatements(number, rules);
    }

    private Slot(Slot other)
    {
        Number = other.Number;
        _rules = other._rules;
        Standing = other.Standing.Clone();
        _broadcasts = other._broadcasts.Clone();
        _votes = other._votes.Clone();
        _attendance = other._attendance.Clone();
        _guilt = other._guilt.Clone();
        _settlement = other._settlement.Clone();
        _reporter = other._reporter.Clone();
        _own = other._own.Clone();
        (_payload, _hasSent, _hasListedEarly) = (other._payload, other._hasSent, other._hasListedEarly);
        (ClosedRound, IsOnlyIncarnation) = (other.ClosedRound, other.IsOnlyIncarnation);
    }

    public long Number { get; }

    /// <summary>False where an earlier incarnation may have signed in this slot.</summary>
    public bool IsOnlyIncarnation { get; init; } = true;

    /// <summary>What this node may sign here.</summary>
    public Standing Standing { get; }

    /// <summary>The last round that was closed; 0 before deadline(1).</summary>
    public int ClosedRound { get; private set; }

    public Settlement Settlement => _settlement;

    public Broadcasts Broadcasts => _broadcasts;

    public VoteBook Votes => _votes;

    public OwnStatements Own => _own;

    /// <summary>Nodes heard in every round so far.</summary>
    public int HeardThroughout => _attendance.HeardThroughout(ClosedRound);

    /// <summary>The time for which this slot must be woken, or null.</summary>
    public Instant? NextWake
    {
        get
        {
            if (ClosedRound >= _rules.LastRound || IsIdle) return null;
            return IsEarlyListingDue ? MidRound : DeadlineOf(ClosedRound + 1);
        }
    }

    /// <summary>Nothing is left to wait for: everybody's DECIDE is here, or all rounds are over.</summary>
    private bool IsIdle => _settlement.IsDecided && (_settlement.Decides.Authors == _rules.Everyone) && !_reporter.OwesDecides;

    // Is there much to push at deadline(1) that most peers hold already, and no vote yet that would say so?
    private bool IsEarlyListingDue => !_hasListedEarly && ClosedRound == 0 && _rules.Rounds > 1
        && _broadcasts.AcceptedBytes >= _rules.Variant.EarlyListingBytes && Standing.MaySign && _hasSent && !_votes.HasVoted;

    private Instant MidRound => Start.Plus(_rules.Roster.Timing.RoundUs / 2);

    private bool IsOver => ClosedRound >= _rules.LastRound;

    private Instant Start => _rules.Roster.Timing.StartOf(Number);

    public void Open(ReadOnlyMemory<byte> payload, StepContext context)
    {
        Standing.IsOpen = true;
        _payload = payload;
        if (Standing.Silence is null && (ClosedRound > 0 || context.Now > DeadlineOf(1))) Standing.Fail("the slot was opened after its first round");
        Send(context);
    }

    /// <summary>Signs and sends the own value, as soon as the slot is open and the lease durable.</summary>
    public void Send(StepContext context)
    {
        if (!Standing.MaySign || _hasSent) return;
        if (ClosedRound > 0 || context.Now > DeadlineOf(1))
        {
            Standing.Fail("the lease was not durable within the first round");
            return;
        }

        _hasSent = true;
        Payload payload = Payload.Of(_payload);
        Statement send = _own.Sign(StatementKind.Send, 0, [new StatementEntry(_rules.Self, payload.Value)]);
        _broadcasts.TakeOwn(send, payload);
        _reporter.SendAll(new Frame(_rules.Self, Number, send, [], [payload], context.DecidesHeld), context);
        Progress(1, context);
    }

    /// <summary>Takes a frame in (F1 to F5).</summary>
    /// <param name="frame">Every signature in it holds.</param>
    /// <param name="stamp">At or before now.</param>
    /// <param name="context">The step.</param>
    public void Take(Frame frame, Instant stamp, StepContext context)
    {
        int round = _rules.RoundOf(Number, stamp);

        // Written at a deadline that is still to come here: its author's clock is ahead, and it counts as heard in the round after that too.
        int roundOfFastest = frame.Own.Round >= round ? _rules.RoundOf(Number, stamp.Plus(_rules.Roster.Timing.ClockGuardUs)) : round;
        if (round <= ClosedRound && !IsOver && !_rules.Variant.HasNoCloseBarrier)
        {
            Standing.Fail("a frame stamped in time was processed after its round was closed");
            round = roundOfFastest = _rules.RoundOf(Number, context.Now);
        }

        _reporter.Note(frame, context);
        LookAt(frame.Own, round, roundOfFastest, context);
        foreach (Statement support in frame.Supports)
        {
            if (support.Slot == Number) LookAt(support, round, roundOfFastest, context);
        }

        if (ClosedRound < _rules.Rounds) _broadcasts.Take(frame, _rules.Variant.IgnoresDeadlines ? 1 : round);
        Progress(round, context);
    }

    /// <summary>Counts a DECIDE, wherever it came from.</summary>
    public void TakeDecide(Statement decide, StepContext context)
    {
        if (Keep(decide, context)) Settle(context);
    }

    /// <summary>Counts the DECIDEs of a certificate, all of them before any conclusion is drawn.</summary>
    public void TakeCertificate(DecisionCertificate certificate, StepContext context)
    {
        foreach (Statement decide in certificate.Decides) Keep(decide, context);
        Settle(context);
    }

    /// <summary>Closes every round whose deadline is at or before now.</summary>
    public void Close(StepContext context)
    {
        if (IsEarlyListingDue && context.Now >= MidRound && context.Now < DeadlineOf(1)) ListEarly(context);
        while (ClosedRound < _rules.LastRound && DeadlineOf(ClosedRound + 1) <= context.Now) CloseRound(ClosedRound + 1, context);
    }

    public Slot Clone() => new(this);

    public void WriteState(CanonicalWriter writer)
    {
        writer.I64(Number);
        writer.U8((byte)ClosedRound);
        writer.U8(Standing.Flags);
        writer.U8((byte)((_hasSent ? 1 : 0) | (_hasListedEarly ? 2 : 0)));
        _broadcasts.WriteState(writer);
        _votes.WriteState(writer);
        _attendance.WriteState(writer);
        _settlement.WriteState(writer);
        _reporter.WriteState(writer);
        _own.WriteState(writer);
    }

    private Instant DeadlineOf(int round) => _rules.Roster.Timing.DeadlineOf(Number, round);

    private void LookAt(Statement statement, int round, int roundOfFastest, StepContext context)
    {
        CheckOwn(statement);
        _attendance.Hear(statement, round, roundOfFastest);
        _guilt.LookAtOwnValue(statement, context.Effects);
        switch (statement.Kind)
        {
            case StatementKind.Vote:
                if (_votes.Add(statement) is { } earlier) _guilt.Report(EvidenceKind.DoubleVote, earlier, statement, context.Effects);
                break;
            case StatementKind.Certificate:
                _votes.AddCertifier(statement);
                break;
            case StatementKind.Decide:
                TakeDecide(statement, context);
                break;
        }
    }

    private bool Keep(Statement decide, StepContext context)
    {
        CheckOwn(decide);
        _votes.AddCertifier(decide);
        bool isNew = _settlement.Decides.Add(decide, out Statement? earlier);
        if (earlier is not null) _guilt.Report(EvidenceKind.DoubleDecide, earlier, decide, context.Effects);
        return isNew;
    }

    private void CheckOwn(Statement statement)
    {
        if (IsOnlyIncarnation && Standing.IsLaidClaimTo && _own.IsForeign(statement)) Standing.Stop($"a statement of slot {Number} carries this node's signature and was not signed here: the key is in other hands");
    }
}
