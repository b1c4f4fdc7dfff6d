using System.CommandLine;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion fuse</c>: fuses intervals, boxes or points of which f may lie.</summary>
internal static class FuseVerb
{
    public static Command Create() => PlannedVerb.Create("fuse", "fuses intervals, boxes or points of which f may lie.");
}
