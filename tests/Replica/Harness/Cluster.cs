using C3Fusion.Agreement;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Replica.Ledger;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Tests.Harness;

/// <summary>A cluster of real replicas in one thread of virtual time: links with delays, losses and tampering, sensors, restarts.</summary>
internal sealed class Cluster
{
    private const long SensorPeriodUs = 1_000_000;

    private readonly PriorityQueue<Action, (long Time, int Class, long Order)> _queue = new();
    private readonly Func<ITracker> _trackers;
    private readonly List<ClusterNode> _nodes = [];
    private readonly List<(RawNode Node, Func<int, bool> Reaches)> _traitors = [];
    private long _order;

    public Cluster(TestRoster roster, TestWorld? world = null, Func<ITracker>? trackers = null)
    {
        Roster = roster;
        World = world ?? new TestWorld(roster);
        _trackers = trackers ?? (() => TestTrackers.Real(roster.Roster));
        Now = TestRoster.Start.Plus(-500_000);
    }

    public TestRoster Roster { get; }

    public TestWorld World { get; }

    public Instant Now { get; private set; }

    /// <summary>One per honest node, by index; a restarted node's newest incarnation.</summary>
    public IReadOnlyList<ClusterNode> Nodes => _nodes;

    /// <summary>Delay of a message in microseconds, null where it is lost.</summary>
    public Func<int, int, Instant, long?> Delay { get; set; } = (_, _, _) => 5_000;

    /// <summary>What is sent in place of a message.</summary>
    public Func<int, int, ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Tamper { get; set; } = (_, _, bytes) => bytes;

    /// <summary>Who signs checkpoints; null where none counts.</summary>
    public PublicKey? Authority { get; init; }

    /// <summary>Does a node receive the scans of a sensor?</summary>
    public Func<ClusterNode, int, bool> Hears { get; set; } = (_, _) => true;

    public ClusterNode Add(int self, RestartState? restart = null, ReplicaLimits? limits = null)
    {
        var node = new ClusterNode(Roster, self, _trackers, restart ?? new RestartState(Now), limits, Authority);
        _nodes.Add(node);
        CarryOut(node, node.Step(new ReplicaEvent.TimeReached(), Now));
        return node;
    }

    /// <summary>Adds a traitor in place of a replica; its messages reach the peers named.</summary>
    public Cluster AddTraitor(int self, Func<long, ReadOnlyMemory<byte>> payload, Func<int, bool>? reaches = null)
    {
        var traitor = new RawNode(Roster, self, Now, payload, isDeaf: reaches is not null);
        _traitors.Add((traitor, reaches ?? (_ => true)));
        Arm(traitor, reaches ?? (_ => true), TestRoster.Start);
        return this;
    }

    private void Arm(RawNode traitor, Func<int, bool> reaches, Instant time) => At(time, 1, () =>
    {
        Send(traitor, reaches, traitor.TimeReached(Now));
        Arm(traitor, reaches, traitor.Wake!.Value);
    });

    private void Send(RawNode traitor, Func<int, bool> reaches, IReadOnlyList<(int Peer, byte[] Bytes)> sends)
    {
        foreach ((int peer, byte[] bytes) in sends)
        {
            if (reaches(peer)) Deliver(traitor.Self, peer, bytes);
        }
    }

    public Cluster AddHonest(int count)
    {
        for (int self = 0; self < count; self++) Add(self);
        return this;
    }

    public Cluster AddAll()
    {
        for (int self = 0; self < Roster.Roster.Nodes.Length; self++) Add(self);
        return this;
    }

    /// <summary>Ends a node and starts a new incarnation of it.</summary>
    public ClusterNode Restart(int self, bool withJournal, ReplicaLimits? limits = null)
    {
        ClusterNode old = _nodes[self];
        Assert.Equal(self, old.Self);
        old.IsDown = true;
        IEnumerable<LedgerRecord?>? ledger = withJournal
            ? [.. old.Ledger.Select(record => LedgerBytes.Read(record.Bytes, Roster.Roster)!)]
            : null;
        return Restart(self, new RestartState(Now, withJournal ? old.Leased : null, ledger), limits);
    }

    /// <summary>Ends a node and starts a new incarnation that finds what it is given.</summary>
    public ClusterNode Restart(int self, RestartState found, ReplicaLimits? limits = null)
    {
        ClusterNode old = _nodes[self];
        old.IsDown = true;
        var node = new ClusterNode(Roster, self, _trackers, found, limits, Authority);
        if (found.Ledger is not null) node.Ledger.AddRange(old.Ledger);
        _nodes[self] = node;
        CarryOut(node, node.Step(new ReplicaEvent.TimeReached(), Now));
        return node;
    }

    /// <summary>Runs until the start of a slot.</summary>
    public void RunTo(long slot) => RunTo(Roster.Roster.Timing.StartOf(slot));

