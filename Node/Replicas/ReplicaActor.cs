using Akka.Actor;
using C3Fusion.Agreement;
using C3Fusion.Node.Cluster;
using C3Fusion.Node.Links;
using C3Fusion.Node.Mqtt;
using C3Fusion.Node.Storage;
using C3Fusion.Replica;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using Serilog;
using RestartState = C3Fusion.Replica.RestartState;

namespace C3Fusion.Node.Replicas;

/// <summary>Hosts the <see cref="ReplicaMachine"/> of this node: the cluster singleton. Feeds it events one at a time on a thread of its own and carries out its effects.</summary>
/// <remarks>Every incarnation, on whichever box, begins with that box's slot lease and ledger, or with none and silence.</remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "An actor's resources end in PostStop.")]
internal sealed class ReplicaActor : UntypedActor, IWithTimers
{
    /// <summary>A box that has had no right to sign for longer leaves the peers' connections to the other box.</summary>
    private const int DialSlots = 3;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ReplicaHosting _hosting;
    private readonly IActorRef _ingest;
    private readonly ILogger _log;
    private readonly VerifiedScans _verifiedScans = new();
    private ReplicaPump _pump = null!;
    private SlotLeaseFile _lease = null!;
    private LedgerStore _ledger = null!;
    private EvidenceFolder _evidence = null!;
    private PeerInbox _inbox = null!;
    private PeerLinks _links = null!;
    private ILink _outgoing = null!;
    private DeadlineTimer _deadlines = null!;
    private SigningFence _fence = null!;
    private IReadOnlyList<ActorSelection> _otherFences = [];
    private long _leaseDurable = -1;
    private long _granted = -1;
    private IActorRef _publisher = ActorRefs.Nobody;
    private Task _leaseWrites = Task.CompletedTask;

    /// <summary>A replica over <paramref name="hosting"/> that keeps the entities behind <paramref name="ingest"/> at work.</summary>
    public ReplicaActor(ReplicaHosting hosting, IActorRef ingest) => (_hosting, _ingest, _log) = (hosting, ingest, hosting.Log);

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props with a dispatcher that owns a thread.</summary>
    public static Props Props(ReplicaHosting hosting, IActorRef ingest) =>
        Akka.Actor.Props.Create(() => new ReplicaActor(hosting, ingest)).WithDispatcher("akka.actor.replica-dispatcher");

    protected override void PreStart()
    {
        string state = _hosting.Settings.StateDirectory;
        _lease = new SlotLeaseFile(Path.Combine(state, "slot.lease"), _hosting.Roster.Hash);
        long? leased = _lease.Read();

        // The first write is the slowest one: better now than in the first round. Nothing was signed up to -1.
        if (leased is null) _lease.Write(-1);
        IActorRef self = Self;
        _evidence = new EvidenceFolder(Path.Combine(state, "evidence"), _hosting.Roster, _log);
        _ledger = new LedgerStore(state, _hosting.Roster, _log, reason => self.Tell(new ReplicaEvent.LedgerLost(reason)));
        _hosting.Clock.Restart();
        Instant now = _hosting.Clock.Now;
        long mustNotSign = RaiseFence(_hosting.Roster.Timing.SlotAt(now), leased ?? -1);
        var options = new ReplicaOptions(_hosting.Roster, _hosting.Self, _hosting.Signer, _hosting.Tracker, new RestartState(now, mustNotSign, _ledger.Records()), new ReplicaLimits());
        var verifier = new PeerMessageVerifier(_hosting.Roster, _verifiedScans);
        var machine = new ReplicaMachine(options, verifier);

        Action deadlineReached = () => self.Tell(DeadlineReached.Instance);
        _inbox = new PeerInbox(_hosting.Roster.Nodes.Length, verifier.Verify, (hash, payload) => verifier.Prepare(hash, payload), arrival => self.Tell(arrival), deadlineReached, _log);
        _pump = new ReplicaPump(machine, _inbox, _hosting.Clock, CarryOut, due => _deadlines.Set(due));
        _links = OpenLinks();
        _outgoing = _hosting.OverLinks(_links);
        _links.Start(_hosting.PeerAddresses());
        _deadlines = new DeadlineTimer(_hosting.Clock, deadlineReached);
        _publisher = Context.ActorOf(NodePublisher.Props(_hosting), "publisher");
        Timers.StartPeriodicTimer("second", EverySecond.Instance, TimeSpan.Zero, Second);
        Timers.StartPeriodicTimer("fence", FenceDue.Instance, TimeSpan.Zero, TimeSpan.FromMicroseconds(_hosting.Roster.Timing.PeriodUs / 4.0));
        _log.Information("replica of {Node} begins on {Box}; lease {Lease}, ledger read up to slot {Slot}", _hosting.Settings.Node, _hosting.Settings.Box, leased, machine.AppliedSlot);
        _hosting.Observer?.Started(_hosting.Self, _hosting.Settings.Box);
        _pump.Begin();
    }

    protected override void PostStop()
    {
        _hosting.Promise.Rest();
        _deadlines?.Dispose();
        _links?.Dispose();
        _inbox?.Dispose();
        _ledger?.Dispose();
    }

