using System.Collections.Concurrent;
using C3Fusion.Node.Replicas;
using C3Fusion.Replica;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;
using C3Fusion.Sim;
using Serilog.Core;
using Xunit;

namespace C3Fusion.Node.Tests.Replicas;

/// <summary>
/// Node 0 with the verification stage and the pump that are fielded, threads included; the others as bare machines. Time and
/// the wires between them are the test's own, so that a test decides which frame is late by how much.
/// </summary>
internal sealed class PumpedCluster : IDisposable
{
    private readonly ExerciseRoster _exercise;
    private readonly PeerMessageVerifier[] _verifiers;
    private readonly ReplicaMachine?[] _machines;
    private readonly Instant?[] _wakes;
    private readonly List<ReplicaEffect> _effects = [];
    private readonly PriorityQueue<Action, (long Time, long Order)> _events = new();
    private readonly BlockingCollection<PeerArrival> _arrivals = [];
    private long _order;
    private int _inWork;

    public PumpedCluster(int nodes, params int[] silent)
    {
        _exercise = ExerciseRoster.Build(1, nodes, new Instant(1_000_000_000), new GeodeticPosition(50, 10, 0));
        Now = Roster.Timing.Start.Plus(-100_000);
        Time.Set(Roster.Timing.Start.Plus(-100_000));
        Clock = new NodeClock(Time, new ClockTrust(10_000, 5_000_000));
        _verifiers = [.. Enumerable.Range(0, nodes).Select(_ => new PeerMessageVerifier(Roster, new VerifiedScans()))];
        _machines = [.. Enumerable.Range(0, nodes).Select(node => silent.Contains(node) ? null : Machine(node))];
        _wakes = new Instant?[nodes];
        Inbox = new PeerInbox(
            nodes,
            (int peer, ReadOnlyMemory<byte> bytes, Instant stamp, out Verified<PeerMessage> message) =>
            {
                BeforeVerifying?.Invoke(peer, bytes);
                return _verifiers[0].Verify(peer, bytes, stamp, out message);
            },
            (_, _) => { },
            _arrivals.Add,
            () => { },
            Logger.None);
        Pump = new ReplicaPump(_machines[0]!, Inbox, Clock, CarryOutOfZero, due => _wakes[0] = due);
    }

    public Roster Roster => _exercise.Roster;

    /// <summary>Both clocks of node 0; a test may move its wall clock.</summary>
    public TwoClocks Time { get; } = new();

    public NodeClock Clock { get; }

    /// <summary>True time: node 0's monotonic clock and everybody else's clock.</summary>
    public Instant Now { get; private set; }

    /// <summary>What node 0 raised and has not cleared.</summary>
    public HashSet<AlarmKind> Alarms { get; } = [];

    public PeerInbox Inbox { get; }

    public ReplicaPump Pump { get; }

    /// <summary>Runs on node 0's verification threads.</summary>
    public Action<int, ReadOnlyMemory<byte>>? BeforeVerifying { get; set; }

    /// <summary>Delay of a frame from one node to another, microseconds.</summary>
    public Func<int, int, long> Delay { get; set; } = (_, _) => 5_000;

    /// <summary>What node 0 said of each slot's decision, last.</summary>
    public Dictionary<long, SlotDecision> Decisions { get; } = [];

    /// <summary>Why node 0 did not vouch for a slot.</summary>
    public Dictionary<long, string> Abstentions { get; } = [];

    /// <summary>Messages that node 0's verification has not handed over yet.</summary>
    public int InWork => _inWork;

    public void Begin()
    {
        Pump.Begin();
        for (int node = 1; node < _machines.Length; node++) Step(node, new ReplicaEvent.TimeReached());
    }

    /// <summary>Lets time pass up to <paramref name="until"/>; node 0 takes what its verification hands over at once, except while <paramref name="isHeldUp"/>.</summary>
    public void RunTo(Instant until, Func<bool>? isHeldUp = null)
    {
        while (true)
        {
            Instant next = _events.TryPeek(out _, out (long Time, long Order) first) ? new Instant(first.Time) : until.Plus(1);
            foreach (Instant? wake in _wakes)
            {
                if (wake is { } due && due < next) next = due;
            }

            if (next > until) break;
            if (next > Now) MoveTo(next);
            while (_events.TryPeek(out _, out first) && first.Time <= Now.Microseconds) _events.Dequeue()();
            if (isHeldUp?.Invoke() != true) TakeArrivals();
            for (int node = 0; node < _wakes.Length; node++)
            {
                if (_wakes[node] is not { } due || due > Now) continue;
                _wakes[node] = null;
                if (node == 0) Pump.MeetDeadline();
                else Step(node, new ReplicaEvent.TimeReached());
            }
        }

        MoveTo(until);
    }