    public void RunTo(Instant end)
    {
        ScheduleSensors(end);
        while (_queue.TryPeek(out _, out (long Time, int Class, long Order) at) && at.Time <= end.Microseconds)
        {
            Action action = _queue.Dequeue();
            Now = new Instant(Math.Max(Now.Microseconds, at.Time));
            action();
        }

        Now = end;
    }

    public void Step(ClusterNode node, ReplicaEvent e) => CarryOut(node, node.Step(e, Now));

    /// <summary>Delivers bytes to a node as if its peer had sent them.</summary>
    public void Inject(int from, ClusterNode to, ReadOnlyMemory<byte> bytes) => CarryOut(to, to.Receive(from, bytes, Now));

    private Instant _sensorsUpTo;

    private void ScheduleSensors(Instant end)
    {
        if (_sensorsUpTo == default) _sensorsUpTo = TestRoster.Start.Plus(-400_000);
        for (; _sensorsUpTo <= end; _sensorsUpTo = _sensorsUpTo.Plus(SensorPeriodUs / 10))
        {
            Instant time = _sensorsUpTo;
            long tenth = time.Since(TestRoster.Start) / 100_000;
            for (int sensor = 0; sensor < Roster.Roster.Sensors.Length; sensor++)
            {
                // Sensors look at different tenths of a second.
                if (((tenth + sensor) % 10 + 10) % 10 != 0) continue;
                int index = sensor;
                At(time.Plus(1_000), 0, () => Publish(index, World.Scan(index, time)));
            }
        }
    }

    /// <summary>A sensor's message reaches every node that hears it.</summary>
    public void Publish(int sensor, byte[] envelope)
    {
        foreach (ClusterNode node in _nodes.ToArray())
        {
            if (!node.IsDown && Hears(node, sensor)) CarryOut(node, node.Scan(sensor, envelope, Now));
        }
    }

    private void At(Instant time, int kind, Action action) => _queue.Enqueue(action, (time.Microseconds, kind, _order++));

    private void CarryOut(ClusterNode node, IReadOnlyList<ReplicaEffect> effects)
    {
        foreach (ReplicaEffect effect in effects)
        {
            switch (effect)
            {
                case ReplicaEffect.SendToPeer send:
                    Send(node, send);
                    break;
                case ReplicaEffect.PersistLease lease:
                    At(Now.Plus(2_000), 0, () =>
                    {
                        if (node.IsDown) return;
                        node.Leased = lease.UpToSlot;
                        CarryOut(node, node.Step(new ReplicaEvent.LeasePersisted(lease.UpToSlot), Now));
                    });
                    break;
                case ReplicaEffect.ReadStoredSlots read:
                    At(Now.Plus(1_000), 0, () =>
                    {
                        if (!node.IsDown) CarryOut(node, node.Step(new ReplicaEvent.StoredSlotsRead(read.Peer, node.ReadLedger(read)), Now));
                    });
                    break;
                case ReplicaEffect.WakeAt wake:
                    // Frames stamped at a deadline come before the deadline: the close barrier.
                    At(wake.Time, 1, () =>
                    {
                        if (!node.IsDown && node.Wake <= Now) CarryOut(node, node.Step(new ReplicaEvent.TimeReached(), Now));
                    });
                    break;
            }
        }
    }

    private void Send(ClusterNode from, ReplicaEffect.SendToPeer send)
    {
        Deliver(from.Self, send.Peer, Tamper(from.Self, send.Peer, send.Bytes));
    }

    private void Deliver(int from, int peer, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty || Delay(from, peer, Now) is not { } delay) return;
        At(Now.Plus(delay), 0, () =>
        {
            foreach (ClusterNode to in _nodes.ToArray())
            {
                if (to.Self == peer && !to.IsDown) CarryOut(to, to.Receive(from, bytes, Now));
            }

            foreach ((RawNode traitor, Func<int, bool> reaches) in _traitors)
            {
                if (traitor.Self == peer) Send(traitor, reaches, traitor.Receive(from, bytes, Now));
            }
        });
    }

    /// <summary>All the given nodes hold the same agreed state for every slot of a range, and have them all.</summary>
    public static void AssertEqualPictures(long from, long to, params ClusterNode[] nodes)
    {
        for (long slot = from; slot <= to; slot++)
        {
            foreach (ClusterNode node in nodes)
            {
                Assert.True(node.States.TryGetValue(slot, out Hash256 state), $"node-{node.Self + 1} has no slot {slot}; its last is {node.Machine.AppliedSlot}");
                Assert.True(state == nodes[0].States[slot], $"slot {slot}: node-{node.Self + 1} differs from node-{nodes[0].Self + 1}");
            }
        }
    }
}
