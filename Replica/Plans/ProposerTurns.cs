using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Plans;

/// <summary>Who is the designated proposer in a slot, and in which order the others fall back.</summary>
/// <remarks>
/// The nodes stand in the order of SHA-256(roster hash, "turns", name); the designated one moves on every
/// <see cref="PlanRules.TurnSlots"/> slots and the others follow cyclically. The order depends on nothing that a proposer
/// chooses: were it hashed from a plan's key or units, a traitor would search for a key that puts it first. Every honest node
/// has its turn, so with f_n traitors no plan of an honest node waits for more than f_n turns.
/// </remarks>
public sealed class ProposerTurns
{
    private readonly ImmutableArray<int> _position;

    /// <summary>The order of a roster.</summary>
    public ProposerTurns(Roster roster)
    {
        int n = roster.Nodes.Length;
        var order = new List<(Hash256 Weight, int Node)>(n);
        var writer = new CanonicalWriter();
        for (int node = 0; node < n; node++)
        {
            writer.Clear();
            writer.Hash(roster.Hash);
            writer.Text("turns");
            writer.Text(roster.Nodes[node].Name);
            order.Add((Hash256.Of(writer.Written), node));
        }

        order.Sort();
        int[] position = new int[n];
        for (int i = 0; i < n; i++) position[order[i].Node] = i;
        _position = [.. position];
    }

    /// <summary>0 for the designated proposer of <paramref name="slot"/>, 1 for the first fall-back, up to n-1.</summary>
    public int Rank(int node, long slot)
    {
        int n = _position.Length;
        int turn = (int)(slot / PlanRules.TurnSlots % n);
        int rank = _position[node] - turn;
        return rank < 0 ? rank + n : rank;
    }

    /// <summary>The designated proposer of <paramref name="slot"/>.</summary>
    public int Designated(long slot)
    {
        for (int node = 0; node < _position.Length; node++)
        {
            if (Rank(node, slot) == 0) return node;
        }

        throw new InvalidOperationException("a permutation has a first element");
    }
}