    /// <summary>Whatever node 0 said, in order.</summary>
    public List<ReplicaEffect> Said { get; } = [];

    /// <summary>A second holder of node 0's key, without its history, speaks to one peer in one slot.</summary>
    public void SpeakAsNodeZero(long slot, int to)
    {
        Instant start = Roster.Timing.StartOf(slot);
        var options = new ReplicaOptions(Roster, 0, _exercise.NodeKeys[0], NodeTracker.Of(Roster), new RestartState(start.Plus(-500_000)), new ReplicaLimits());
        var clone = new ReplicaMachine(options, new PeerMessageVerifier(Roster, new VerifiedScans()));
        var effects = new List<ReplicaEffect>();
        clone.Step(new ReplicaEvent.TimeReached(), start.Plus(-500_000), effects);
        clone.Step(new ReplicaEvent.TimeReached(), start.Plus(1), effects);
        clone.Step(new ReplicaEvent.LeasePersisted(effects.OfType<ReplicaEffect.PersistLease>().Single().UpToSlot), start.Plus(1), effects);
        foreach (ReplicaEffect.SendToPeer send in effects.OfType<ReplicaEffect.SendToPeer>().Where(send => send.Peer == to)) At(start.Plus(1_000), () => Receive(0, to, send.Bytes));
    }

    /// <summary>Node 0 takes everything that is in work.</summary>
    public void TakeArrivals()
    {
        while (_inWork > 0)
        {
            Assert.True(_arrivals.TryTake(out PeerArrival? arrival, TimeSpan.FromSeconds(20)), "verification handed nothing over");
            _inWork--;
            Pump.Take(arrival);
        }
    }

    public void Dispose()
    {
        Inbox.Dispose();
        _arrivals.Dispose();
        _exercise.Dispose();
    }

    private void MoveTo(Instant time)
    {
        Time.Pass(time.Since(Now));
        Now = time;
    }

    private ReplicaMachine Machine(int node) => new(
        new ReplicaOptions(Roster, node, _exercise.NodeKeys[node], NodeTracker.Of(Roster), new RestartState(Now), new ReplicaLimits()), _verifiers[node]);

    private void Step(int node, ReplicaEvent e)
    {
        if (_machines[node] is not { } machine) return;
        _effects.Clear();
        machine.Step(e, Now, _effects);
        foreach (ReplicaEffect effect in _effects.ToList()) CarryOut(node, effect);
    }

    private void CarryOut(int node, ReplicaEffect effect)
    {
        switch (effect)
        {
            case ReplicaEffect.WakeAt wake:
                _wakes[node] = wake.Time;
                break;
            case ReplicaEffect.PersistLease lease:
                At(Now, () => Step(node, new ReplicaEvent.LeasePersisted(lease.UpToSlot)));
                break;
            case ReplicaEffect.SendToPeer send when _machines[send.Peer] is not null:
                At(Now.Plus(Delay(node, send.Peer)), () => Receive(node, send.Peer, send.Bytes));
                break;
        }
    }

    private void CarryOutOfZero(ReplicaEffect effect)
    {
        Said.Add(effect);
        if (effect is ReplicaEffect.AlarmRaised raised) Alarms.Add(raised.Alarm.Kind);
        if (effect is ReplicaEffect.AlarmCleared cleared) Alarms.Remove(cleared.Alarm.Kind);
        if (effect is ReplicaEffect.SlotDecided decided)
        {
            Decisions[decided.Decision.Slot] = decided.Decision;
            if (decided.Decision is { Basis: DecisionBasis.Abstained, Detail: { } why }) Abstentions[decided.Decision.Slot] = why;
        }

        if (effect is ReplicaEffect.PersistLease lease) At(Now, () => Pump.Take(new ReplicaEvent.LeasePersisted(lease.UpToSlot)));
        else CarryOut(0, effect);
    }

    private void Receive(int from, int to, ReadOnlyMemory<byte> bytes)
    {
        if (to == 0)
        {
            _inWork++;
            Inbox.FrameReceived(from, bytes, Now);
        }
        else if (_verifiers[to].Verify(from, bytes, Now, out Verified<PeerMessage> message) == PeerRefusal.None)
        {
            Step(to, new ReplicaEvent.PeerMessageArrived(from, message, Now));
        }
    }

    private void At(Instant time, Action action) => _events.Enqueue(action, (time.Microseconds, _order++));
}
