using System.Numerics;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>W-MSR (LeBlanc et al., IEEE JSAC 31(4), 2013): each node drops up to F neighbours above and F below its own value and averages the rest. With at most F malicious nodes in all, the normal ones reach consensus if and only if the graph is (F+1, F+1)-robust.</summary>
public sealed class NetworkBoundsRobustGraphTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void With_one_malicious_node_consensus_is_reached_exactly_on_the_2_2_robust_graphs(int n)
    {
        int robust = 0;
        int oneEdgeShort = 0;
        foreach (int[] graph in AllGraphs(n))
        {
            if (BlockingPair(graph, 2, 2) is { } pair)
            {
                Assert.Equal(1, DiameterUnderAttack(graph, 1, pair));
                if (GraphsWithOneEdgeMore(graph).Any(more => BlockingPair(more, 2, 2) is null)) oneEdgeShort++;
                continue;
            }

            robust++;
            for (int malicious = 0; malicious < n; malicious++)
                for (int strategy = 0; strategy < 4; strategy++)
                    Assert.InRange(DiameterAfter(600, graph, 1, malicious, strategy), 0, 1e-6);
        }

        Assert.True(robust > 0);
        Assert.True(oneEdgeShort > 0); // graphs that just fail are among the counter-examples
    }

    [Fact]
    public void A_ring_of_four_is_held_apart_and_a_chord_ends_it()
    {
        int[] ring = [0b1100, 0b1100, 0b0011, 0b0011];
        int[] chord = [0b1100, 0b1100, 0b1011, 0b0111];
        (int, int)? pair = BlockingPair(ring, 2, 2);
        Assert.NotNull(pair);
        Assert.Equal(1, DiameterUnderAttack(ring, 1, pair.Value));
        Assert.Null(BlockingPair(chord, 2, 2));
    }

    [Fact]
    public void A_2F_plus_1_robust_graph_is_F_plus_1_F_plus_1_robust()
    {
        int found = 0;
        foreach (int[] graph in AllGraphs(5))
        {
            if (!IsRobust(graph, 3)) continue;
            found++;
            Assert.Null(BlockingPair(graph, 2, 2));
        }

        Assert.True(found > 0);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void The_complete_graph_is_robust_up_to_half_its_nodes_rounded_up_and_no_further(int n)
    {
        int[] complete = [.. Enumerable.Range(0, n).Select(i => ((1 << n) - 1) & ~(1 << i))];
        Assert.True(IsRobust(complete, (n + 1) / 2));
        Assert.False(IsRobust(complete, ((n + 1) / 2) + 1));
    }

    /// <summary>r-robust: of two disjoint non-empty sets one has a node with r neighbours outside its own set.</summary>
    private static bool IsRobust(int[] graph, int r) => Pairs(graph.Length).All(pair => Reachable(graph, pair.A, r) != 0 || Reachable(graph, pair.B, r) != 0);

    /// <summary>Two disjoint non-empty sets that show that the graph is not (r, s)-robust; null where it is.</summary>
    private static (int A, int B)? BlockingPair(int[] graph, int r, int s)
    {
        foreach ((int a, int b) in Pairs(graph.Length))
        {
            int reachableA = Reachable(graph, a, r);
            int reachableB = Reachable(graph, b, r);
            if (reachableA != a && reachableB != b && BitOperations.PopCount((uint)(reachableA | reachableB)) < s) return (a, b);
        }

        return null;
    }

    private static int Reachable(int[] graph, int set, int r)
    {
        int reachable = 0;
        for (int i = 0; i < graph.Length; i++)
            if ((set >> i & 1) != 0 && BitOperations.PopCount((uint)(graph[i] & ~set)) >= r) reachable |= 1 << i;
        return reachable;
    }

    private static IEnumerable<(int A, int B)> Pairs(int n)
    {
        for (int a = 1; a < 1 << n; a++)
            for (int b = 1; b < a; b++)
                if ((a & b) == 0) yield return (a, b);
    }

    private static IEnumerable<int[]> AllGraphs(int n)
    {
        (int I, int J)[] edges = [.. from i in Enumerable.Range(0, n) from j in Enumerable.Range(0, i) select (i, j)];
        for (int chosen = 0; chosen < 1 << edges.Length; chosen++)
        {
            int[] graph = new int[n];
            for (int e = 0; e < edges.Length; e++)
                if ((chosen >> e & 1) != 0) Connect(graph, edges[e].I, edges[e].J);
            yield return graph;
        }
    }

    private static IEnumerable<int[]> GraphsWithOneEdgeMore(int[] graph)
    {
        for (int i = 0; i < graph.Length; i++)
            for (int j = 0; j < i; j++)
                if ((graph[i] >> j & 1) == 0)
                {
                    int[] more = [.. graph];
                    Connect(more, i, j);
                    yield return more;
                }
    }

    private static void Connect(int[] graph, int i, int j)
    {
        graph[i] |= 1 << j;
        graph[j] |= 1 << i;
    }

    /// <summary>The proof's attack: one set at 0, the other at 1, and whoever hears enough from outside is malicious and stays where it is.</summary>
    private static double DiameterUnderAttack(int[] graph, int f, (int A, int B) pair)
    {
        int malicious = Reachable(graph, pair.A, f + 1) | Reachable(graph, pair.B, f + 1);
        Assert.InRange(BitOperations.PopCount((uint)malicious), 0, f);
        double[] values = [.. Enumerable.Range(0, graph.Length).Select(i => (pair.A >> i & 1) != 0 ? 0 : (pair.B >> i & 1) != 0 ? 1 : 0.5)];
        for (int round = 0; round < 50; round++)
            values = [.. values.Select((own, i) => (malicious >> i & 1) != 0 ? own : Next(graph, f, values, i))];
        return Diameter(values, malicious);
    }

    /// <summary>The worst diameter of the normal nodes over all starts in {0, 1}, one malicious node that sends all the same.</summary>
    private static double DiameterAfter(int rounds, int[] graph, int f, int malicious, int strategy)
    {
        double worst = 0;
        for (int start = 0; start < 1 << (graph.Length - 1); start++)
        {
            double[] values = [.. Enumerable.Range(0, graph.Length).Select(i => (double)(start >> i & 1))];
            for (int round = 0; round < rounds && Diameter(values, 1 << malicious) > 1e-7; round++)
            {
                double low = values.Where((_, i) => i != malicious).Min();
                double high = values.Where((_, i) => i != malicious).Max();
                values[malicious] = strategy switch { 0 => low, 1 => high, 2 => round % 2 == 0 ? low : high, _ => round % 3 == 0 ? -5 : (low + high) / 2 };
                double[] heard = values;
                values = [.. heard.Select((_, i) => Next(graph, f, heard, i))];
            }

            worst = Math.Max(worst, Diameter(values, 1 << malicious));
        }

        return worst;
    }

    private static double Next(int[] graph, int f, double[] values, int i)
    {
        double own = values[i];
        double[] heard = [.. values.Where((_, j) => (graph[i] >> j & 1) != 0)];
        double[] kept = [own, .. heard.Where(x => x > own).Order().SkipLast(f), .. heard.Where(x => x < own).Order().Skip(f), .. heard.Where(x => x.Equals(own))];
        return kept.Average();
    }

    private static double Diameter(double[] values, int without)
    {
        double[] normal = [.. values.Where((_, i) => (without >> i & 1) == 0)];
        return normal.Max() - normal.Min();
    }
}
