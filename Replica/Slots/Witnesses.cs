using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Slots;

/// <summary>Which f_n+1 nodes carry a sensor's scans into the agreed input: at least one of them is honest, and bandwidth is not n-fold.</summary>
/// <remarks>
/// Rendezvous (highest random weight) hashing: D. Thaler, C. Ravishankar, "Using name-based mappings to increase hit rates",
/// IEEE/ACM Transactions on Networking 6(1), 1998. The weight of node v for sensor s is SHA-256(roster hash, s, v) as a number.
/// </remarks>
public sealed class Witnesses
{
    private readonly ImmutableArray<ImmutableArray<int>> _bySensor;

    /// <summary>The assignment of a roster.</summary>
    public Witnesses(Roster roster)
    {
        int count = Math.Min(roster.FaultyNodes + 1, roster.Nodes.Length);
        ImmutableArray<ImmutableArray<int>>.Builder all = ImmutableArray.CreateBuilder<ImmutableArray<int>>(roster.Sensors.Length);
        foreach (SensorEntry sensor in roster.Sensors) all.Add(Choose(roster, sensor.Id, count));
        _bySensor = all.MoveToImmutable();
    }

    /// <summary>The witnesses of one sensor, ascending by node index.</summary>
    public ImmutableArray<int> Of(int sensor) => _bySensor[sensor];

    /// <summary>Does <paramref name="node"/> carry the scans of <paramref name="sensor"/>?</summary>
    public bool Carries(int node, int sensor) => _bySensor[sensor].BinarySearch(node) >= 0;

    private static ImmutableArray<int> Choose(Roster roster, string sensor, int count)
    {
        var weights = new List<(Hash256 Weight, int Node)>(roster.Nodes.Length);
        var writer = new CanonicalWriter();
        for (int node = 0; node < roster.Nodes.Length; node++)
        {
            writer.Clear();
            writer.Hash(roster.Hash);
            writer.Text(sensor);
            writer.Text(roster.Nodes[node].Name);
            weights.Add((Hash256.Of(writer.Written), node));
        }

        weights.Sort(static (a, b) =>
        {
            int order = b.Weight.CompareTo(a.Weight);
            return order != 0 ? order : a.Node.CompareTo(b.Node);
        });
        ImmutableArray<int>.Builder chosen = ImmutableArray.CreateBuilder<int>(count);
        for (int i = 0; i < count; i++) chosen.Add(weights[i].Node);
        chosen.Sort();
        return chosen.MoveToImmutable();
    }
}
