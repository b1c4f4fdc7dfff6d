using System.CommandLine;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion roster</c>: builds, signs and verifies a roster.</summary>
internal static class RosterVerb
{
    public static Command Create() => PlannedVerb.Create("roster", "builds, signs and verifies a roster.");
}
