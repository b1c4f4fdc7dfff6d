using System.Collections.Immutable;
using System.Text;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Tests.Harness;

/// <summary>n real machines in one thread and virtual time. Frames go over links that a test may delay or cut; traitors are scripts.</summary>
internal sealed class Cluster
{
    private readonly PriorityQueue<(int Node, AgreementEvent Event), (long Time, int Rank, long Order)> _queue = new();
    private readonly FrameVerifier[]? _verifiers;
    private readonly Dictionary<(int From, int To, long Slot), Traffic> _traffic = [];
    private long _order;

    public Cluster(Roster roster, IEnumerable<int>? traitors = null, bool real = false, RuleVariant? variant = null)
    {
        Roster = roster;
        Now = TestRoster.Origin.Plus(-1_000_000);
        int n = roster.Nodes.Length;
        Nodes = new NodeLog[n];
        HashSet<int> scripted = [.. traitors ?? []];
        for (int i = 0; i < n; i++)
        {
            AgreementMachine? machine = scripted.Contains(i)
                ? null
                : new AgreementMachine(roster, i, TestRoster.SignerOf(i, real), RestartState.Fresh(Now), variant ?? RuleVariant.Right);
            Nodes[i] = new NodeLog(i, machine);
        }

        if (real) _verifiers = [.. Enumerable.Range(0, n).Select(_ => new FrameVerifier(new StatementVerifier(roster)))];
    }

    public Roster Roster { get; }

    public NodeLog[] Nodes { get; }

    public Instant Now { get; private set; }

    /// <summary>Delay of a frame in microseconds, or null where it is lost. One millisecond by default.</summary>
    public Func<int, int, Frame, Instant, long?> Link { get; set; } = (_, _, _, _) => 1_000;

    /// <summary>The slots in which the roster holds, for machines made by <see cref="Restart"/>.</summary>
    public SlotRange Slots { get; init; } = SlotRange.All;

    /// <summary>How far a node's clock is ahead of the cluster's time, microseconds. Links and scripts go by the cluster's time.</summary>
    public Func<int, long> Ahead { get; set; } = _ => 0;

    /// <summary>Called for what honest nodes send to scripted ones.</summary>
    public Action<int, int, Frame>? TraitorReceives { get; set; }

    /// <summary>Looks at each effect before it is carried out; false drops it.</summary>
    public Func<int, AgreementEffect, bool> Gate { get; set; } = (_, _) => true;

    /// <summary>What honest nodes broadcast.</summary>
    public Func<int, long, ReadOnlyMemory<byte>> Payloads { get; set; } = PayloadOf;

    /// <summary>Called before each step.</summary>
    public Action<int, AgreementEvent, Instant>? Stepping { get; set; }

    /// <summary>The most that any node sent any other in any slot.</summary>
    public (int Frames, long Bytes, int Statements) HeaviestTraffic =>
        (_traffic.Values.Max(traffic => traffic.Frames), _traffic.Values.Max(traffic => traffic.Bytes), _traffic.Values.Max(traffic => traffic.Statements));

    public IEnumerable<NodeLog> Honest => Nodes.Where(node => node.Machine is not null);

    public static ReadOnlyMemory<byte> PayloadOf(int node, long slot) => Encoding.UTF8.GetBytes($"value of {node} in {slot}");

    public long FramesSent { get; private set; }

    public long BytesSent { get; private set; }

    /// <summary>Puts a new machine in a node's place.</summary>
    public void Restart(int node, RestartState restart) =>
        Nodes[node].Machine = new AgreementMachine(Roster, node, TestRoster.SignerOf(node, _verifiers is not null), restart, Slots);

    public void OpenAll(long slot)
    {
        foreach (NodeLog node in Honest) Schedule(node.Index, new AgreementEvent.SlotOpened(slot, Payloads(node.Index, slot)), Roster.Timing.StartOf(slot).Plus(-Ahead(node.Index)), 0);
    }

    /// <summary>A frame arrives at a node at this time, whoever made it.</summary>
    public void Deliver(int to, Frame frame, Instant at) =>
        Schedule(to, new AgreementEvent.FrameArrived(new Verified<Frame>(frame), at.Plus(Ahead(to))), at, 1);

    public void Schedule(int node, AgreementEvent happened, Instant at, int rank) => _queue.Enqueue((node, happened), (at.Microseconds, rank, _order++));

    public void RunUntil(Instant end)
    {
        while (_queue.TryPeek(out (int Node, AgreementEvent Event) next, out (long Time, int Rank, long Order) at) && at.Time <= end.Microseconds)
        {
            _queue.Dequeue();
            Now = new Instant(at.Time);
            Step(next.Node, next.Event);
        }

        if (end > Now) Now = end;
    }

    /// <summary>Opens and runs slots to their end.</summary>
    public void RunSlots(long first, long last)
    {
        for (long slot = first; slot <= last; slot++) OpenAll(slot);
        RunUntil(Roster.Timing.StartOf(last + 1).Plus(-TestRoster.GuardUs));
    }

