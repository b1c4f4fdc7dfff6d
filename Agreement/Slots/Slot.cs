using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>One slot at one node: n parallel broadcasts, votes, certificates, DECIDEs (dolev-strong-rules, section 6).</summary>
internal sealed class Slot
{
    private readonly SlotRules _rules;
    private readonly Instance[] _instances;
    private readonly VoteBook _votes;
    private readonly Attendance _attendance;
    private readonly GuiltBook _guilt;
    private readonly Settlement _settlement;
    private readonly Reporter _reporter;
    private readonly List<Statement> _signed;
    private readonly List<Pair> _unlisted;
    private readonly bool[] _certified;
    private readonly Dictionary<(int Author, int Round), Statement>? _onePerRound;
    private ReadOnlyMemory<byte> _payload;
    private bool _hasSent;
    private bool _hasListedEarly;
    private long _acceptedBytes;
    private string? _fault;

    public Slot(long number, SlotRules rules, string? silence, bool isLeased)
    {
        Number = number;
        _rules = rules;
        Silence = silence;
        IsLeased = isLeased;
        _instances = [.. Enumerable.Range(0, rules.Nodes).Select(sender => new Instance(sender, rules))];
        _votes = new VoteBook(rules);
        _attendance = new Attendance(rules);
        _guilt = new GuiltBook(rules.Nodes);
        _settlement = new Settlement(number, rules);
        _reporter = new Reporter(rules);
        _signed = [];
        _unlisted = [];
        _certified = new bool[rules.Nodes];
        _onePerRound = rules.Variant.CountsOneStatementPerSignerAndRound ? [] : null;
    }

    private Slot(Slot other)
    {
        Number = other.Number;
        _rules = other._rules;
        _instances = [.. other._instances.Select(instance => instance.Clone())];
        _votes = other._votes.Clone();
        _attendance = other._attendance.Clone();
        _guilt = other._guilt.Clone();
        _settlement = other._settlement.Clone();
        _reporter = other._reporter.Clone();
        _signed = [.. other._signed];
        _unlisted = [.. other._unlisted];
        _certified = [.. other._certified];
        _onePerRound = other._onePerRound is null ? null : new(other._onePerRound);
        (_payload, _hasSent, _fault) = (other._payload, other._hasSent, other._fault);
        (_hasListedEarly, _acceptedBytes) = (other._hasListedEarly, other._acceptedBytes);
        (Silence, IsLeased, IsOpen, IsClockInDoubt) = (other.Silence, other.IsLeased, other.IsOpen, other.IsClockInDoubt);
        (ClosedRound, StopReason) = (other.ClosedRound, other.StopReason);
    }

    public long Number { get; }

    /// <summary>Why this incarnation must sign nothing in this slot, or null.</summary>
    public string? Silence { get; set; }

    /// <summary>Is the lease that covers this slot on stable storage?</summary>
    public bool IsLeased { get; set; }

    public bool IsOpen { get; private set; }

    /// <summary>Was the clock ever in doubt before the slot was decided?</summary>
    public bool IsClockInDoubt { get; set; }

    /// <summary>The last round that was closed; 0 before deadline(1).</summary>
    public int ClosedRound { get; private set; }

    /// <summary>Set where something was seen after which this node must sign nothing any more.</summary>
    public string? StopReason { get; private set; }

    public Settlement Settlement => _settlement;

    public IReadOnlyList<Instance> Instances => _instances;

    public VoteBook Votes => _votes;

    /// <summary>Nodes heard in every round so far.</summary>
    public int HeardThroughout => _attendance.HeardThroughout(ClosedRound);

    public IReadOnlyList<Statement> Signed => _signed;

    private bool MaySign => IsOpen && IsLeased && Silence is null && _fault is null && StopReason is null;

    /// <summary>Nothing is left to wait for: everybody's DECIDE is here, or all rounds are over.</summary>
    private bool IsIdle => _settlement.IsDecided && (_settlement.Decides.Authors == _rules.Everyone) && !_reporter.OwesDecides;

    /// <summary>The time for which this slot must be woken, or null.</summary>
    public Instant? NextWake
    {
        get
        {
            if (ClosedRound >= _rules.LastRound || IsIdle) return null;
            return IsEarlyListingDue ? MidRound : DeadlineOf(ClosedRound + 1);
        }
    }

    // Is there much to push at deadline(1) that most peers hold already, and no vote yet that would say so?
    private bool IsEarlyListingDue => !_hasListedEarly && ClosedRound == 0 && _rules.Rounds > 1 && _acceptedBytes >= Limits.EarlyListingBytes && MaySign && _hasSent && !_votes.HasVoted;

