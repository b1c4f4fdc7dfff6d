using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Agreed;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Peers;
using C3Fusion.Replica.Pictures;
using C3Fusion.Replica.Plans;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica;

/// <summary>One node without I/O: the slot loop, the local and the agreed picture, the plan book, the ledger, catch-up and the clock watch.</summary>
/// <remarks>
/// Single-threaded: the host owns the order of events and carries out the effects in order. The first event is
/// <see cref="ReplicaEvent.TimeReached"/>. It steps a <see cref="ReplicaEvent.TimeReached"/> for a deadline only after all
/// messages stamped up to it (the close barrier). No event makes the machine throw; hostile content is counted and left out.
/// </remarks>
public sealed class ReplicaMachine
{
    /// <summary>Slots without a new agreed picture before an operator is told.</summary>
    private const int SlotsBeforeStall = 16;

    private readonly ReplicaOptions _options;
    private readonly Roster _roster;
    private readonly VerifiedScans _scanCache;
    private readonly AgreementPort _agreement;
    private readonly ReplicaOutput _output = new();
    private readonly SlotBook _book;
    private readonly AgreedLoop _agreed;
    private readonly LocalFusion _local;
    private readonly TrustView _localTrust;
    private readonly Outbox _outbox;
    private readonly CatchUpDriver _catchUp;
    private readonly ClockWatch _clockWatch;
    private readonly LedgerChain _chain;
    private readonly LedgerReplay _replay;
    private readonly SensorGuilt _sensors;
    private List<ReplicaEffect>? _early;
    private bool _isLedgerOpen;
    private long _opened;
    private long _appliedAtOpening = -1;
    private ReplicaCounters _told;
    private Instant? _wake;

    /// <summary>A replica at the start of an incarnation. Applies the first slots of the ledger of <see cref="ReplicaOptions.Restart"/> before it returns.</summary>
    /// <param name="options">What it is made with.</param>
    /// <param name="verifier">This node's verifier: what it verified is not verified again.</param>
    /// <exception cref="ArgumentException">The roster breaks a rule, or self or signer are not of it.</exception>
    public ReplicaMachine(ReplicaOptions options, PeerMessageVerifier verifier)
    {
        _options = options;
        _roster = options.Roster;
        _scanCache = verifier.ScanCache;
        _book = new SlotBook(_roster);
        _sensors = new SensorGuilt(_roster, _output);
        var rules = new AgreedRules(_roster, verifier.Scans, verifier.Statements);
        _agreed = new AgreedLoop(options, _output, _book, new AgreedHistory(rules, options.TrackerFactory, options.Limits.CheckpointEverySlots), _sensors);
        _agreement = new AgreementPort(options, _output, _agreed.Intake, verifier.Statements);
        _local = new LocalFusion(_roster, options.TrackerFactory());
        _localTrust = new TrustView(_roster, PictureOrigin.Local);
        _outbox = new Outbox(options, _book);
        _catchUp = new CatchUpDriver(options, _output, _book, _agreed);
        _clockWatch = new ClockWatch(_roster, options.Self);
        _opened = _roster.Timing.SlotAt(options.Restart.StartedAt);
        _chain = new LedgerChain();
        _replay = new LedgerReplay(options, _chain, _agreed, verifier.Statements, _sensors);
        _replay.Advance(options.Limits.SlotsReplayedAtStart);
        _early = _output.Effects;
    }

    /// <summary>What it was made with.</summary>
    public ReplicaOptions Options => _options;

    /// <summary>The last slot in the agreed state, -1 before the first.</summary>
    public long AppliedSlot => _agreed.Head.Slot;

    /// <summary>Hash of the agreed state after <see cref="AppliedSlot"/>; before the first slot it names the roster.</summary>
    public Hash256 PictureHash => _agreed.Head.Hash;

    /// <summary>What was taken and left out so far.</summary>
    public ReplicaCounters Counters => _output.Counters with { ScansNotCarried = _outbox.ScansDropped, SlotsNotKept = _book.NotKept };

    /// <summary>Open plans in the order in which they were agreed, then closed ones.</summary>
    public ImmutableArray<Plan> Plans => [.. _agreed.Head.Plans.Open, .. _agreed.Head.Plans.Closed];

