using System.CommandLine;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion track</c>: recorded reports in, picture out.</summary>
internal static class TrackVerb
{
    public static Command Create() => PlannedVerb.Create("track", "recorded reports in, picture out.");
}
