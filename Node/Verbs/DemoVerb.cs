using System.CommandLine;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion demo</c>: the whole system on this machine: broker, sensors that lie, nodes that betray, jammed links.</summary>
internal static class DemoVerb
{
    public static Command Create() => PlannedVerb.Create("demo", "the whole system on this machine: broker, sensors that lie, nodes that betray, jammed links.");
}