    /// <summary>Takes one event and adds what follows from it to <paramref name="effects"/>.</summary>
    /// <param name="e">The event.</param>
    /// <param name="now">The node's clock; must not go back by itself (a host maps it to a monotonic clock).</param>
    /// <param name="effects">Receives the effects in the order in which the host must carry them out; not cleared.</param>
    public void Step(ReplicaEvent e, Instant now, List<ReplicaEffect> effects)
    {
        if (_early is { } early) effects.AddRange(early);
        _early = null;
        _output.Effects = effects;
        _output.Slot = Math.Max(0, _roster.Timing.SlotAt(now));

        // Whatever comes first after a slot's start opens it: were it left to the timer alone, a frame that overtakes the timer would postpone it by a round.
        Open(now);
        switch (e)
        {
            case ReplicaEvent.ScanAccepted accepted:
                Ingest(accepted.Scan, now);
                break;
            case ReplicaEvent.PeerMessageArrived arrived:
                Receive(arrived, now);
                break;
            case ReplicaEvent.TimeReached:
                _agreement.Feed(new AgreementEvent.TimeReached(), now);
                break;
            case ReplicaEvent.LeasePersisted persisted:
                _agreement.Feed(new AgreementEvent.LeasePersisted(persisted.UpToSlot), now);
                break;
            case ReplicaEvent.PlanProposed proposed:
                Propose(proposed.Draft, now);
                break;
            case ReplicaEvent.PlanVetoed vetoed:
                Refuse(_outbox.Plans.Veto(vetoed.PlanId, vetoed.Reason, _agreed.Head.Plans), vetoed.PlanId);
                break;
            case ReplicaEvent.StoredSlotsRead read:
                _catchUp.Answer(read.Peer, read.Slots);
                break;
            case ReplicaEvent.SensorEvidenceHeard heard:
                Convict(heard.Proof.Value);
                break;
            case ReplicaEvent.CheckpointGiven given:
                Take(given.Checkpoint);
                break;
            case ReplicaEvent.LedgerLost lost:
                _output.LoseLedger(lost.Detail);
                break;
            case ReplicaEvent.ClockJudged judged:
                _output.Set(judged.Status != ClockStatus.Good, AlarmKind.ClockInDoubt, "", "the own clock may be outside its error bound: this node abstains");
                _agreement.Feed(new AgreementEvent.ClockJudged(judged.Status), now);
                break;
        }

        Conclude(now);
    }

    /// <summary>Goes on with the own ledger; nothing else is applied before it is at its end.</summary>
    /// <returns>Is it there?</returns>
    private bool ReadLedger()
    {
        if (_isLedgerOpen) return true;
        _replay.Advance(_options.Limits.SlotsAppliedPerStep);
        if (!_replay.IsDone) return false;
        _isLedgerOpen = true;
        if (_replay.Broken is { } broken) _output.Raise(AlarmKind.LedgerLost, "", $"{broken}: the ledger goes on from there, the rest is fetched from peers");
        _output.BeginLedger(_chain);
        return true;
    }

    private void Ingest(Verified<SignedScan> scan, Instant now)
    {
        int sensor = _roster.IndexOfSensor(scan.Value.Scan.Sensor);
        if (sensor < 0) return;
        _output.Counters = _output.Counters with { ScansIngested = _output.Counters.ScansIngested + 1 };
        _scanCache.Add(sensor, scan);
        _outbox.Scans.Add(sensor, scan.Value);
        if (_sensors.Of(sensor)?.First.Scan.Boot != scan.Value.Scan.Boot) _local.Take(sensor, scan.Value.Scan, now);
    }

    /// <summary>A checkpoint counts by the authority's signature, whoever brings it; rare enough to be checked in the step.</summary>
    private void Take(Checkpoint checkpoint)
    {
        bool counts = _options.Authority is { } authority && checkpoint.Verify(_roster, authority) is not null && _agreed.Intake.Take(checkpoint);
        if (counts) _output.Keep(new LedgerBody.Checkpointed(checkpoint));
        else _output.Counters = _output.Counters with { CheckpointsRefused = _output.Counters.CheckpointsRefused + 1 };
    }

    /// <summary>What proves a sensor guilty goes into the agreed input, whoever its witnesses are: then all nodes hold the proof.</summary>
    private void Convict(ScanEquivocation proof)
    {
        int sensor = _roster.IndexOfSensor(proof.First.Scan.Sensor);
        if (sensor < 0 || !_sensors.Take(sensor, proof)) return;
        if (_agreed.Head.EquivocationOf(sensor) is null) _outbox.Scans.AddProof(sensor, proof);
    }

    private void Receive(ReplicaEvent.PeerMessageArrived arrived, Instant now)
    {
        switch (arrived.Message.Value)
        {
            case PeerMessage.AgreementFrame frame:
                if (Math.Abs(frame.Frame.Value.Slot - _output.Slot) <= 1) _clockWatch.Observe(arrived.Peer, frame.Frame.Value.Slot, arrived.Stamp);
                _agreement.Take(frame.Frame, arrived.Stamp, now);
                break;
            case PeerMessage.CatchUpRequest request:
                _catchUp.Answer(arrived.Peer, request);
                break;
            case PeerMessage.CatchUpAnswer answer:
                foreach (ImmutableArray<Statement> decides in _catchUp.Take(arrived.Peer, answer)) _agreement.Learn(decides, now);
                break;
        }
    }

