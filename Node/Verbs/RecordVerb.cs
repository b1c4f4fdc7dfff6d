using System.CommandLine;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion record</c>: MQTT to recorded scans.</summary>
internal static class RecordVerb
{
    public static Command Create() => PlannedVerb.Create("record", "MQTT to recorded scans.");
}
