using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;
using CsCheck;
using Xunit;

namespace C3Fusion.Agreement.Tests;

/// <summary>Who abstains because it heard too few: a node that was deaf in any round does, and nobody does within the assumptions (docs/agreement-rules.md, section 6).</summary>
public sealed class AttendanceTests
{
    /// <summary>n-f nodes live, f are silent: who misses a single round of the others cannot vouch.</summary>
    [Theory]
    [InlineData(4, 1, 1, 1_000)]
    [InlineData(4, 1, 2, 1_000)]
    [InlineData(5, 2, 2, 1_000)]
    [InlineData(5, 3, 2, 1_000)]
    [InlineData(5, 1, 3, 1_000)]
    [InlineData(6, 2, 3, 1_000)]
    [InlineData(4, 1, 2, TestRoster.RoundUs - 2_000)]
    [InlineData(6, 2, 3, TestRoster.RoundUs - 2_000)]
    public void A_node_that_is_deaf_in_any_round_from_d_to_T_abstains(int n, int f, int d, long delay)
    {
        Roster roster = TestRoster.Of(n, f, d);
        for (int round = d; round <= roster.Rounds; round++)
        {
            long from = TestRoster.At(0, round - 1).Microseconds, to = TestRoster.At(0, round).Microseconds;
            var cluster = new Cluster(roster, traitors: Enumerable.Range(0, f))
            {
                Link = (_, peer, _, sent) => peer == f && sent.Microseconds + delay > from && sent.Microseconds + delay <= to ? null : delay,
            };
            cluster.RunSlots(0, 0);
            cluster.RunUntil(roster.Timing.StartOf(1));
            Assert.Contains("heard on time", cluster.Nodes[f].Decided(0).Abstained, StringComparison.Ordinal);
            Assert.All(cluster.Honest.Skip(1), node => Assert.Null(node.Decided(0).Abstained));

            // The others settle it for the deaf one, which goes on.
            Assert.Null(cluster.Nodes[f].Machine!.StopReason);
            if (n - f - 1 > f) Assert.Single(cluster.Nodes[f].Effects.OfType<AgreementEffect.Adopted>());
        }
    }

    [Fact]
    public void Deaf_in_the_last_round_at_d_2_a_node_misses_a_value_and_is_not_ruined_by_it()
    {
        // n = 4, f = 1, d = 2, T = 3: the traitor shows its second value to node 1 at deadline(1); nodes 1 and 3 are jammed, so it
        // reaches node 3 through node 2 in round 3, in which node 3 hears nothing. The traitor gives everybody proofs of life.
        Roster roster = TestRoster.Of(4, 1, 2);
        var cluster = new Cluster(roster, traitors: [0])
        {
            Link = (from, to, _, sent) => (from, to) is (1, 3) or (3, 1) || (to == 3 && sent >= TestRoster.At(0, 2) && sent < TestRoster.At(0, 3)) ? null : 1_000,
        };
        var traitor = new Traitor(roster, 0);
        foreach (int peer in new[] { 1, 2, 3 })
        {
            cluster.Deliver(peer, traitor.Frame(traitor.Send(0, "a"), [], Traitor.Value("a")), TestRoster.At(0).Plus(1_000));
            for (int round = 1; round < roster.Rounds; round++)
            {
                if (peer != 3 || round < 2) cluster.Deliver(peer, traitor.Frame(traitor.Alive(0, round), []), TestRoster.At(0, round).Plus(500));
            }
        }

        cluster.Deliver(1, traitor.Frame(traitor.Vote(0, Traitor.Entry(0, "b")), [], Traitor.Value("b")), TestRoster.At(0, 1));
        cluster.RunSlots(0, 1);
        Assert.Equal(Outcome.Equivocation, cluster.Nodes[1].Outcomes(0)[0]);
        Assert.Equal(cluster.Nodes[1].Outcomes(0).ToArray(), cluster.Nodes[2].Outcomes(0).ToArray());
        Assert.Equal(Outcome.Of(Traitor.Value("a").Value), cluster.Nodes[3].Outcomes(0)[0]);
        Assert.Contains("heard on time", cluster.Nodes[3].Decided(0).Abstained, StringComparison.Ordinal);
        Assert.DoesNotContain(cluster.Nodes[3].Effects, effect => effect is AgreementEffect.RolledBack or AgreementEffect.Stopped or AgreementEffect.SafetyAlarm);
        Assert.Equal(cluster.Nodes[1].Outcomes(0).ToArray(), Assert.Single(cluster.Nodes[3].Effects.OfType<AgreementEffect.Adopted>(), adopted => adopted.Slot == 0).Outcomes.ToArray());
        Assert.Null(cluster.Nodes[3].Machine!.StopReason);
    }

