using System.CommandLine;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion node</c>: one box of one cluster node, from cluster.hocon.</summary>
internal static class NodeVerb
{
    public static Command Create() => PlannedVerb.Create("node", "one box of one cluster node, from cluster.hocon.");
}