    private Instant MidRound => Start.Plus(_rules.Roster.Timing.RoundUs / 2);

    public bool IsOver => ClosedRound >= _rules.LastRound;

    private Instant Start => _rules.Roster.Timing.StartOf(Number);

    public void Open(ReadOnlyMemory<byte> payload, StepContext context)
    {
        IsOpen = true;
        _payload = payload;
        if (Silence is null && (ClosedRound > 0 || context.Now > DeadlineOf(1))) Fail("the slot was opened after its first round");
        Send(context);
    }

    /// <summary>Signs and sends the own value, as soon as the slot is open and the lease durable.</summary>
    public void Send(StepContext context)
    {
        if (!MaySign || _hasSent) return;
        if (ClosedRound > 0 || context.Now > DeadlineOf(1))
        {
            Fail("the lease was not durable within the first round");
            return;
        }

        _hasSent = true;
        Payload payload = Payload.Of(_payload);
        Instance own = _instances[_rules.Self];
        Statement send = Sign(StatementKind.Send, 0, [new StatementEntry(_rules.Self, payload.Value)]);
        Candidate candidate = own.List(_rules.Self, payload.Value)!;
        own.Support(candidate, send);
        candidate.Hold(_payload);
        if (own.TryAccept(candidate, 1)) Accepted(_rules.Self, candidate);
        var frame = new Frame(_rules.Self, Number, send, [], [payload], context.DecidesHeld);
        _reporter.SendAll(frame, context);
        Progress(1, context);
    }

    /// <summary>Takes a frame in (F1 to F5).</summary>
    /// <param name="frame">Every signature in it holds.</param>
    /// <param name="stamp">At or before now.</param>
    /// <param name="context">The step.</param>
    public void Take(Frame frame, Instant stamp, StepContext context)
    {
        int round = _rules.RoundOf(Number, stamp);
        if (round <= ClosedRound && !IsOver && !_rules.Variant.HasNoCloseBarrier)
        {
            Fail("a frame stamped in time was processed after its round was closed");
            round = _rules.RoundOf(Number, context.Now);
        }

        _reporter.Note(frame, context);
        LookAt(frame.Own, round, context);
        foreach (Statement support in frame.Supports)
        {
            if (support.Slot == Number) LookAt(support, round, context);
        }

        if (ClosedRound < _rules.Rounds) CountSupports(frame, _rules.Variant.IgnoresDeadlines ? 1 : round);
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
        writer.U8((byte)((IsOpen ? 1 : 0) | (IsLeased ? 2 : 0) | (_hasSent ? 4 : 0) | (_fault is null ? 0 : 8) | (Silence is null ? 0 : 16) | (IsClockInDoubt ? 32 : 0) | (_hasListedEarly ? 64 : 0)));
        foreach (Instance instance in _instances) instance.WriteState(writer);
        for (int i = 0; i < _certified.Length; i++) writer.U8(_certified[i] ? (byte)1 : (byte)0);
        _votes.WriteState(writer);
        _attendance.WriteState(writer);
        _settlement.WriteState(writer);
        _reporter.WriteState(writer);
        foreach (Statement statement in _signed) writer.Raw(statement.Body);
        if (_onePerRound is null) return;
        foreach (((int author, int round), Statement statement) in _onePerRound.OrderBy(counted => counted.Key))
        {
            writer.U8((byte)author);
            writer.U8((byte)round);
            writer.Raw(statement.Body);
        }
    }

    private Instant DeadlineOf(int round) => _rules.Roster.Timing.DeadlineOf(Number, round);

    private void Fail(string reason) => _fault ??= reason;

    private Statement Sign(StatementKind kind, int round, ImmutableArray<StatementEntry> entries, ImmutableArray<Outcome>? outcomes = null, Hash256 state = default)
    {
        var unsigned = new Statement(kind, Number, round, _rules.Self, entries, outcomes ?? [], state, []);
        Statement signed = StatementBytes.Sign(unsigned, _rules.Signer, _rules.Scope);
        _signed.Add(signed);
        return signed;
    }

