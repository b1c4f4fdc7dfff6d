using System.Globalization;

namespace C3Fusion.Agreement.Tests.Exhaustive;

/// <summary>What a search saw.</summary>
/// <param name="Violation">The first run that breaks the promise, told in lines; null where none does.</param>
/// <param name="JointStates">Different states of all honest nodes together.</param>
/// <param name="NodeStates">Different states of one node.</param>
/// <param name="Steps">Steps of the real machine.</param>
/// <param name="Elapsed">Time it took.</param>
internal sealed record SearchResult(string? Violation, long JointStates, int NodeStates, long Steps, TimeSpan Elapsed)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Violation is null ? "holds" : "VIOLATED")}: {JointStates:N0} joint states, {NodeStates:N0} node states, {Steps:N0} steps, {Elapsed.TotalSeconds:N1} s");
}