    /// <summary>Opens the slot that the clock is in. Slots that were slept through stay unopened: a late opening helps nobody.</summary>
    private void Open(Instant now)
    {
        long slot = _roster.Timing.SlotAt(now);
        if (slot < 0 || slot <= _opened) return;
        _opened = slot;
        CloseLocal(slot);
        _catchUp.Renew();
        WatchClock(slot);
        WatchHead(slot);

        // Not while slots are being fetched: then this node is only late.
        if (_isLedgerOpen && _agreed.Head.Slot < slot - 1 && _agreed.Head.Slot == _appliedAtOpening && _agreed.IsNextUndecided)
            _agreement.Feed(new AgreementEvent.StateApplied(slot - 1, _agreed.Head.Hash), now);
        _appliedAtOpening = _agreed.Head.Slot;
        _agreement.Feed(new AgreementEvent.SlotOpened(slot, _outbox.Compose(slot, _agreed.Head)), now);
        if (Counters == _told) return;
        _told = Counters;
        _output.Say(new ReplicaEffect.CountersChanged(_told));
    }

    private void CloseLocal(long slot)
    {
        if (_local.Close(slot) is not { } picture) return;
        _output.Say(new ReplicaEffect.LocalPictureChanged(picture));
        _localTrust.Tell(picture, _sensors.Of, _output.Effects);
        _output.Set(picture.SystemAlarm, AlarmKind.LocalSensorAlarm, "", $"more than f_s = {_roster.FaultySensors} sensors are under evidence");
    }

    private void WatchClock(long slot)
    {
        // The first slots have too few frames to say anything.
        if (_roster.Nodes.Length < 2 || slot - Math.Max(0, _roster.Timing.SlotAt(_options.Restart.StartedAt)) < ClockWatch.SlotsToJudge) return;
        PeerClockVerdict verdict = _clockWatch.Judge(slot, out string detail);
        _output.Set(verdict is PeerClockVerdict.Behind or PeerClockVerdict.Ahead, AlarmKind.PeersDisputeClock, "", $"the own clock seems {verdict}: {detail}");
        _output.Set(verdict == PeerClockVerdict.CannotConfirm, AlarmKind.PeersCannotConfirmClock, "", $"peers cannot confirm the own clock: {detail}");
    }

    /// <summary>Whatever the reason is: an operator must know that the agreed picture stands still.</summary>
    private void WatchHead(long slot)
    {
        long head = _agreed.Head.Slot;
        long since = Math.Max(head, _roster.Timing.SlotAt(_options.Restart.StartedAt));
        _output.Set(slot - since > SlotsBeforeStall, AlarmKind.Stalled, "", $"no slot was applied since slot {since}: the clock is in slot {slot}, the agreed picture is that of slot {head}, state {_agreed.Head.Hash}");
    }

    private void Propose(PlanDraft draft, Instant now)
    {
        AgreedState head = _agreed.Head;
        bool isCurrent = head.Slot >= 0 && head.Slot >= _output.Slot - 2;
        PlanRefusal refusal = isCurrent
            ? _outbox.Plans.Propose(draft, now, head.Slot, head.Hash, head.Plans.LastNumber(_options.Self))
            : PlanRefusal.StaleState;
        Refuse(refusal, draft.Key);
    }

    private void Refuse(PlanRefusal refusal, string subject)
    {
        if (refusal != PlanRefusal.None) _output.Say(new ReplicaEffect.PlanRefused(refusal, $"{subject}: {refusal}"));
    }

    private void Refuse(PlanProposal proposal, PlanRefusal refusal, string why) =>
        _output.Say(new ReplicaEffect.PlanRefused(refusal, $"{PlanId.Of(_roster, _options.Self, proposal.Number)} ({proposal.Key}): {refusal}: {why}"));

    /// <summary>Applies what became ready, feeds the state back, asks for what is missing, and sets the next wake-up.</summary>
    private void Conclude(Instant now)
    {
        bool isRead = ReadLedger();
        bool more = !isRead || _agreed.Advance();
        if (!isRead) _output.Raise(AlarmKind.CatchingUp, "", $"the own ledger is being read: slot {_agreed.Head.Slot}");
        IReadOnlyList<(long Slot, Hash256 Hash)> applied = _agreed.TakeApplied();
        foreach ((long slot, Hash256 hash) in applied)
        {
            _agreement.Feed(new AgreementEvent.StateApplied(slot, hash), now);
            foreach ((PlanProposal proposal, PlanRefusal refusal) in _outbox.Applied(slot, _agreed.Head)) Refuse(proposal, refusal, "its time ran out before a slot took it");
        }

        foreach ((PlanProposal proposal, PlanRefusal refusal) in _agreed.TakeRefused())
        {
            if (_outbox.Plans.Refused(proposal)) Refuse(proposal, refusal, "the agreed plan book refused it");
        }

        Instant? ask = isRead ? _catchUp.Drive(now, isBusy: more, progressed: applied.Count > 0) : null;
        Instant next = _roster.Timing.StartOf(Math.Max(0, _roster.Timing.SlotAt(now) + 1));
        if (_agreement.Wake is { } deadline && deadline < next) next = deadline;
        if (ask is { } then && then < next) next = then;
        if (more) next = now;
        if (next == _wake && !more) return;
        _wake = next;
        _output.Say(new ReplicaEffect.WakeAt(next));
    }
}