    private void LookAt(Statement statement, int round, StepContext context)
    {
        CheckOwn(statement);
        _attendance.Hear(statement, round);
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

    /// <summary>A statement signed with this node's key that this incarnation did not sign, in a slot that no earlier one may have signed in, means a second holder of the key.</summary>
    private void CheckOwn(Statement statement)
    {
        if (statement.Author != _rules.Self || !IsOnlyIncarnation) return;
        if (!_signed.Contains(statement)) StopReason = $"a statement of slot {Number} carries this node's signature and was not signed here: the key is in other hands";
    }

    /// <summary>False where an earlier incarnation may have signed in this slot.</summary>
    public bool IsOnlyIncarnation { get; init; } = true;

    private void CountSupports(Frame frame, int round)
    {
        List(frame.Author, frame.Own);
        foreach (Statement support in frame.Supports)
        {
            if (support.Author == frame.Author) List(frame.Author, support);
        }

        Count(frame.Author, frame.Own);
        foreach (Statement support in frame.Supports) Count(frame.Author, support);
        foreach (Payload payload in frame.Payloads) Hold(payload);
        foreach (Instance instance in _instances)
        {
            for (int i = 0; instance.Candidates.Count > instance.Accepted.Count && i < instance.Candidates.Count; i++)
            {
                Candidate candidate = instance.Candidates[i];
                if (instance.TryAccept(candidate, round)) Accepted(instance.Sender, candidate);
            }
        }
    }

    private void List(int author, Statement own)
    {
        if (own.Kind is not (StatementKind.Send or StatementKind.Vote or StatementKind.Relay)) return;
        foreach (StatementEntry entry in own.Entries) _instances[entry.Sender].List(author, entry.Value);
    }

    private void Count(int author, Statement support)
    {
        if (support.Kind is not (StatementKind.Send or StatementKind.Vote or StatementKind.Relay) || support.Slot != Number) return;
        if (_onePerRound is not null && (!_onePerRound.TryAdd((support.Author, support.Round), support) && !_onePerRound[(support.Author, support.Round)].Equals(support))) return;
        foreach (StatementEntry entry in support.Entries)
        {
            Instance instance = _instances[entry.Sender];
            if (instance.Find(entry.Value) is { } candidate && NodeSet.Contains(candidate.ListedBy, author)) instance.Support(candidate, support);
        }
    }

    // A payload is kept only for a value that its sender signed: nobody else can fill this node's memory with it.
    private void Hold(Payload payload)
    {
        foreach (Instance instance in _instances)
        {
            if (instance.Find(payload.Value) is { IsHeld: false } candidate && NodeSet.Contains(candidate.Supporters, instance.Sender)) candidate.Hold(payload.Bytes);
        }
    }

    /// <summary>What follows from what is known: vote, certificates, decision.</summary>
    private void Progress(int round, StepContext context)
    {
        bool complete = MaySign && _hasSent && !_votes.HasVoted && ClosedRound == 0 && context.Now >= Start
            && Array.TrueForAll(_instances, instance => instance.Accepted.Count > 0);
        if (complete)
        {
            Statement vote = Vote(0);
            _reporter.SendAll(new Frame(_rules.Self, Number, vote, [], [], context.DecidesHeld), context);
        }

        Certify(round);
        Decide(context);
    }

    private void Accepted(int sender, Candidate candidate)
    {
        _unlisted.Add(new Pair(sender, candidate.Value));
        _acceptedBytes += candidate.Payload.Length;
    }

    // An early relay is a relay like any other: earlier signatures only add support. What its receivers list too is not pushed at deadline(1).
    private void ListEarly(StepContext context)
    {
        _hasListedEarly = true;
        Statement relay = Sign(StatementKind.Relay, 0, ListNew());
        _reporter.SendAll(new Frame(_rules.Self, Number, relay, [], [], context.DecidesHeld), context);
    }

    private Statement Vote(int round)
    {
        ListNew();
        ImmutableArray<StatementEntry> all = [.. _instances.SelectMany(instance => instance.Accepted.Select(value => new StatementEntry(instance.Sender, value.Value))).Order()];
        Statement vote = Sign(StatementKind.Vote, round, all);
        _votes.CastOwn(vote, _instances);
        return vote;
    }

    /// <summary>Everything accepted and not listed yet, as entries; its supports are due at the close of the round.</summary>
    private ImmutableArray<StatementEntry> ListNew()
    {
        ImmutableArray<StatementEntry> entries = [.. _unlisted.Select(pair => pair.Entry).Order()];
        _reporter.Owe(_unlisted);
        _unlisted.Clear();
        return entries;
    }

    private void Certify(int round)
    {
        if (ClosedRound >= _rules.CertificateRounds) return;
        for (int i = 0; i < _certified.Length; i++)
        {
            if (_certified[i] || !_votes.IsCertified(i, round)) continue;
            _certified[i] = true;
            _reporter.OweCertificate(i);
        }
    }

    private Outcome? OutcomeOf(int sender)
    {
        if (_certified[sender]) return Outcome.Of(_votes.Mine(sender)!.Value);
        if (ClosedRound < _rules.Rounds) return null;
        IReadOnlyList<Candidate> accepted = _instances[sender].Accepted;
        if (accepted.Count == 0) return Outcome.Silent;
        if (accepted.Count == 1) return Outcome.Of(accepted[0].Value);

        // Every certificate holds this node's own vote: without one, no certificate exists and nothing is worth waiting for.
        return _votes.Mine(sender) is null || ClosedRound >= _rules.CertificateRounds ? Outcome.Equivocation : null;
    }

    private void Decide(StepContext context)
    {
        if (_settlement.IsDecided) return;
        var outcomes = ImmutableArray.CreateBuilder<Outcome>(_rules.Nodes);
        for (int i = 0; i < _rules.Nodes; i++)
        {
            if (OutcomeOf(i) is not { } outcome) return;
            outcomes.Add(outcome);
        }

        ImmutableArray<Outcome> vector = outcomes.MoveToImmutable();
        string? abstains = WhyAbstain() ?? _settlement.WhyContradicted(vector, context.Effects);
        _settlement.Decide(vector, abstains, _instances, context.Effects);
        if (abstains is null) SignDecide(vector, Array.TrueForAll(_certified, certified => certified) ? 0 : 1, context);
        Settle(context);
    }

    private string? WhyAbstain()
    {
        if (Silence is not null) return Silence;
        if (!IsOpen) return "this node did not take part in the slot";
        if (_fault is not null) return _fault;
        if (!IsLeased) return "the lease was not durable";
        if (IsClockInDoubt) return "the clock was in doubt";
        int heard = HeardThroughout, needed = _rules.Nodes - _rules.Faulty;
        return heard < needed ? $"{heard} nodes were heard on time in every round, {needed} are needed" : null;
    }

    private void SignDecide(ImmutableArray<Outcome> vector, int round, StepContext context)
    {
        Statement decide = Sign(StatementKind.Decide, round, [], vector, context.StateBefore);
        _settlement.Signed(decide);
        _votes.AddCertifier(decide);
        _reporter.SendAll(new Frame(_rules.Self, Number, decide, [], [], context.DecidesHeld), context);
    }

    private void Settle(StepContext context)
    {
        ImmutableArray<Outcome>? adopted = _settlement.Settle(_instances, context.Effects);
        if (_settlement.StopReason is { } reason) StopReason ??= reason;
        if (adopted is not { } vector || _settlement.OwnDecide is not null || !MaySign) return;
        SignDecide(vector, 1, context);
        _settlement.Settle(_instances, context.Effects);
    }

    private void CloseRound(int round, StepContext context)
    {
        bool late = context.Now.Since(DeadlineOf(round)) > _rules.SlackUs;
        if (late && IsOpen && !IsIdle && !_rules.Variant.HasNoCloseBarrier) Fail($"round {round} was closed too late");
        ClosedRound = round;
        if (MaySign) Report(round, context);
        _reporter.Forget();
        _attendance.ForgetFresh();
        if (round == _rules.Rounds) Array.ForEach(_instances, instance => instance.Close());
        Decide(context);
    }

    /// <summary>C1: what this node owes its peers at the close of a round.</summary>
    private void Report(int round, StepContext context)
    {
        bool everybodyDecided = _settlement.Decides.Authors == _rules.Everyone;
        Statement? own = null;
        if (round < _rules.Rounds && round == 1 && !_votes.HasVoted && _hasSent)
        {
            own = Vote(1);
            Certify(_rules.RoundOf(Number, context.Now));
            Decide(context);
        }
        else if (round < _rules.Rounds && _unlisted.Count > 0)
        {
            own = Sign(StatementKind.Relay, round, ListNew());
        }
        else if (round <= _attendance.LastTag && round < _rules.Rounds && !everybodyDecided)
        {
            own = Sign(StatementKind.Alive, round, []);
        }

        Statement? cert = null;
        if (_reporter.Certificates.Count > 0 && round < _rules.CertificateRounds)
        {
            cert = _settlement.OwnDecide is { Round: 0 } decide ? decide : SignCertificate();
        }

        bool relays = round < _rules.Rounds;
        _reporter.SendReports(own, cert, relays, this, everybodyDecided ? [] : _attendance.Fresh, context);
    }

    private Statement SignCertificate()
    {
        Statement certificate = Sign(StatementKind.Certificate, 0, [.. _reporter.Certificates.Select(i => new StatementEntry(i, _votes.Mine(i)!.Value)).Order()]);
        _votes.AddCertifier(certificate);
        return certificate;
    }
}