    protected override void OnReceive(object message)
    {
        if (_hosting.Killed.IsCancellationRequested) return;
        switch (message)
        {
            case DeadlineReached:
                _pump.MeetDeadline();
                break;
            case PeerArrival arrival:
                if (arrival.Event.Message.Value is PeerMessage.AgreementFrame frame) Witness(frame.Frame.Value);
                _pump.Take(arrival);
                break;
            case FenceDue:
                long slot = AdvanceFence();
                foreach (ActorSelection other in _otherFences) other.Tell(_fence.Ask(slot), Self);
                break;
            case FenceAnswer answer:
                _fence.Take(answer);
                AdvanceFence();
                break;
            case IngestedScan scan:
                _pump.Take(new ReplicaEvent.ScanAccepted(scan.Scan));
                break;
            case ForwardedScan forwarded:
                VerifyForwarded(forwarded);
                break;
            case SensorProof proof:
                VerifyProof(proof);
                break;
            case ReplicaEvent.StoredSlotsRead or ReplicaEvent.LedgerLost or ReplicaEvent.SensorEvidenceHeard:
                _pump.Take((ReplicaEvent)message);
                break;
            case LeaseWritten written:
                _leaseDurable = written.UpToSlot;
                Grant();
                break;
            case ProposePlan propose:
                _pump.Take(new ReplicaEvent.PlanProposed(propose.Draft));
                break;
            case VetoPlan veto:
                _pump.Take(new ReplicaEvent.PlanVetoed(veto.PlanId, veto.Reason));
                break;
            case IngestReport report:
                _publisher.Tell(report);
                _hosting.Observer?.Reported(_hosting.Self, report);
                break;
            case EverySecond:
                OnSecond();
                break;
        }
    }

