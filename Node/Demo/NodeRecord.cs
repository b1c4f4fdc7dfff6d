using System.Collections.Immutable;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Node.Cluster;
using C3Fusion.Node.Replicas;
using C3Fusion.Replica;
using C3Fusion.Replica.Pictures;
using C3Fusion.Replica.Plans;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Demo;

/// <summary>What one node of the demo said, as it said it. Guarded by the <see cref="DemoRecorder"/>'s lock.</summary>
internal sealed class NodeRecord(string name)
{
    /// <summary>Slots of which decisions and states are kept.</summary>
    public const int SlotsKept = 256;

    /// <summary>The node's name.</summary>
    public string Name { get; } = name;

    /// <summary>On which boxes its replica began, in order.</summary>
    public List<string> Boxes { get; } = [];

    /// <summary>The last decision told of each of the newest slots.</summary>
    public SortedDictionary<long, SlotDecision> Decisions { get; } = [];

    /// <summary>The agreed state after each of the newest slots applied.</summary>
    public SortedDictionary<long, Hash256> PictureHashes { get; } = [];

    /// <summary>The last agreed picture.</summary>
    public ReplicaEffect.AgreedPictureChanged? Agreed { get; set; }

    /// <summary>The first slots in which it abstained, and why.</summary>
    public SortedDictionary<long, string> Abstentions { get; } = [];

    /// <summary>The decision of the newest slot.</summary>
    public SlotDecision? LastDecision { get; set; }

    /// <summary>The newest plans of its plan book.</summary>
    public SortedDictionary<string, Plan> Plans { get; } = new(StringComparer.Ordinal);

    /// <summary>Plans that it saw committed.</summary>
    public SortedSet<string> Committed { get; } = new(StringComparer.Ordinal);

    /// <summary>Every accusation of lying that its agreed picture ever held.</summary>
    public SortedSet<(int Sensor, AccusationKind Kind)> Accused { get; } = [];

    /// <summary>What its agreed picture holds of each sensor now.</summary>
    public ImmutableArray<SensorTrust> Trust { get; set; } = [];

    /// <summary>Nodes that it can prove to equivocate.</summary>
    public SortedSet<int> Equivocators { get; } = [];

    /// <summary>Every alarm that it raised, with the first slot.</summary>
    public SortedDictionary<(AlarmKind Kind, string Subject), Alarm> Alarms { get; } = [];

    /// <summary>The alarms that stand.</summary>
    public SortedSet<(AlarmKind Kind, string Subject)> Standing { get; } = [];

    /// <summary>The ingest of each sensor, by (sensor, box).</summary>
    public SortedDictionary<(string Sensor, string Box), IngestReport> Ingest { get; } = [];

    /// <summary>Links and queues now.</summary>
    public ReplicaVitals? Vitals { get; set; }

    /// <summary>The counters now.</summary>
    public ReplicaCounters Counters { get; set; }

    /// <summary>Longest lateness of a deadline so far, microseconds.</summary>
    public long WorstWakeUs { get; set; }

    /// <summary>Longest step so far, microseconds.</summary>
    public long WorstStepUs { get; set; }

    /// <summary>How often it undid slots.</summary>
    public int RolledBack { get; set; }

    /// <summary>Why it stopped for good, or null.</summary>
    public string? Stopped { get; set; }
}
