using System.CommandLine;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion replay</c>: recorded scans to MQTT.</summary>
internal static class ReplayVerb
{
    public static Command Create() => PlannedVerb.Create("replay", "recorded scans to MQTT.");
}
