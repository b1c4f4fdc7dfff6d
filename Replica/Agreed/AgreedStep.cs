using System.Collections.Immutable;
using C3Fusion.Replica.Plans;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Agreed;

/// <summary>What applying one slot brought.</summary>
internal sealed class AgreedStep
{
    public required long Slot { get; init; }

    public Hash256 Hash { get; set; }

    public ImmutableArray<AgreedScan> Scans { get; set; } = [];

    public List<Plan> PlanChanges { get; } = [];

    /// <summary>Slots that this slot's certificates made final, with g.</summary>
    public List<(long Slot, int Strength)> Recorded { get; } = [];

    /// <summary>Quorum certificates that this slot carried, verified.</summary>
    public List<ImmutableArray<Agreement.Statement>> Certificates { get; } = [];

    /// <summary>Proposals that the plan book refused, with who proposed them.</summary>
    public List<(int Node, PlanProposal Proposal, PlanRefusal Refusal)> RefusedProposals { get; } = [];

    public List<int> BadPayloads { get; } = [];

    public List<int> NewEquivocators { get; } = [];

    public List<(int Sensor, ScanEquivocation Proof)> SensorEvidence { get; } = [];

    public ReplicaCounters Counters { get; set; }
}