    private sealed record World(int Shape, int Jam, int[] Ahead, int Delays);

    /// <summary>
    /// Any graph of honest nodes with diameter d at most, f silent nodes, clocks that differ by up to the guard, any delays within
    /// the round: all honest nodes vouch, and for the same.
    /// </summary>
    [Theory]
    [InlineData(4, 1, 1)]
    [InlineData(4, 1, 2)]
    [InlineData(5, 2, 2)]
    [InlineData(6, 2, 2)]
    [InlineData(5, 1, 3)]
    [InlineData(6, 2, 3)]
    [InlineData(6, 1, 4)]
    public void Within_the_assumptions_nobody_abstains(int n, int f, int d)
    {
        Roster roster = TestRoster.Of(n, f, d);
        Gen<World> worlds = Gen.Select(Gen.Int[0, 2], Gen.Int, Gen.Int[0, (int)TestRoster.GuardUs].Array[n], Gen.Int, (shape, jam, ahead, delays) => new World(shape, jam, ahead, delays));
        int jammed = 0;
        worlds.Sample(
            world =>
            {
                bool[,] hears = GraphOf(world, n, f);
                if (DiameterOf(hears, f) is var diameter && diameter > d) return true;
                if (diameter > 1) jammed++;
                var random = new Random(world.Delays);
                var cluster = new Cluster(roster, traitors: Enumerable.Range(0, f)) { Ahead = node => world.Ahead[node] };
                cluster.Link = (from, to, _, _) => !hears[from, to] ? null : random.Next(3) switch { 0 => random.Next(200), 1 => TestRoster.RoundUs - TestRoster.GuardUs - 1, _ => random.Next((int)(TestRoster.RoundUs - TestRoster.GuardUs)) };
                cluster.OpenAll(0);
                cluster.RunUntil(roster.Timing.DeadlineOf(0, roster.Rounds + 2));
                NodeLog first = cluster.Honest.First();
                return cluster.Honest.All(node => node.Decided(0).Abstained is null && node.Outcomes(0).SequenceEqual(first.Outcomes(0)))
                    && first.Outcomes(0).Skip(f).All(outcome => outcome.Kind == OutcomeKind.Value);
            },
            iter: Campaign.Scale(400));
        Assert.True(d == 1 || jammed > 0);
    }

    // A full mesh without a few pairs, a star, or a line of the honest nodes, under any names.
    private static bool[,] GraphOf(World world, int n, int f)
    {
        var random = new Random(world.Jam);
        int[] names = [.. Enumerable.Range(f, n - f)];
        random.Shuffle(names);
        bool[,] hears = new bool[n, n];
        for (int i = 0; i < names.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                bool linked = world.Shape switch { 0 => random.Next(3) > 0, 1 => j == 0, _ => i - j == 1 };
                hears[names[i], names[j]] = hears[names[j], names[i]] = linked;
            }
        }

        return hears;
    }

    private static int DiameterOf(bool[,] hears, int f)
    {
        int n = hears.GetLength(0), diameter = 0;
        for (int from = f; from < n; from++)
        {
            int[] distance = [.. Enumerable.Repeat(int.MaxValue, n)];
            distance[from] = 0;
            var queue = new Queue<int>([from]);
            while (queue.TryDequeue(out int node))
            {
                for (int next = f; next < n; next++)
                {
                    if (!hears[node, next] || distance[next] != int.MaxValue) continue;
                    distance[next] = distance[node] + 1;
                    queue.Enqueue(next);
                }
            }

            diameter = Math.Max(diameter, distance.Skip(f).Max());
        }

        return diameter;
    }
}
