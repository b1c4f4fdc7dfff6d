using System.CommandLine;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion gateway</c>: sensor formats to signed scans on MQTT.</summary>
internal static class GatewayVerb
{
    public static Command Create() => PlannedVerb.Create("gateway", "sensor formats to signed scans on MQTT.");
}
