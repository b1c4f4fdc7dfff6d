using C3Fusion.Node.Replicas;
using C3Fusion.Replica;
using C3Fusion.Rosters;
using C3Fusion.Sim.Adversaries;

namespace C3Fusion.Node.Demo;

/// <summary>Makes a node of an exercise a traitor: the simulation's adversary stands between its replica and its real links.</summary>
internal static class TraitorLinks
{
    /// <summary>The same node, equivocating in every slot with its own key.</summary>
    public static ReplicaHosting Betray(ReplicaHosting hosting)
    {
        var traitor = new EquivocatingTraitor(hosting.Roster, hosting.Self, hosting.Signer);
        Func<ILink, ILink> below = hosting.OverLinks;
        return hosting with
        {
            OverLinks = link => new Sending(traitor, below(link)),
            UnderReceiver = receiver => new Receiving(traitor, receiver),
        };
    }

    private sealed class Sending(EquivocatingTraitor traitor, ILink link) : ILink
    {
        public bool TrySend(int peer, ReadOnlyMemory<byte> frame) => link.TrySend(peer, traitor.Outgoing(peer, frame));
    }

    private sealed class Receiving(EquivocatingTraitor traitor, ILinkReceiver receiver) : ILinkReceiver
    {
        public void FrameReceived(int peer, ReadOnlyMemory<byte> frame, Instant stamp)
        {
            if (traitor.Incoming(frame) is { } shown) receiver.FrameReceived(peer, shown, stamp);
        }
    }
}
