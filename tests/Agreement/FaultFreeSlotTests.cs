using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Agreement.Tests;

public sealed class FaultFreeSlotTests
{
    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(3, 1, 1)]
    [InlineData(4, 1, 1)]
    [InlineData(4, 2, 2)]
    [InlineData(7, 2, 1)]
    [InlineData(7, 5, 2)]
    public void Every_node_decides_every_value_in_two_message_delays(int n, int f, int d)
    {
        Roster roster = TestRoster.Of(n, f, d, real: true);
        var cluster = new Cluster(roster, real: true);
        cluster.OpenAll(0);
        cluster.RunUntil(TestRoster.At(0).Plus(2_000));
        foreach (NodeLog node in cluster.Nodes)
        {
            Assert.Null(node.Decided(0).Abstained);
            for (int i = 0; i < n; i++)
            {
                Assert.Equal(Outcome.Of(Hash256.Of(Cluster.PayloadOf(i, 0).Span)), node.Outcomes(0)[i]);
                Assert.True(Cluster.PayloadOf(i, 0).Span.SequenceEqual(node.Decided(0).Payloads[i].Span));
            }
        }

        cluster.RunUntil(TestRoster.At(0).Plus(3_000));
        Assert.All(cluster.Nodes, node => Assert.Equal(n, node.Certificate(0)!.Strength));
        Assert.All(cluster.Nodes, node => Assert.Equal(new Finality(FinalityKind.FinalSync, n, n - 1), node.Machine!.FinalityOf(0)));
    }

    [Fact]
    public void A_node_signs_three_statements_and_sends_three_frames_to_each_peer()
    {
        Roster roster = TestRoster.Of(7, 2, real: true);
        var cluster = new Cluster(roster, real: true);
        cluster.RunSlots(0, 4);
        foreach (NodeLog node in cluster.Nodes)
        {
            for (long slot = 0; slot <= 4; slot++)
                Assert.Equal([StatementKind.Send, StatementKind.Vote, StatementKind.Decide], node.SignedStatements.Where(statement => statement.Slot == slot).Select(statement => statement.Kind).Order());
            Assert.Equal(15, node.Sent((node.Index + 1) % 7).Count());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_silent_node_costs_nothing_beyond_T_and_one_that_is_heard_by_all_decides_the_rest(int d)
    {
        Roster roster = TestRoster.Of(4, 1, d);
        var cluster = new Cluster(roster, traitors: [3]);
        cluster.OpenAll(0);
        cluster.RunUntil(TestRoster.At(0, roster.Rounds).Plus(-1));
        Assert.All(cluster.Honest, node => Assert.False(node.HasDecided(0)));
        cluster.RunUntil(TestRoster.At(0, roster.Rounds));
        foreach (NodeLog node in cluster.Honest)
        {
            Assert.Null(node.Decided(0).Abstained);
            Assert.Equal(Outcome.Silent, node.Outcomes(0)[3]);
            for (int i = 0; i < 3; i++) Assert.Equal(OutcomeKind.Value, node.Outcomes(0)[i].Kind);
        }

        cluster.RunUntil(TestRoster.At(1));
        Assert.All(cluster.Honest, node => Assert.Equal(FinalityKind.FinalSync, node.Machine!.FinalityOf(0).Kind));
    }

    [Fact]
    public void A_jammed_honest_pair_agrees_through_a_third_at_d_2()
    {
        Roster roster = TestRoster.Of(4, 1, 2);
        var cluster = new Cluster(roster) { Link = (from, to, _, _) => (from, to) is (0, 1) or (1, 0) ? null : 1_000 };
        cluster.RunSlots(0, 2);
        cluster.RunUntil(TestRoster.At(3));
        for (long slot = 0; slot < 3; slot++)
        {
            foreach (NodeLog node in cluster.Nodes)
            {
                Assert.Null(node.Decided(slot).Abstained);
                Assert.All(node.Outcomes(slot), outcome => Assert.Equal(OutcomeKind.Value, outcome.Kind));
            }
        }

        // DECIDEs go around the jammer with later frames.
        Assert.All(cluster.Nodes, node => Assert.Equal(4, node.Certificate(0)!.Strength));
    }

    [Fact]
    public void Frames_that_come_up_to_the_guard_before_the_slot_are_kept()
    {
        Roster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster);
        for (int node = 0; node < 4; node++)
        {
            Instant opens = TestRoster.At(0).Plus(node == 3 ? 4_900 : 0);
            cluster.Schedule(node, new AgreementEvent.SlotOpened(0, Cluster.PayloadOf(node, 0)), opens, 0);
        }

        cluster.RunUntil(TestRoster.At(0).Plus(10_000));
        Assert.All(cluster.Nodes, node => Assert.All(node.Outcomes(0), outcome => Assert.Equal(OutcomeKind.Value, outcome.Kind)));
    }

    [Fact]
    public void An_equivocating_sender_is_found_out_by_all_and_proved_guilty()
    {
        Roster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster, traitors: [3]);
        var traitor = new Traitor(roster, 3);
        foreach (int peer in new[] { 0, 1, 2 })
        {
            string text = peer == 0 ? "one thing" : "another";
            cluster.Deliver(peer, traitor.Frame(traitor.Send(0, text), [], Traitor.Value(text)), TestRoster.At(0).Plus(1_000));
        }

        cluster.RunSlots(0, 0);
        foreach (NodeLog node in cluster.Honest)
        {
            Assert.Null(node.Decided(0).Abstained);
            Assert.Equal(Outcome.Equivocation, node.Outcomes(0)[3]);
            Evidence evidence = Assert.Single(node.Evidence);
            Assert.Equal((EvidenceKind.Equivocation, 3), (evidence.Kind, evidence.Author));
            Assert.True(evidence.Proves);
        }
    }

    [Fact]
    public void One_silent_node_does_not_make_everybody_send_everybody_every_payload()
    {
        const int Nodes = 7, PayloadBytes = 20_000;
        Roster roster = TestRoster.Of(Nodes, 2, real: true);
        var cluster = new Cluster(roster, traitors: [6], real: true) { Payloads = (node, _) => new byte[PayloadBytes + node] };
        cluster.RunSlots(0, 0);
        Assert.All(cluster.Honest, node => Assert.Equal(Enumerable.Range(0, 6), Enumerable.Range(0, Nodes).Where(i => node.Outcomes(0)[i].Kind == OutcomeKind.Value)));
        Assert.All(cluster.Honest, node => Assert.Null(node.Decided(0).Abstained));

        // Each payload goes to each peer once, and to the silent one, which never says what it holds, once more from everybody.
        long payloads = cluster.Honest.Sum(node => Enumerable.Range(0, 6).Sum(peer => node.Sent(peer).Sum(frame => frame.Payloads.Sum(payload => (long)payload.Bytes.Length))));
        Assert.InRange(payloads, 6 * 5 * PayloadBytes, 6 * 5 * (PayloadBytes + 10));
    }
}
