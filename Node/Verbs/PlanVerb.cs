using System.CommandLine;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion plan</c>: proposes, lists and watches plans.</summary>
internal static class PlanVerb
{
    public static Command Create() => PlannedVerb.Create("plan", "proposes, lists and watches plans.");
}
