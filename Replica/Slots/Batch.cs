using System.Collections.Immutable;
using C3Fusion.Replica.Plans;

namespace C3Fusion.Replica.Slots;

/// <summary>A scan as a payload carries it.</summary>
/// <param name="Sensor">Index of the sensor in the roster.</param>
/// <param name="Envelope">The exact signed bytes; verified again by every node.</param>
public readonly record struct BatchScan(int Sensor, ReadOnlyMemory<byte> Envelope);

/// <summary>What one node broadcasts in a slot.</summary>
/// <param name="Scans">Signed scans of the sensors for which the node is a witness, ascending by sensor.</param>
/// <param name="Proposals">Plan proposals, ascending by number.</param>
/// <param name="Vetoes">Vetoes.</param>
/// <param name="Certificates">Quorum certificates of earlier slots, ascending by slot, each as <see cref="DecisionProof"/> bytes; not verified.</param>
public sealed record Batch(
    ImmutableArray<BatchScan> Scans,
    ImmutableArray<PlanProposal> Proposals,
    ImmutableArray<PlanVeto> Vetoes,
    ImmutableArray<ReadOnlyMemory<byte>> Certificates)
{
    /// <summary>Nothing to say.</summary>
    public static Batch Empty { get; } = new([], [], [], []);
}
