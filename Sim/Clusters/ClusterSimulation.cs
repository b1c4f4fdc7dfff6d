using System.Collections.Immutable;
using C3Fusion.Replica;
using C3Fusion.Replica.Plans;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using C3Fusion.Sim.Adversaries;
using C3Fusion.Sim.Sensing;

namespace C3Fusion.Sim.Clusters;

/// <summary>A cluster of real replicas with simulated sensors and links, in one thread and in virtual time. Equal specs give equal runs.</summary>
public sealed class ClusterSimulation
{
    // At one instant what arrives comes before deadlines: the close barrier.
    private const int ArrivalClass = 0, DeadlineClass = 1;
    private const long BrokerDelayUs = 3_000;

    private readonly Exercise _exercise;
    private readonly ClusterSpec _spec;
    private readonly ImmutableArray<SimulatedNode> _nodes;
    private readonly EquivocatingTraitor? _traitor;
    private readonly ScanVerifier _scans;
    private readonly Witnesses _witnesses;
    private readonly RandomStream _delays;
    private readonly PriorityQueue<Action, (long Time, int Class, long Number)> _queue = new();
    private readonly ClusterChecker _checker;
    private long _number;
    private Instant _now;

    /// <summary>A cluster that starts half a second before the exercise does.</summary>
    public ClusterSimulation(Exercise exercise, ClusterSpec spec)
    {
        _exercise = exercise;
        _spec = spec;
        _now = exercise.Spec.Start.Plus(-500_000);
        Roster roster = exercise.Roster;
        _nodes = [.. Enumerable.Range(0, roster.Nodes.Length).Select(self => new SimulatedNode(roster, self, exercise.NodeKeys[self], _now))];
        _traitor = spec.Traitor >= 0 ? new EquivocatingTraitor(roster, spec.Traitor, exercise.NodeKeys[spec.Traitor]) : null;
        _scans = new ScanVerifier(roster);
        _witnesses = new Witnesses(roster);
        _delays = RandomStream.Of(exercise.Spec.Seed, "links", "delay");
        _checker = new ClusterChecker(exercise, spec);
        foreach (SimulatedNode node in _nodes) Step(node, new ReplicaEvent.TimeReached());
        foreach (ExerciseSensor sensor in exercise.Sensors) ScheduleScan(sensor);
    }

    /// <summary>The time reached.</summary>
    public Instant Now => _now;

    /// <summary>Runs until <paramref name="end"/>.</summary>
    public void RunTo(Instant end)
    {
        while (_queue.TryPeek(out _, out (long Time, int Class, long Number) next) && next.Time <= end.Microseconds)
        {
            Action action = _queue.Dequeue();
            _now = new Instant(Math.Max(_now.Microseconds, next.Time));
            action();
        }

        _now = end;
    }

    /// <summary>All nodes lose power now; at <paramref name="until"/> they come back with what they had stored. Sensors go on, unheard.</summary>
    public void PowerCut(Instant until)
    {
        _queue.Clear();
        _now = until;
        foreach (ExerciseSensor sensor in _exercise.Sensors)
        {
            while (sensor.Sensor.NextScan <= until) sensor.Sensor.Scan();
            ScheduleScan(sensor);
        }

        foreach (SimulatedNode node in _nodes)
        {
            node.Start(until);
            Step(node, new ReplicaEvent.TimeReached());
        }
    }

    /// <summary>A node's operator proposes a plan now.</summary>
    public void Propose(int node, PlanDraft draft) => Step(_nodes[node], new ReplicaEvent.PlanProposed(draft));

    /// <summary>What the checkers saw so far.</summary>
    public ClusterReport Report() => _checker.Report(_nodes.Sum(node => node.PeerRefusals));

    private void ScheduleScan(ExerciseSensor sensor)
    {
        At(sensor.Sensor.NextScan, ArrivalClass, () =>
        {
            SimulatedScan made = sensor.Sensor.Scan();
            byte[] envelope = sensor.Publisher.Seal(made.Scan);
            bool isTwoFaced = sensor.Sensor.Id == _spec.TwoFacedSensor;
            byte[] other = isTwoFaced ? sensor.Publisher.Seal(made.Scan with { Tracks = [.. made.Scan.Tracks.Skip(1)] }) : envelope;
            At(made.PublishAt.Plus(BrokerDelayUs), ArrivalClass, () =>
            {
                // The worst split: the witnesses that carry its scans see different contents.
                int deceived = isTwoFaced ? _witnesses.Of(_exercise.Roster.IndexOfSensor(sensor.Sensor.Id))[^1] : -1;
                Deliver(sensor, envelope, _nodes.Where(node => node.Self != deceived));
                if (isTwoFaced) Deliver(sensor, other, [_nodes[deceived]]);
            });
            ScheduleScan(sensor);
        });
    }

    private void Deliver(ExerciseSensor sensor, byte[] envelope, IEnumerable<SimulatedNode> nodes)
    {
        // Every node runs the same check on the same bytes; here it runs once.
        ScanRefusal refusal = _scans.Verify(sensor.Publisher.Topic, envelope, out Verified<SignedScan> scan);
        if (refusal != ScanRefusal.None)
        {
            _checker.ScanRefused(sensor.Sensor.Id, refusal);
            return;
        }

        int index = _exercise.Roster.IndexOfSensor(sensor.Sensor.Id);
        foreach (SimulatedNode node in nodes) CarryOut(node, node.TakeScan(index, scan, _now));
    }

    private void At(Instant time, int kind, Action action) => _queue.Enqueue(action, (time.Microseconds, kind, _number++));

    private void Step(SimulatedNode node, ReplicaEvent e) => CarryOut(node, node.Step(e, _now));

    private void CarryOut(SimulatedNode node, ImmutableArray<ReplicaEffect> effects)
    {
        foreach (ReplicaEffect effect in effects)
        {
            switch (effect)
            {
                case ReplicaEffect.SendToPeer send:
                    Send(node, send);
                    break;
                case ReplicaEffect.PersistLease lease:
                    At(_now.Plus(_spec.LeaseWriteUs), ArrivalClass, () => Step(node, new ReplicaEvent.LeasePersisted(lease.UpToSlot)));
                    break;
                case ReplicaEffect.ReadStoredSlots read:
                    At(_now.Plus(_spec.LeaseWriteUs), ArrivalClass, () => Step(node, node.Read(read)));
                    break;
                case ReplicaEffect.WakeAt wake:
                    At(wake.Time, DeadlineClass, () =>
                    {
                        if (node.Wake <= _now) Step(node, new ReplicaEvent.TimeReached());
                    });
                    break;
            }

            _checker.Observe(node.Self, effect, _now);
        }
    }

    private void Send(SimulatedNode from, ReplicaEffect.SendToPeer send)
    {
        long delay = (long)_delays.Next(_spec.MinDelayUs, _spec.MaxDelayUs);
        if (_spec.Jams.IsJammed(from.Self, send.Peer, _now)) return;
        ReadOnlyMemory<byte> bytes = from.Self == _spec.Traitor ? _traitor!.Outgoing(send.Peer, send.Bytes) : send.Bytes;
        At(_now.Plus(delay), ArrivalClass, () =>
        {
            ReadOnlyMemory<byte>? shown = send.Peer == _spec.Traitor ? _traitor!.Incoming(bytes) : bytes;
            if (shown is { } seen) CarryOut(_nodes[send.Peer], _nodes[send.Peer].Receive(from.Self, seen, _now));
        });
    }
}
