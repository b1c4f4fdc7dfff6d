using C3Fusion.Node.Cluster;
using C3Fusion.Node.Links;
using C3Fusion.Replica;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Replicas;

/// <summary>Looks over a replica's shoulder: the demo, its checks and its tests. Called on the replica's thread; must return at once.</summary>
internal interface IReplicaObserver
{
    /// <summary>A replica began on a box.</summary>
    void Started(int node, string box);

    /// <summary>The replica asked for <paramref name="effect"/>, which was carried out.</summary>
    void Observed(int node, ReplicaEffect effect, Instant now);

    /// <summary>A sensor's ingest reported.</summary>
    void Reported(int node, IngestReport report);

    /// <summary>Once a second: how links and queues are.</summary>
    void Reported(int node, ReplicaVitals vitals);
}

/// <summary>How a replica's host fares.</summary>
/// <param name="Links">Each peer's links.</param>
/// <param name="Inboxes">Each peer's verification queue.</param>
/// <param name="LateWakeUs">Longest delay of a deadline in the last second, microseconds.</param>
/// <param name="LongestStepUs">Longest step of the machine in the last second, microseconds.</param>
/// <param name="LinksRefused">Connections that did not prove to be a node.</param>
internal sealed record ReplicaVitals(IReadOnlyList<LinkStatus> Links, IReadOnlyList<PeerInboxStatus> Inboxes, long LateWakeUs, long LongestStepUs, long LinksRefused);
