using C3Fusion.Fusion.Tracking;
using C3Fusion.Rosters;

namespace C3Fusion.Replica;

/// <summary>What a replica is made with.</summary>
/// <param name="Roster">Who is who; without violations (<see cref="RosterRules"/>).</param>
/// <param name="Self">Index of this node.</param>
/// <param name="Signer">Signs for this node; its key is the roster's.</param>
/// <param name="TrackerFactory">Makes a tracker without history over <see cref="SensorModels.Of"/> with f_s of the roster. Called for the agreed and for the local picture; every node must make the same.</param>
/// <param name="Restart">What is known of earlier incarnations.</param>
/// <param name="Limits">Bounds on memory and traffic.</param>
public sealed record ReplicaOptions(
    Roster Roster,
    int Self,
    ISigner Signer,
    Func<ITracker> TrackerFactory,
    RestartState Restart,
    ReplicaLimits Limits)
{
    /// <summary>The key that signs this cluster's rosters and checkpoints; null where no checkpoint counts.</summary>
    public PublicKey? Authority { get; init; }
}