    public void Step(int node, AgreementEvent happened)
    {
        if (Nodes[node].Machine is not { } machine) return;
        Stepping?.Invoke(node, happened, Now);
        var effects = new List<AgreementEffect>();
        machine.Step(happened, Now.Plus(Ahead(node)), effects);
        foreach (AgreementEffect effect in effects) CarryOut(node, effect);
    }

    private void CarryOut(int node, AgreementEffect effect)
    {
        if (!Gate(node, effect)) return;
        Nodes[node].Effects.Add(effect);
        switch (effect)
        {
            case AgreementEffect.PersistLease lease:
                Nodes[node].DurableLease = lease.UpToSlot;
                Step(node, new AgreementEvent.LeasePersisted(lease.UpToSlot));
                break;
            case AgreementEffect.SendFrame send:
                Transmit(node, send.Peer, send.Frame);
                break;
            case AgreementEffect.WakeAt wake:
                Schedule(node, new AgreementEvent.TimeReached(), wake.Time.Plus(-Ahead(node)), 2);
                break;
        }
    }

    private void Transmit(int from, int to, Frame frame)
    {
        FramesSent++;
        Account(from, to, frame);
        if (Link(from, to, frame, Now) is not { } delay) return;
        if (Nodes[to].Machine is null)
        {
            TraitorReceives?.Invoke(from, to, frame);
            return;
        }

        Instant at = Now.Plus(delay);
        if (_verifiers is null)
        {
            Deliver(to, frame, at);
            return;
        }

        // The whole way of a frame: encoded, decoded, every signature checked.
        BytesSent += frame.Bytes.Length;
        FrameRefusal refusal = _verifiers[to].Verify(from, frame.Bytes.ToArray(), at.Plus(Ahead(to)), out Verified<Frame> verified);
        if (refusal != FrameRefusal.None) throw new InvalidOperationException($"an honest frame of node {from} was refused: {refusal}");
        Schedule(to, new AgreementEvent.FrameArrived(verified, at.Plus(Ahead(to))), at, 1);
    }

    // No honest node ever sends a peer more than the peer's verification stage takes, whatever traitors do.
    private void Account(int from, int to, Frame frame)
    {
        if (!_traffic.TryGetValue((from, to, frame.Slot), out Traffic? traffic)) _traffic[(from, to, frame.Slot)] = traffic = new Traffic();
        traffic.Add(frame);
        if (traffic.Frames > Limits.FramesPerSlot(Roster) || traffic.Bytes > Limits.BytesPerSlot(Roster) || traffic.Statements > Limits.FreshSignatures(Roster))
            throw new InvalidOperationException($"honest node {from} sends node {to} {traffic.Frames} frames, {traffic.Bytes} bytes, {traffic.Statements} statements in slot {frame.Slot}: more than the limits");
    }
}

/// <summary>What one node sent another in one slot.</summary>
internal sealed class Traffic
{
    private readonly HashSet<Statement> _statements = [];

    public int Frames { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Different statements: signatures to be checked.</summary>
    public int Statements => _statements.Count;

    public void Add(Frame frame)
    {
        Frames++;
        Bytes += frame.Bytes.Length;
        _statements.Add(frame.Own);
        foreach (Statement support in frame.Supports) _statements.Add(support);
    }
}

/// <summary>One node and all it did.</summary>
internal sealed class NodeLog(int index, AgreementMachine? machine)
{
    public int Index => index;

    public AgreementMachine? Machine { get; set; } = machine;

    public List<AgreementEffect> Effects { get; } = [];

    public long DurableLease { get; set; } = -1;

    public AgreementEffect.Decided Decided(long slot) => Effects.OfType<AgreementEffect.Decided>().Single(decided => decided.Slot == slot);

    public bool HasDecided(long slot) => Effects.OfType<AgreementEffect.Decided>().Any(decided => decided.Slot == slot);

    public ImmutableArray<Outcome> Outcomes(long slot) => Decided(slot).Outcomes;

    public DecisionCertificate? Certificate(long slot) => Effects.OfType<AgreementEffect.Certified>().LastOrDefault(certified => certified.Slot == slot)?.Certificate;

    public IEnumerable<Evidence> Evidence => Effects.OfType<AgreementEffect.EvidenceFound>().Select(found => found.Evidence);

    public IEnumerable<AgreementEffect.SafetyAlarm> Alarms => Effects.OfType<AgreementEffect.SafetyAlarm>();

    public IEnumerable<Frame> Sent(int peer) => Effects.OfType<AgreementEffect.SendFrame>().Where(send => send.Peer == peer).Select(send => send.Frame);

    /// <summary>Every statement this node signed, as its peers saw it.</summary>
    public IEnumerable<Statement> SignedStatements =>
        Effects.OfType<AgreementEffect.SendFrame>().SelectMany(send => send.Frame.Supports.Add(send.Frame.Own)).Where(statement => statement.Author == Index).Distinct();
}