    /// <summary>The port may still be held by this box's replica before this one: wait for it.</summary>
    private PeerLinks OpenLinks()
    {
        var settings = new LinkSettings(
            (int)(_hosting.Roster.Timing.RoundUs / 1000),
            _hosting.Settings.MaxFrameBytes,
            _hosting.Settings.QueueFrames,
            MaxFrameAgeMs: (int)(_hosting.Roster.Timing.PeriodUs / 1000),
            MaxBytesPerSecond: _hosting.Settings.MaxBytesPerSecond);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new PeerLinks(_hosting.Roster, _hosting.Self, _hosting.Signer, _hosting.Settings.Own.Links, _hosting.UnderReceiver(_inbox), settings, _hosting.Clock);
            }
            catch (System.Net.Sockets.SocketException error) when (attempt < 20)
            {
                _log.Warning("links cannot listen on {Address} yet: {Reason}", _hosting.Settings.Own.Links, error.Message);
                Thread.Sleep(100);
            }
        }
    }

    /// <summary>Takes the promises over that this box gave, and asks for its own from now on.</summary>
    /// <returns>The last slot in which this incarnation must not sign.</returns>
    private long RaiseFence(long slot, long leased)
    {
        int others = _hosting.Settings.Boxes.Length - 1;
        FenceStart start = _hosting.Promise.Host();
        _fence = new SigningFence(_hosting.Roster, _hosting.Settings.Box, _hosting.Settings.Boxes.IndexOf(_hosting.Settings.Own), others, start, slot, leased, _hosting.OthersAreOff);
        _otherFences = FenceActor.OthersOf(Context.System, _hosting.Settings);
        return others == 0 ? leased : Math.Max(leased, start.Promised);
    }

    /// <summary>What a frame says of this node's other boxes: peers hand on what was signed with its key.</summary>
    private void Witness(Frame frame)
    {
        AdvanceFence();
        _fence.HeardPeer(frame.Author, frame.Slot);
        foreach (Statement support in frame.Supports)
        {
            if (support.Author == _hosting.Self) _fence.HeardOwnKey(support.Slot);
        }
    }

    private long AdvanceFence()
    {
        long slot = _hosting.Roster.Timing.SlotAt(_hosting.Clock.Now);
        _fence.Advance(slot);
        _hosting.Promise.Signs(_fence.Held);
        _links.IsDialling = _fence.Held >= slot - DialSlots;
        if (_fence.IsSuperseded) _hosting.End("another box of this node signs, and this one lost the right to; start it again to stand by");
        else Grant();
        return slot;
    }

    /// <summary>The machine may sign as far as the lease is durable and the other boxes promised not to. It takes both for its slot lease.</summary>
    private void Grant()
    {
        SlotTiming timing = _hosting.Roster.Timing;
        Instant now = _hosting.Clock.Now;
        long upTo = Math.Min(_leaseDurable, _fence.Held), slot = timing.SlotAt(now);

        // A right that begins with the next slot must not open the one that runs.
        bool hasBegun = slot >= _fence.From || (slot == _fence.From - 1 && now > timing.DeadlineOf(slot, 1));
        if (upTo <= _granted || !hasBegun) return;
        _granted = upTo;
        _pump.Take(new ReplicaEvent.LeasePersisted(upTo));
    }

    private void CarryOut(ReplicaEffect effect)
    {
        if (_hosting.Killed.IsCancellationRequested) return;
        switch (effect)
        {
            case ReplicaEffect.SendToPeer send:
                if (send.Bytes.Span[0] == (byte)PeerChannel.CatchUpRequest) _inbox.Asked(send.Peer);
                _outgoing.TrySend(send.Peer, send.Bytes);
                return;
            case ReplicaEffect.PersistLease lease:
                WriteLease(lease.UpToSlot);
                break;
            case ReplicaEffect.AppendLedger append:
                _ledger.Append(append.Record);
                break;
            case ReplicaEffect.ReadStoredSlots read:
                ReadLedger(read);
                return;
            case ReplicaEffect.AlarmRaised { Alarm.Kind: AlarmKind.ClockInDoubt } raised:
                _log.Warning("the own clock is in doubt: {Detail}; this node abstains (slot {Slot})", _hosting.Clock.Detail, raised.Alarm.Slot);
                break;
            case ReplicaEffect.AlarmRaised raised:
                _log.Warning("alarm {Kind} {Subject}: {Detail} (slot {Slot})", raised.Alarm.Kind, raised.Alarm.Subject, raised.Alarm.Detail, raised.Alarm.Slot);
                break;
            case ReplicaEffect.PlanRefused refused:
                _log.Warning("a plan or veto of this node was refused: {Detail}", refused.Detail);
                break;
            case ReplicaEffect.NodeEvidenceFound found:
                _evidence.Keep(found.Evidence);
                break;
            case ReplicaEffect.SensorEvidenceFound found:
                _evidence.Keep(found.Proof);
                break;
            case ReplicaEffect.Stopped stopped:
                _log.Fatal("this node must sign nothing more: {Reason}", stopped.Reason);
                break;
        }

        _publisher.Tell(effect);
        _hosting.Observer?.Observed(_hosting.Self, effect, _hosting.Clock.Now);
    }

    /// <summary>A peer wants slots that are no longer in memory: they are read off this thread.</summary>
    private void ReadLedger(ReplicaEffect.ReadStoredSlots read)
    {
        LedgerStore ledger = _ledger;
        _ = Task.Run(() => new ReplicaEvent.StoredSlotsRead(read.Peer, ledger.Read(read.FromSlot, read.MaxSlots, read.MaxBytes))).PipeTo(Self, failure: error =>
        {
            _log.Error(error, "slots from {Slot} on could not be read for {Peer}", read.FromSlot, read.Peer);
            return new ReplicaEvent.StoredSlotsRead(read.Peer, []);
        });
    }

    private void WriteLease(long upToSlot)
    {
        SlotLeaseFile lease = _lease;
        _leaseWrites = _leaseWrites.ContinueWith(_ => lease.Write(upToSlot), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _ = _leaseWrites.PipeTo(Self, success: () => new LeaseWritten(upToSlot), failure: error =>
        {
            // Without the lease the machine signs nothing: silence is safe, and the next slot asks again.
            _log.Error(error, "the slot lease up to {Slot} could not be written", upToSlot);
            return Nothing.Instance;
        });
    }

    /// <summary>A scan that crossed from another box lost its proof of verification on the way.</summary>
    private void VerifyForwarded(ForwardedScan forwarded)
    {
        ScanVerifier verifier = _hosting.Scans;
        _ = Task.Run<object>(() => verifier.Verify(forwarded.Topic, forwarded.Envelope, out Verified<SignedScan> scan) == ScanRefusal.None
            ? new IngestedScan(scan, forwarded.Topic)
            : Nothing.Instance).PipeTo(Self);
    }

    private void VerifyProof(SensorProof proof)
    {
        ScanVerifier verifier = _hosting.Scans;
        int sensor = _hosting.Roster.IndexOfSensor(proof.Sensor);
        _ = Task.Run<object>(() => ScanEquivocation.Verify(verifier, sensor, proof.First, proof.Second) is { } verified
            ? new ReplicaEvent.SensorEvidenceHeard(verified)
            : Nothing.Instance).PipeTo(Self);
    }

    private void OnSecond()
    {
        foreach (SensorEntry sensor in _hosting.Roster.Sensors) _ingest.Tell(new KeepIngesting(sensor.Id), Self);
        (long lateWakeUs, long longestStepUs) = _pump.TakeVitals();
        var vitals = new ReplicaVitals(_links.Status(), _inbox.Status(), lateWakeUs, longestStepUs, _links.Refused);
        _publisher.Tell(vitals);
        _hosting.Observer?.Reported(_hosting.Self, vitals);
    }

    private sealed record DeadlineReached
    {
        public static readonly DeadlineReached Instance = new();
    }

    private sealed record FenceDue
    {
        public static readonly FenceDue Instance = new();
    }

    private sealed record EverySecond
    {
        public static readonly EverySecond Instance = new();
    }

    private sealed record LeaseWritten(long UpToSlot);

    /// <summary>Work off this thread came to nothing: a lease that was not written, a scan or a proof that does not hold.</summary>
    private sealed record Nothing
    {
        public static readonly Nothing Instance = new();
    }
}
