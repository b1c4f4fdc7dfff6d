using System.Collections.Immutable;
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
    private readonly Lock _gate = new();
    private readonly NodeRecord[] _nodes;
    private readonly Dictionary<(int Sensor, long Boot, long Sequence), Instant> _published = [];
    private readonly List<double> _latenciesMs = [];
    private readonly List<ImmutableArray<SystemTrack>> _pictures = [];
    private readonly List<string> _conflicts = [];
    private readonly bool[] _honest;
    private long _newestPicture = -1;
    private Instant _measureFrom = new(long.MaxValue);

    /// <summary>A recorder for the nodes of <paramref name="roster"/>.</summary>
    public DemoRecorder(Roster roster, Func<int, bool> isHonest)
    {
        Roster = roster;
        _nodes = [.. roster.Nodes.Select(node => new NodeRecord(node.Name))];
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
        lock (_gate) _published[(sensor, boot, sequence)] = now;
    }

    /// <summary>The latencies so far, ascending.</summary>
    public double[] Latencies()
    {
        lock (_gate) return [.. _latenciesMs.Order()];
    }

    /// <summary>The agreed picture of each slot, once.</summary>
    public ImmutableArray<ImmutableArray<SystemTrack>> Pictures()
    {
        lock (_gate) return [.. _pictures];
    }

    /// <summary>Where two honest nodes, or one node and its own past, contradicted each other.</summary>
    public ImmutableArray<string> Conflicts()
    {
        lock (_gate) return [.. _conflicts];
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
        lock (_gate) Record(node, _nodes[node], effect, now);
    }

    private void Record(int node, NodeRecord record, ReplicaEffect effect, Instant now)
    {
        switch (effect)
        {
            case ReplicaEffect.SlotDecided decided:
                RecordDecision(node, record, decided.Decision);
                break;
            case ReplicaEffect.SlotApplied applied:
                RecordApplied(node, record, applied, now);
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
                break;
            case ReplicaEffect.Stopped stopped:
                record.Stopped = stopped.Reason;
                break;
        }
    }

    private void RecordDecision(int node, NodeRecord record, SlotDecision decision)
    {
        record.LastDecision = decision;
        if (decision.Detail is { } why) record.Abstentions[decision.Slot] = why;
        if (decision.Basis == DecisionBasis.Abstained) return;
        if (record.Decisions.TryGetValue(decision.Slot, out SlotDecision? before) && before.Basis == DecisionBasis.FinalSync && decision.Basis < DecisionBasis.FinalSync && before.Hash == decision.Hash) return;
        record.Decisions[decision.Slot] = decision;
        if (!_honest[node]) return;
        for (int other = 0; other < _nodes.Length; other++)
        {
            if (_honest[other] && _nodes[other].Decisions.TryGetValue(decision.Slot, out SlotDecision? theirs) && theirs.Hash != decision.Hash)
                _conflicts.Add($"slot {decision.Slot}: {record.Name} decided {decision.Hash.ToString()[..12]}, {_nodes[other].Name} {theirs.Hash.ToString()[..12]}");
        }
    }

    private void RecordApplied(int node, NodeRecord record, ReplicaEffect.SlotApplied applied, Instant now)
    {
        record.PictureHashes[applied.Slot] = applied.PictureHash;
        if (!_honest[node]) return;
        for (int other = 0; other < _nodes.Length; other++)
        {
            if (_honest[other] && _nodes[other].PictureHashes.TryGetValue(applied.Slot, out Hash256 theirs) && theirs != applied.PictureHash)
                _conflicts.Add($"slot {applied.Slot}: {record.Name} holds picture {applied.PictureHash.ToString()[..12]}, {_nodes[other].Name} {theirs.ToString()[..12]}");
        }

        if (now < _measureFrom) return;
        foreach (AgreedScan scan in applied.Scans)
        {
            if (_published.TryGetValue((scan.Sensor, scan.Boot, scan.Sequence), out Instant published) && published >= _measureFrom)
                _latenciesMs.Add(now.Since(published) / 1000.0);
        }
    }

    private static void RecordAccusations(NodeRecord record, Picture picture)
    {
        foreach (Accusation accusation in picture.Accusations)
        {
            if (accusation.Kind != AccusationKind.OutsideRegistration) record.Accused.Add((accusation.Sensor, accusation.Kind));
        }
    }
}
