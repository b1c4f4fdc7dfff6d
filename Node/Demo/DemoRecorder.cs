using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Node.Cluster;
using C3Fusion.Node.Replicas;
using C3Fusion.Replica;
using C3Fusion.Replica.Pictures;
using C3Fusion.Replica.Plans;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Demo;

/// <summary>Writes down what every node of the demo says, for the live view, the checks and the tests.</summary>
internal sealed class DemoRecorder : IReplicaObserver
{
    private const int PlansKept = 256;
    private const int AbstentionsKept = 1000;

    private readonly Lock _gate = new();
    private readonly NodeRecord[] _nodes;
    private readonly HeldSlots _held;
    private readonly ScanClock _scans = new();
    private readonly LatencyHistogram _latencies = new();
    private readonly bool[] _honest;
    private List<ImmutableArray<SystemTrack>> _pictures = [];
    private long _newestPicture = -1;
    private Instant _measureFrom = new(long.MaxValue);

    /// <summary>A recorder for the nodes of <paramref name="roster"/>.</summary>
    public DemoRecorder(Roster roster, Func<int, bool> isHonest)
    {
        Roster = roster;
        _nodes = [.. roster.Nodes.Select(node => new NodeRecord(node.Name))];
        _held = new HeldSlots([.. roster.Nodes.Select(node => node.Name)]);
        _honest = [.. roster.Nodes.Select((_, index) => isHonest(index))];
    }

    /// <summary>Who is who.</summary>
    public Roster Roster { get; }

    /// <summary>Is this node honest?</summary>
    public bool IsHonest(int node) => _honest[node];

    /// <summary>Looks at all records under the lock.</summary>
    public T Read<T>(Func<IReadOnlyList<NodeRecord>, T> look)
    {
        lock (_gate) return look(_nodes);
    }

    /// <summary>From now on latencies count: start-up is over.</summary>
    public void MeasureFrom(Instant start)
    {
        lock (_gate) _measureFrom = start;
    }

    /// <summary>A sensor published a scan.</summary>
    public void Published(int sensor, long boot, long sequence, Instant now)
    {
        lock (_gate) _scans.Published(sensor, boot, sequence, now);
    }

    /// <summary>The latency below which this share of the scans came to an agreed track, ms; null without any.</summary>
    public double? Latency(double share)
    {
        lock (_gate) return _latencies.Quantile(share);
    }

    /// <summary>The agreed pictures since the last call, each slot's once: whoever judges them takes them away.</summary>
    public IReadOnlyList<ImmutableArray<SystemTrack>> TakePictures()
    {
        lock (_gate)
        {
            List<ImmutableArray<SystemTrack>> taken = _pictures;
            _pictures = [];
            return taken;
        }
    }

    /// <summary>What honest nodes held, and where two of them, or one and its own past, contradicted each other.</summary>
    public T Held<T>(Func<HeldSlots, T> look)
    {
        lock (_gate) return look(_held);
    }

    /// <summary>A node sent a statement of its own to its peers.</summary>
    public void Said(int node, Statement statement)
    {
        if (!_honest[node]) return;
        lock (_gate) _held.Said(node, statement);
    }

    /// <inheritdoc/>
    public void Started(int node, string box)
    {
        lock (_gate) _nodes[node].Boxes.Add(box);
    }

    /// <inheritdoc/>
    public void Reported(int node, IngestReport report)
    {
        lock (_gate) _nodes[node].Ingest[(report.Sensor, report.Box)] = report;
    }

    /// <inheritdoc/>
    public void Reported(int node, ReplicaVitals vitals)
    {
        lock (_gate)
        {
            NodeRecord record = _nodes[node];
            record.Vitals = vitals;
            record.WorstWakeUs = Math.Max(record.WorstWakeUs, vitals.LateWakeUs);
            record.WorstStepUs = Math.Max(record.WorstStepUs, vitals.LongestStepUs);
        }
    }

    /// <inheritdoc/>
    public void Observed(int node, ReplicaEffect effect, Instant now)
    {
        lock (_gate) Record(node, _nodes[node], effect);
    }

