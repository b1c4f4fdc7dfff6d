using System.Collections.Immutable;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Replica;
using C3Fusion.Replica.Pictures;
using C3Fusion.Replica.Plans;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Sim.Clusters;

/// <summary>Watches every effect of every honest node: equal decisions, equal pictures, nobody honest convicted, truth in the boxes.</summary>
internal sealed class ClusterChecker
{
    private const double FalseTrackM = 1000;

    private readonly Exercise _exercise;
    private readonly int _traitor;
    private readonly string? _twoFaced;
    private readonly SortedSet<string> _guiltySensors = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, Hash256> _decisions = [];
    private readonly SortedDictionary<long, Hash256>[] _pictures;
    private readonly SortedDictionary<long, Hash256> _final = [];
    private readonly SortedSet<string> _failures = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _alarms = new(StringComparer.Ordinal);
    private readonly SortedSet<int> _guilty = [];
    private readonly SortedSet<string> _committed = new(StringComparer.Ordinal);
    private readonly ImmutableArray<SensorTrust>[] _trust;
    private readonly List<TargetState> _targets = [];
    private readonly List<Enu> _recent = [];
    private long _assured, _assuredMatched, _contained, _published, _matched, _false, _assuredFalse;
    private double _errorSum, _widthSum;
    private int _abstentions, _missed;

    public ClusterChecker(Exercise exercise, ClusterSpec spec)
    {
        _exercise = exercise;
        _traitor = spec.Traitor;
        _twoFaced = spec.TwoFacedSensor;
        _pictures = [.. exercise.Roster.Nodes.Select(_ => new SortedDictionary<long, Hash256>())];
        _trust = [.. exercise.Roster.Nodes.Select(_ => ImmutableArray<SensorTrust>.Empty)];
    }

    private int FirstHonest => _traitor == 0 ? 1 : 0;

    public void ScanRefused(string sensor, ScanRefusal refusal) => _failures.Add($"a scan of {sensor} was refused: {refusal}");

    public void Observe(int node, ReplicaEffect effect, Instant now)
    {
        if (node == _traitor) return;
        string name = _exercise.Roster.Nodes[node].Name;
        switch (effect)
        {
            case ReplicaEffect.SlotDecided decided: CheckDecision(name, decided.Decision); break;
            case ReplicaEffect.SlotApplied applied: _pictures[node][applied.Slot] = applied.PictureHash; break;
            case ReplicaEffect.RolledBack undone: Undo(node, name, undone); break;
            case ReplicaEffect.Stopped stopped: _failures.Add($"{name} stopped: {stopped.Reason}"); break;
            case ReplicaEffect.AlarmRaised raised: CheckAlarm(name, raised.Alarm); break;
            case ReplicaEffect.NodeEvidenceFound found:
                _guilty.Add(found.Evidence.Author);
                if (found.Evidence.Author != _traitor) _failures.Add($"{name} holds proof against the honest {_exercise.Roster.Nodes[found.Evidence.Author].Name}");
                break;
            case ReplicaEffect.SensorEvidenceFound found: CheckProof(name, found.Proof); break;
            case ReplicaEffect.PlanChanged { Plan.State: PlanState.Committed } changed: _committed.Add(changed.Plan.Id); break;
            case ReplicaEffect.TrustChanged { Origin: PictureOrigin.Agreed } changed: CheckTrust(node, name, changed.Sensors, now); break;
            case ReplicaEffect.AgreedPictureChanged changed when node == FirstHonest: CheckPicture(changed.Picture); break;
        }
    }

    public ClusterReport Report(int peerRefusals)
    {
        var honest = Enumerable.Range(0, _pictures.Length).Where(node => node != _traitor).ToList();
        var failures = new SortedSet<string>(_failures, StringComparer.Ordinal);
        int slots = 0;
        Hash256 last = default;
        foreach ((long slot, Hash256 hash) in _pictures[FirstHonest])
        {
            bool all = true;
            foreach (int node in honest)
            {
                if (!_pictures[node].TryGetValue(slot, out Hash256 other)) all = false;
                else if (other != hash) failures.Add($"slot {slot}: the picture of {_exercise.Roster.Nodes[node].Name} differs");
            }

            if (!all) continue;
            slots++;
            last = hash;
        }

        return new ClusterReport
        {
            Slots = slots,
            SlotsFinal = _final.Count,
            Abstentions = _abstentions,
            Failures = [.. failures],
            Accused = Named(trust => trust.Accusation is AccusationKind.Contradicted or AccusationKind.Unconfirmed),
            OutsideRegistration = Named(trust => trust.Accusation is AccusationKind.OutsideRegistration),
            Guilty = [.. _guilty.Select(node => _exercise.Roster.Nodes[node].Name)],
            GuiltySensors = [.. _guiltySensors],
            Alarms = [.. _alarms],
            PlansCommitted = _committed.Count,
            AssuredLines = _assured,
            AssuredMatched = _assuredMatched,
            AssuredContained = _contained,
            PublishedLines = _published,
            FalseLines = _false,
            AssuredFalseLines = _assuredFalse,
            MissedAtEnd = _missed,
            MeanErrorM = _errorSum / _matched,
            MeanWidthM = _widthSum / _assuredMatched,
            PeerRefusals = peerRefusals,
            StateHash = last,
        };
    }

