using C3Fusion.Replica;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Demo;

/// <summary>Makes a node of the demo a traitor.</summary>
internal static class DemoTraitor
{
    /// <summary>Lays the traitor over the links of one node.</summary>
    public static ILink Over(ILink link, Roster roster, int self, Ed25519Signer signer)
    {
        _ = (roster, self, signer);
        return link;
    }
}
