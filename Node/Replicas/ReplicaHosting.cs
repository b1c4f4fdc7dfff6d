using C3Fusion.Fusion.Tracking;
using C3Fusion.Node.Configuration;
using C3Fusion.Node.Http;
using C3Fusion.Node.Ingest;
using C3Fusion.Replica;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using Serilog;

namespace C3Fusion.Node.Replicas;

/// <summary>What a box gives the replica that it may host.</summary>
/// <param name="Roster">Who is who.</param>
/// <param name="Self">Index of this node.</param>
/// <param name="Signer">Signs for this node.</param>
/// <param name="Settings">The box's settings.</param>
/// <param name="Tracker">Makes a tracker; every node must make the same.</param>
/// <param name="Ingress">Where the box's scans enter.</param>
/// <param name="Scans">Verifies scans.</param>
/// <param name="Log">The box's logger.</param>
internal sealed record ReplicaHosting(
    Roster Roster,
    int Self,
    ISigner Signer,
    BoxSettings Settings,
    Func<ITracker> Tracker,
    ScanIngress Ingress,
    ScanVerifier Scans,
    ILogger Log)
{
    /// <summary>Lays something over the links: a jammer, a traitor. The fielded node lays nothing.</summary>
    public Func<ILink, ILink> OverLinks { get; init; } = link => link;

    /// <summary>Lays something under the links' receiver; the fielded node lays nothing.</summary>
    public Func<ILinkReceiver, ILinkReceiver> UnderReceiver { get; init; } = receiver => receiver;

    /// <summary>The key that signed the roster and signs checkpoints; null where the roster is unsigned: then no checkpoint counts.</summary>
    public PublicKey? Authority { get; init; }

    /// <summary>Looks over the replica's shoulder, or null.</summary>
    public IReplicaObserver? Observer { get; init; }

    /// <summary>The clock of rounds and stamps.</summary>
    public NodeClock Clock { get; init; } = new(TimeProvider.System, new ClockTrust(
        Settings.Clock.StepGuardMs > 0 ? Settings.Clock.StepGuardMs * 1000L : Math.Max(1000, Roster.Timing.ClockGuardUs / 2),
        Settings.Clock.TrustAfterS * Instant.MicrosecondsPerSecond));

    /// <summary>What the node says, for those who ask over HTTP.</summary>
    public OutputBoard Outputs { get; init; } = new();

    /// <summary>Set when the box is killed: nothing leaves it any more.</summary>
    public CancellationToken Killed { get; init; }

    /// <summary>What this box promised to the node's other boxes.</summary>
    public SlotPromise Promise { get; init; } = new(Settings.Box, () => 0);

    /// <summary>The operator says that the node's other boxes are off: this one need not wait for them.</summary>
    public bool OthersAreOff { get; init; }

    /// <summary>Ends the box with a failure: it must not go on, and says why.</summary>
    public Action<string> End { get; init; } = _ => { };

    /// <summary>Addresses of each node's boxes by node index; empty for this node and for nodes that the settings do not name.</summary>
    public IReadOnlyList<IReadOnlyList<NetworkAddress>> PeerAddresses() =>
        [.. Roster.Nodes.Select((node, index) => (IReadOnlyList<NetworkAddress>)(index != Self && Settings.Peers.TryGetValue(node.Name, out var addresses) ? addresses : []))];
}
