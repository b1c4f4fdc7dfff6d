using System.CommandLine;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion score</c>: picture and truth in, GOSPA, OSPA, SIAP and containment out.</summary>
internal static class ScoreVerb
{
    public static Command Create() => PlannedVerb.Create("score", "picture and truth in, GOSPA, OSPA, SIAP and containment out.");
}
