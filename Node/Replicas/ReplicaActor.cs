using Akka.Actor;
using C3Fusion.Agreement;
using C3Fusion.Node.Cluster;
using C3Fusion.Node.Ingest;
using C3Fusion.Node.Links;
using C3Fusion.Node.Mqtt;
using C3Fusion.Node.Storage;
using C3Fusion.Replica;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using Serilog;
using RestartState = C3Fusion.Replica.RestartState;

namespace C3Fusion.Node.Replicas;

/// <summary>Hosts the <see cref="ReplicaMachine"/> of this node: the cluster singleton. Feeds it events one at a time on a thread of its own and carries out its effects.</summary>
/// <remarks>Every incarnation, on whichever box, begins with that box's slot lease and ledger, or with none and silence.</remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "An actor's resources end in PostStop.")]
internal sealed partial class ReplicaActor : UntypedActor, IWithTimers
{
    /// <summary>A box that has had no right to sign for longer leaves the peers' connections to the other box.</summary>
    private const int DialSlots = 3;

    /// <summary>How often it is tried to listen, every 100 ms.</summary>
    private const int MostListenAttempts = 20;

    /// <summary>Messages of other boxes that are checked at once; more are dropped and counted.</summary>
    private const int MostChecks = 64;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ReplicaHosting _hosting;
    private readonly IActorRef _ingest;
    private readonly ILogger _log;
    private readonly VerifiedScans _verifiedScans = new();
    private ReplicaPump _pump = null!;
    private SlotLeaseFile _lease = null!;
    private LedgerStore _ledger = null!;
    private EvidenceFolder _evidence = null!;
    private CheckpointFolder _checkpoints = null!;
    private PeerInbox _inbox = null!;
    private PeerLinks _links = null!;
    private ILink _outgoing = null!;
    private DeadlineTimer _deadlines = null!;
    private SigningFence _fence = null!;
    private long _leaseDurable = -1;
    private long _granted = -1;
    private OperatorHold _hold = null!;
    private long? _leased;
    private bool _hasBegun;
    private int _verifying;
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
        try
        {
            Prepare();
            Listen(new ListenAgain(1));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A box without its replica would keep the next box from taking over.
            _log.Error(error, "the replica cannot begin");
            _hosting.End($"the replica cannot begin: {error.Message}");
        }
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
        if (message is ListenAgain attempt) Listen(attempt);
        else if (_hasBegun) Take(message);
    }

    private void Take(object message)
    {
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
                object say = _pump.IsStopped ? new StopNode(_hold.Stopped ?? "") : _fence.Ask(slot);
                foreach (ActorSelection other in FenceActor.OthersOf(Context.System)) other.Tell(say, Self);
                break;
            case FenceAnswer answer when _hosting.Settings.Boxes.Any(box => box.Name == answer.Box && box != _hosting.Settings.Own):
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
                _leaseDurable = Math.Max(_leaseDurable, written.UpToSlot);
                Grant();
                break;
            case LeaseNotWritten failed:
                // Without the lease the machine signs nothing, which is safe. It asks for this one but once, so it is tried until it is written.
                Timers.StartSingleTimer("lease", new WriteLeaseAgain(failed.UpToSlot), Second);
                break;
            case WriteLeaseAgain again:
                WriteLease(again.UpToSlot);
                break;
            case Checked done:
                _verifying--;
                if (done.Message is not null) Take(done.Message);
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

    private void Prepare()
    {
        string state = _hosting.Settings.StateDirectory;
        BoxState.Check(state, _hosting.Roster);
        _hold = new OperatorHold(state);
        _lease = BoxState.LeaseOf(state, _hosting.Roster);
        _leased = _lease.Read();

        // The first write is the slowest one: better now than in the first round. Nothing was signed up to -1.
        if (_leased is null) _lease.Write(-1);
        IActorRef self = Self;
        _checkpoints = new CheckpointFolder(Path.Combine(state, "checkpoints"), _hosting.Roster, _log);
        _evidence = new EvidenceFolder(Path.Combine(state, "evidence"), _hosting.Roster, _log);
        _ledger = new LedgerStore(state, _hosting.Roster, _log, reason => self.Tell(new ReplicaEvent.LedgerLost(reason)));
        _hosting.Clock.Restart();
        Instant now = _hosting.Clock.Now;
        long mustNotSign = RaiseFence(_hosting.Roster.Timing.SlotAt(now), _leased ?? -1);
        var restart = new RestartState(now, mustNotSign, _ledger.Records(), IsFrozen: _hold.Frozen is not null);
        var verifier = new PeerMessageVerifier(_hosting.Roster, _verifiedScans) { Authority = _hosting.Authority };
        var options = new ReplicaOptions(_hosting.Roster, _hosting.Self, _hosting.Signer, _hosting.Tracker, restart, new ReplicaLimits()) { Authority = _hosting.Authority };
        var machine = new ReplicaMachine(options, verifier);

        Action deadlineReached = () => self.Tell(DeadlineReached.Instance);
        _inbox = new PeerInbox(_hosting.Roster.Nodes.Length, verifier.Verify, (hash, payload) => verifier.Prepare(hash, payload), arrival => self.Tell(arrival), deadlineReached, _log);
        _deadlines = new DeadlineTimer(_hosting.Clock, deadlineReached, _log);
        _pump = new ReplicaPump(machine, _inbox, _hosting.Clock, CarryOut, _deadlines.Set);
    }

    /// <summary>Opens the links and begins. The port may still be held by this box's replica before this one: then it is tried again.</summary>
    private void Listen(ListenAgain attempt)
    {
        try
        {
            _links = OpenLinks();
        }
        catch (System.Net.Sockets.SocketException error) when (attempt.Number < MostListenAttempts)
        {
            _log.Warning("links cannot listen on {Address} yet: {Reason}", _hosting.Settings.Own.Links, error.Message);
            Timers.StartSingleTimer("listen", new ListenAgain(attempt.Number + 1), TimeSpan.FromMilliseconds(100));
            return;
        }
        catch (System.Net.Sockets.SocketException error)
        {
            _hosting.End($"links cannot listen on {_hosting.Settings.Own.Links}: {error.Message}");
            return;
        }

        _outgoing = _hosting.OverLinks(_links);
        _links.Start(_hosting.PeerAddresses());
        _publisher = Context.ActorOf(NodePublisher.Props(_hosting), "publisher");
        Timers.StartPeriodicTimer("second", EverySecond.Instance, TimeSpan.Zero, Second);
        Timers.StartPeriodicTimer("fence", FenceDue.Instance, TimeSpan.Zero, TimeSpan.FromMicroseconds(_hosting.Roster.Timing.PeriodUs / 4.0));
        _log.Information("replica of {Node} begins on {Box}; lease {Lease}", _hosting.Settings.Node, _hosting.Settings.Box, _leased);
        if (_hold.Frozen is { } reason) _log.Warning("irreversible plans wait for an operator: {Reason}", reason);
        _hosting.Observer?.Started(_hosting.Self, _hosting.Settings.Box);
        _hasBegun = true;
        _pump.Begin();
    }

    private PeerLinks OpenLinks() => new(
        _hosting.Roster,
        _hosting.Self,
        _hosting.Signer,
        _hosting.Settings.Own.Links,
        _hosting.UnderReceiver(_inbox),
        new LinkSettings(
            (int)(_hosting.Roster.Timing.RoundUs / 1000),
            _hosting.Settings.MaxFrameBytes,
            _hosting.Settings.QueueFrames,
            MaxFrameAgeMs: (int)(_hosting.Roster.Timing.PeriodUs / 1000),
            MaxBytesPerSecond: _hosting.Settings.MaxBytesPerSecond),
        _hosting.Clock);

    /// <summary>Takes the promises over that this box gave, and asks for its own from now on.</summary>
    /// <returns>The last slot in which this incarnation must not sign.</returns>
    private long RaiseFence(long slot, long leased)
    {
        int others = _hosting.Settings.Boxes.Length - 1;
        FenceStart start = _hosting.Promise.Host();
        _fence = new SigningFence(_hosting.Roster, _hosting.Settings.Box, _hosting.Settings.Boxes.IndexOf(_hosting.Settings.Own), others, start, slot, leased, _hosting.OthersAreOff);
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

    private void OnSecond()
    {
        foreach (Checkpoint checkpoint in _checkpoints.TakeNew()) _pump.Take(new ReplicaEvent.CheckpointGiven(checkpoint));
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

    private sealed record LeaseNotWritten(long UpToSlot);

    private sealed record WriteLeaseAgain(long UpToSlot);

    /// <summary>A message of another box was checked; null where it does not hold.</summary>
    private sealed record Checked(object? Message);

    private sealed record ListenAgain(int Number);
}
