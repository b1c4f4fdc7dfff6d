using System.CommandLine;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion sim</c>: runs, repeats and shrinks simulated scenarios.</summary>
internal static class SimVerb
{
    public static Command Create() => PlannedVerb.Create("sim", "runs, repeats and shrinks simulated scenarios.");
}