    private ImmutableArray<string> Named(Func<SensorTrust, bool> which) => [.. _trust[FirstHonest].Where(which).Select(trust => trust.Name)];

    private void CheckDecision(string name, SlotDecision decision)
    {
        if (decision.Basis == DecisionBasis.Abstained)
        {
            _abstentions++;
            return;
        }

        if (decision.Basis == DecisionBasis.FinalSync && !_final.TryAdd(decision.Slot, decision.Hash) && _final[decision.Slot] != decision.Hash)
            _failures.Add($"slot {decision.Slot}: final decisions differ");
        if (!_decisions.TryAdd(decision.Slot, decision.Hash) && _decisions[decision.Slot] != decision.Hash)
            _failures.Add($"slot {decision.Slot}: the decision of {name} differs");
    }

    private void Undo(int node, string name, ReplicaEffect.RolledBack undone)
    {
        foreach (long slot in _pictures[node].Keys.Where(slot => slot >= undone.FromSlot).ToArray()) _pictures[node].Remove(slot);
        _failures.Add($"{name} rolled back slot {undone.FromSlot}: {undone.Detail}");
    }

    private void CheckProof(string name, ScanEquivocation proof)
    {
        string sensor = proof.First.Scan.Sensor;
        _guiltySensors.Add(sensor);
        if (!proof.IsProof(_exercise.Roster)) _failures.Add($"{name} holds a proof against {sensor} that proves nothing");
        else if (sensor != _twoFaced) _failures.Add($"{name} holds proof against {sensor}, which signed nothing twice");
    }

    private void CheckAlarm(string name, Alarm alarm)
    {
        _alarms.Add($"{alarm.Kind} {alarm.Subject}".TrimEnd());
        if (alarm.Kind is AlarmKind.Safety or AlarmKind.StateDiverged or AlarmKind.RolledBack or AlarmKind.Unproven)
            _failures.Add($"{name}: {alarm.Kind} in slot {alarm.Slot}: {alarm.Detail}");
    }

    private void CheckTrust(int node, string name, ImmutableArray<SensorTrust> sensors, Instant now)
    {
        _trust[node] = sensors;
        foreach (SensorTrust trust in sensors)
        {
            if (trust.Accusation is null || _exercise.Sensors[trust.Sensor].Sensor.Lies) continue;
            _failures.Add($"{name} accuses the honest {trust.Name} after {now.Since(_exercise.Spec.Start) / 1_000_000} s: {trust.Accusation} {trust.Evidence}");
        }
    }

    private void CheckPicture(Picture picture)
    {
        LookBack(picture.Time);
        var seen = new SortedSet<int>();
        foreach (SystemTrack track in picture.Tracks)
        {
            if (!track.IsPublished) continue;
            _published++;
            if (track.Assurance == Assurance.Assured) _assured++;
            if (!_recent.Exists(position => (position - track.Position).Length <= FalseTrackM))
            {
                _false++;
                if (track.Assurance == Assurance.Assured) _assuredFalse++;
                continue;
            }

            // A track of a target that is just gone coasts for some scans: it has no truth to contain.
            if (_targets.Count == 0) continue;
            TargetState nearest = _targets.MinBy(target => (target.Position - track.Position).Length);
            double error = (nearest.Position - track.Position).Length;
            if (error > FalseTrackM) continue;
            seen.Add(nearest.Target);
            _errorSum += error;
            _matched++;
            if (track.Assurance != Assurance.Assured) continue;
            _assuredMatched++;
            _widthSum += (track.High.X - track.Low.X + track.High.Y - track.Low.Y + track.High.Z - track.Low.Z) / 3;
            if (Contains(track, nearest.Position)) _contained++;
        }

        _missed = _targets.Count - seen.Count;
    }

    /// <summary>Where targets are now, and where they were within the last ten seconds.</summary>
    private void LookBack(Instant time)
    {
        _recent.Clear();
        for (int second = 10; second >= 0; second--)
        {
            _exercise.World.At(time.Plus(-second * 1_000_000), _targets);
            foreach (TargetState target in _targets) _recent.Add(target.Position);
        }
    }

    private static bool Contains(in SystemTrack track, Enu position) =>
        track.Low.X <= position.X && position.X <= track.High.X && track.Low.Y <= position.Y && position.Y <= track.High.Y
        && track.Low.Z <= position.Z && position.Z <= track.High.Z;
}
