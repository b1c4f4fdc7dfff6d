using C3Fusion.Rosters;
using C3Fusion.Sim.Links;

namespace C3Fusion.Sim.Clusters;

/// <summary>How the nodes of a simulated cluster are connected, and who betrays.</summary>
/// <param name="Traitor">Index of the node that equivocates, or -1.</param>
/// <param name="Jams">Which links lose their frames when.</param>
/// <param name="MinDelayUs">Shortest way of a frame between two nodes, microseconds.</param>
/// <param name="MaxDelayUs">Longest.</param>
/// <param name="LeaseWriteUs">How long a durable write takes.</param>
/// <param name="TwoFacedSensor">Id of a sensor that signs two contents under each number and shows them to different nodes, or null.</param>
public sealed record ClusterSpec(
    int Traitor, JamSchedule Jams, long MinDelayUs = 1_000, long MaxDelayUs = 20_000, long LeaseWriteUs = 2_000, string? TwoFacedSensor = null)
{
    /// <summary>No traitor, no jamming.</summary>
    public static ClusterSpec Calm => new(-1, JamSchedule.None);
}
