using System.Globalization;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Plans;

/// <summary>A plan's id: the proposer's name, a dash, and its number.</summary>
public static class PlanId
{
    /// <summary>The id of a node's plan.</summary>
    public static string Of(Roster roster, int proposer, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{roster.Nodes[proposer].Name}-{number}");

    /// <summary>Reads an id.</summary>
    /// <returns>False where it names no node of the roster or no number.</returns>
    public static bool TryParse(Roster roster, string id, out int proposer, out long number)
    {
        int dash = id.LastIndexOf('-');
        proposer = dash > 0 ? roster.IndexOfNode(id[..dash]) : -1;
        number = -1;
        return proposer >= 0
            && long.TryParse(id.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
