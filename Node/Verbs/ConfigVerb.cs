using System.CommandLine;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion config</c>: checks cluster.hocon.</summary>
internal static class ConfigVerb
{
    public static Command Create() => PlannedVerb.Create("config", "checks cluster.hocon.");
}