    private void Record(int node, NodeRecord record, ReplicaEffect effect)
    {
        switch (effect)
        {
            case ReplicaEffect.SlotDecided decided:
                RecordDecision(node, record, decided.Decision);
                break;
            case ReplicaEffect.SlotApplied applied:
                RecordApplied(node, record, applied);
                break;
            case ReplicaEffect.AgreedPictureChanged agreed:
                record.Agreed = agreed;
                RecordAccusations(record, agreed.Picture);
                if (_honest[node] && agreed.Slot > _newestPicture)
                {
                    _newestPicture = agreed.Slot;
                    _pictures.Add(agreed.Picture.Tracks);
                }

                break;
            case ReplicaEffect.PlanChanged plan:
                record.Plans[plan.Plan.Id] = plan.Plan;
                if (plan.Plan.State == PlanState.Committed) record.Committed.Add(plan.Plan.Id);
                while (record.Plans.Count > PlansKept) record.Plans.Remove(record.Plans.Values.MinBy(old => old.StateSlot)!.Id);
                break;
            case ReplicaEffect.TrustChanged { Origin: PictureOrigin.Agreed } trust:
                record.Trust = trust.Sensors;
                break;
            case ReplicaEffect.NodeEvidenceFound found:
                record.Equivocators.Add(found.Evidence.Author);
                break;
            case ReplicaEffect.AlarmRaised raised:
                record.Alarms.TryAdd((raised.Alarm.Kind, raised.Alarm.Subject), raised.Alarm);
                record.Standing.Add((raised.Alarm.Kind, raised.Alarm.Subject));
                break;
            case ReplicaEffect.AlarmCleared cleared:
                record.Standing.Remove((cleared.Alarm.Kind, cleared.Alarm.Subject));
                break;
            case ReplicaEffect.CountersChanged counters:
                record.Counters = counters.Counters;
                break;
            case ReplicaEffect.RolledBack rolled:
                record.RolledBack++;
                foreach (long slot in record.PictureHashes.Keys.Where(slot => slot >= rolled.FromSlot).ToList()) record.PictureHashes.Remove(slot);
                if (_honest[node]) _held.RolledBack(node, rolled.FromSlot, rolled.Detail);
                break;
            case ReplicaEffect.Stopped stopped:
                record.Stopped = stopped.Reason;
                break;
        }
    }

    private void RecordDecision(int node, NodeRecord record, SlotDecision decision)
    {
        if (decision.Slot >= (record.LastDecision?.Slot ?? -1)) record.LastDecision = decision;
        if (decision.Detail is { } why && record.Abstentions.Count < AbstentionsKept) record.Abstentions[decision.Slot] = why;
        if (_honest[node]) _held.Decided(node, decision);
        if (decision.Basis == DecisionBasis.Abstained) return;
        record.Decisions[decision.Slot] = decision;
        Forget(record.Decisions);
    }

    private void RecordApplied(int node, NodeRecord record, ReplicaEffect.SlotApplied applied)
    {
        record.PictureHashes[applied.Slot] = applied.PictureHash;
        Forget(record.PictureHashes);
        if (!_honest[node]) return;
        _held.Applied(node, applied.Slot, applied.PictureHash);

        // The clock now, not that of the step's begin: the fusion of the slot is part of the way.
        Instant now = SystemClock.Now;
        if (now < _measureFrom) return;
        foreach (AgreedScan scan in applied.Scans)
        {
            if (_scans.Of(scan.Sensor, scan.Boot, scan.Sequence) is { } published && published >= _measureFrom) _latencies.Add(now.Since(published) / 1000.0);
        }
    }

    private static void Forget<T>(SortedDictionary<long, T> slots)
    {
        while (slots.Count > NodeRecord.SlotsKept) slots.Remove(slots.First().Key);
    }

    private static void RecordAccusations(NodeRecord record, Picture picture)
    {
        foreach (Accusation accusation in picture.Accusations)
        {
            if (accusation.Kind != AccusationKind.OutsideRegistration) record.Accused.Add((accusation.Sensor, accusation.Kind));
        }
    }
}
