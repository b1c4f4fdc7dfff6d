using System.Collections.Immutable;
using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Agreement.Tests;

/// <summary>What a traitor does on purpose: late, partial, withheld, doubled, flooded. Honest nodes must agree, and on the right thing.</summary>
public sealed class WorstCaseTests
{
    private static readonly StatementEntry A = Traitor.Entry(4, "a");
    private static readonly StatementEntry B = Traitor.Entry(4, "b");

    // n = 5, f = 2, T = 3: nodes 3 and 4 betray; 4 sends a to everybody, and b is shown later.
    private static (Cluster Cluster, Traitor Helper, Traitor Sender) FiveNodes(int d = 1)
    {
        Roster roster = TestRoster.Of(5, 2, d);
        var cluster = new Cluster(roster, traitors: [3, 4]);
        Traitor helper = new(roster, 3), sender = new(roster, 4);
        foreach (int peer in new[] { 0, 1, 2 })
        {
            cluster.Deliver(peer, sender.Frame(sender.Send(0, "a"), [], Traitor.Value("a")), TestRoster.At(0).Plus(1_000));
            cluster.Deliver(peer, helper.Frame(helper.Send(0, "c"), [], Traitor.Value("c")), TestRoster.At(0).Plus(1_000));
        }

        return (cluster, helper, sender);
    }

    private static Frame SignedByTwo(Traitor helper, Traitor sender) =>
        helper.Frame(helper.Relay(0, 1, B), [sender.Send(0, "b")], Traitor.Value("b"));

    private static ImmutableArray<Outcome> AssertAgreed(Cluster cluster, long slot = 0)
    {
        ImmutableArray<Outcome> first = cluster.Honest.First().Outcomes(slot);
        foreach (NodeLog node in cluster.Honest)
        {
            Assert.Equal(first.ToArray(), node.Outcomes(slot).ToArray());
            foreach (NodeLog sender in cluster.Honest)
                Assert.Equal(Outcome.Of(Hash256.Of(Cluster.PayloadOf(sender.Index, slot).Span)), node.Outcomes(slot)[sender.Index]);
            Assert.Empty(node.Alarms);
            Assert.Null(node.Machine!.StopReason);
        }

        return first;
    }

    [Fact]
    public void A_chain_withheld_until_the_last_round_and_shown_to_one_victim_is_known_to_all()
    {
        (Cluster cluster, Traitor helper, Traitor sender) = FiveNodes();
        cluster.Deliver(0, SignedByTwo(helper, sender), TestRoster.At(0, 2));
        cluster.RunSlots(0, 0);
        Assert.Equal(Outcome.Equivocation, AssertAgreed(cluster)[4]);
    }

    [Fact]
    public void One_microsecond_later_it_counts_for_nobody()
    {
        (Cluster cluster, Traitor helper, Traitor sender) = FiveNodes();
        cluster.Deliver(0, SignedByTwo(helper, sender), TestRoster.At(0, 2).Plus(1));
        cluster.RunSlots(0, 0);
        Assert.Equal(Outcome.Of(A.Value), AssertAgreed(cluster)[4]);
    }

    [Theory]
    [InlineData(3.0)]
    [InlineData(3.5)]
    [InlineData(4.0)]
    public void After_T_no_number_of_signatures_counts(double rounds)
    {
        (Cluster cluster, Traitor helper, Traitor sender) = FiveNodes();
        cluster.Deliver(0, SignedByTwo(helper, sender), TestRoster.At(0, rounds));
        cluster.RunSlots(0, 0);
        Assert.Equal(Outcome.Of(A.Value), AssertAgreed(cluster)[4]);
    }

    [Fact]
    public void A_sender_that_signs_a_third_value_changes_nothing()
    {
        (Cluster cluster, Traitor helper, Traitor sender) = FiveNodes();
        cluster.Deliver(0, SignedByTwo(helper, sender), TestRoster.At(0, 1.5));
        cluster.Deliver(1, helper.Frame(helper.Relay(0, 2, Traitor.Entry(4, "z")), [sender.Send(0, "z")], Traitor.Value("z")), TestRoster.At(0, 1.5));
        cluster.RunSlots(0, 0);
        Assert.Equal(Outcome.Equivocation, AssertAgreed(cluster)[4]);
        Assert.All(cluster.Honest, node => Assert.Contains(node.Evidence, evidence => evidence is { Kind: EvidenceKind.Equivocation, Author: 4 }));
    }

    [Fact]
    public void Support_is_never_capped_by_its_signer()
    {
        // docs/agreement-rules.md, section 1: the helper uses up "its" two values on others before it supports the sender's.
        (Cluster cluster, Traitor helper, Traitor sender) = FiveNodes();
        Traitor forger = helper;
        foreach (string junk in new[] { "b1", "b2" })
            cluster.Deliver(1, forger.Frame(forger.Relay(0, 1, Traitor.Entry(4, junk)), [sender.Send(0, junk)]), TestRoster.At(0).Plus(2_000));
        cluster.Deliver(0, SignedByTwo(helper, sender), TestRoster.At(0, 2));
        cluster.RunSlots(0, 0);
        Assert.Equal(Outcome.Equivocation, AssertAgreed(cluster)[4]);
    }

    [Fact]
    public void Two_statements_of_one_round_both_support()
    {
        // (3,1): the sender signs two first statements, one for each; each node relays the other's value with the support it saw.
        Roster roster = TestRoster.Of(3, 1);
        var cluster = new Cluster(roster, traitors: [2]);
        var sender = new Traitor(roster, 2);
        cluster.Deliver(0, sender.Frame(sender.Vote(0, Traitor.Entry(2, "a")), [], Traitor.Value("a")), TestRoster.At(0, 1));
        cluster.Deliver(1, sender.Frame(sender.Vote(0, Traitor.Entry(2, "b")), [], Traitor.Value("b")), TestRoster.At(0, 1));
        cluster.RunSlots(0, 0);
        Assert.Equal(Outcome.Equivocation, AssertAgreed(cluster)[2]);
        Assert.All(cluster.Honest, node => Assert.Contains(node.Evidence, evidence => evidence.Kind == EvidenceKind.DoubleVote));
    }

    [Fact]
    public void A_payload_that_its_signer_withholds_is_never_signed_and_never_decided_by_one_alone()
    {
        (Cluster cluster, Traitor helper, Traitor sender) = FiveNodes();
        Frame bare = helper.Frame(helper.Relay(0, 1, B), [sender.Send(0, "b")]);
        foreach (int peer in new[] { 0, 1, 2 }) cluster.Deliver(peer, bare, TestRoster.At(0, 0.5));
        cluster.RunSlots(0, 0);
        Assert.Equal(Outcome.Of(A.Value), AssertAgreed(cluster)[4]);
        Assert.All(cluster.Honest, node => Assert.DoesNotContain(node.SignedStatements, statement => statement.Lists(4, B.Value)));
    }

    [Fact]
    public void A_withheld_payload_that_is_shown_to_one_in_time_reaches_all()
    {
        (Cluster cluster, Traitor helper, Traitor sender) = FiveNodes();
        Frame bare = helper.Frame(helper.Relay(0, 1, B), [sender.Send(0, "b")]);
        foreach (int peer in new[] { 0, 1, 2 }) cluster.Deliver(peer, bare, TestRoster.At(0, 0.5));
        cluster.Deliver(2, SignedByTwo(helper, sender), TestRoster.At(0, 2));
        cluster.RunSlots(0, 0);
        Assert.Equal(Outcome.Equivocation, AssertAgreed(cluster)[4]);
    }

    [Fact]
    public void A_vote_shown_to_one_node_makes_a_certificate_for_all()
    {
        // Nobody equivocates; the traitor shows its VOTE to node 0 alone, at the last moment.
        Roster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster, traitors: [3]);
        var traitor = new Traitor(roster, 3);
        Payload value = Traitor.Value("v");
        foreach (int peer in new[] { 0, 1, 2 }) cluster.Deliver(peer, traitor.Frame(traitor.Send(0, "v"), [], value), TestRoster.At(0).Plus(1_000));
        Statement vote = traitor.Vote(0, [.. Enumerable.Range(0, 3).Select(i => new StatementEntry(i, Hash256.Of(Cluster.PayloadOf(i, 0).Span))), new StatementEntry(3, value.Value)]);
        cluster.Deliver(0, traitor.Frame(vote, []), TestRoster.At(0, 1));
        cluster.OpenAll(0);
        cluster.RunUntil(TestRoster.At(0, 1).Plus(1));
        Assert.True(cluster.Nodes[0].HasDecided(0));
        Assert.False(cluster.Nodes[1].HasDecided(0));
        cluster.RunUntil(TestRoster.At(0, 1.5));
        Assert.All(cluster.Honest, node => Assert.True(node.HasDecided(0)));
        AssertAgreed(cluster);
    }

    [Fact]
    public void A_certificate_shown_one_round_later_needs_one_CERT_signature_and_then_reaches_all()
    {
        // docs/agreement-rules.md, section 2, trace (3,1): A and B vote a; b reaches B in round 1, A by relay; then vote and CERT reach B alone.
        Roster roster = TestRoster.Of(3, 1);
        var cluster = new Cluster(roster, traitors: [2]);
        var traitor = new Traitor(roster, 2);
        foreach (int peer in new[] { 0, 1 }) cluster.Deliver(peer, traitor.Frame(traitor.Send(0, "a"), [], Traitor.Value("a")), TestRoster.At(0).Plus(1_000));
        cluster.Deliver(1, traitor.Frame(traitor.Send(0, "b"), [], Traitor.Value("b")), TestRoster.At(0, 1));
        Statement vote = traitor.Vote(0, [.. Enumerable.Range(0, 2).Select(i => new StatementEntry(i, Hash256.Of(Cluster.PayloadOf(i, 0).Span))), Traitor.Entry(2, "a")]);
        cluster.Deliver(1, traitor.Frame(traitor.Cert(0, Traitor.Entry(2, "a")), [vote]), TestRoster.At(0, 2));
        cluster.RunSlots(0, 0);
        Assert.Equal(Outcome.Of(Traitor.Value("a").Value), AssertAgreed(cluster)[2]);
    }

    [Fact]
    public void Ten_thousand_junk_statements_a_round_cost_memory_by_author_limits_only()
    {
        (Cluster cluster, Traitor helper, Traitor sender) = FiveNodes();
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 10_000; i++)
            {
                string junk = $"junk {round} {i}";
                Frame frame = helper.Frame(helper.Relay(0, 1, Traitor.Entry(4, junk)), [sender.Send(0, junk)], Traitor.Value(junk));
                cluster.Deliver(i % 3, frame, TestRoster.At(0, round + 0.5));
            }
        }

        cluster.RunSlots(0, 0);
        Assert.Equal(Outcome.Equivocation, AssertAgreed(cluster)[4]);
        foreach (NodeLog node in cluster.Honest)
        {
            Assert.True(node.SignedStatements.Count() < 10);
            Assert.True(node.Sent((node.Index + 1) % 3).Sum(frame => frame.Bytes.Length) < 20_000);
        }
    }

    [Fact]
    public void A_frame_processed_after_its_round_was_closed_silences_its_receiver_and_nobody_else()
    {
        Roster roster = TestRoster.Of(5, 2);
        var cluster = new Cluster(roster, traitors: [4]);
        var traitor = new Traitor(roster, 4);
        cluster.OpenAll(0);

        // Stamped in round 1, processed in round 2: the host of node 0 broke the close barrier.
        Frame frame = traitor.Frame(traitor.Send(0, "b"), [], Traitor.Value("b"));
        cluster.Schedule(0, new AgreementEvent.FrameArrived(new Verified<Frame>(frame), TestRoster.At(0, 0.9)), TestRoster.At(0, 1.5), 1);
        cluster.RunUntil(TestRoster.At(0, 1.5));
        int before = cluster.Nodes[0].Effects.OfType<AgreementEffect.SendFrame>().Count();
        cluster.RunUntil(TestRoster.At(1).Plus(-TestRoster.GuardUs));
        Assert.Equal(before, cluster.Nodes[0].Effects.OfType<AgreementEffect.SendFrame>().Count());
        Assert.Contains("after its round was closed", cluster.Nodes[0].Decided(0).Abstained, StringComparison.Ordinal);
        foreach (int other in new[] { 1, 2, 3 })
        {
            Assert.Null(cluster.Nodes[other].Decided(0).Abstained);
            Assert.Equal(Outcome.Silent, cluster.Nodes[other].Outcomes(0)[4]);
        }
    }

    [Fact]
    public void A_round_closed_too_late_silences_the_node_for_the_slot_only()
    {
        Roster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster, traitors: [3])
        {
            Gate = (node, effect) => !(node == 0 && effect is AgreementEffect.WakeAt wake && wake.Time <= TestRoster.At(0, 1)),
        };
        cluster.OpenAll(0);
        cluster.Schedule(0, new AgreementEvent.TimeReached(), TestRoster.At(0, 1.3), 2);
        cluster.RunUntil(TestRoster.At(1).Plus(-TestRoster.GuardUs));
        Assert.Contains("closed too late", cluster.Nodes[0].Decided(0).Abstained, StringComparison.Ordinal);
        cluster.RunSlots(1, 1);
        Assert.Null(cluster.Nodes[0].Decided(1).Abstained);
    }

    [Fact]
    public void A_node_whose_clock_is_in_doubt_relays_and_vouches_for_nothing()
    {
        Roster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster);
        cluster.Step(2, new AgreementEvent.ClockJudged(ClockStatus.InDoubt));
        cluster.RunSlots(0, 0);
        Assert.Equal("the clock was in doubt", cluster.Nodes[2].Decided(0).Abstained);
        Assert.Contains(cluster.Nodes[2].SignedStatements, statement => statement.Kind == StatementKind.Vote);

        // Three DECIDEs are a quorum: it adopts them for good and signs them.
        Assert.True(cluster.Nodes[2].Effects.OfType<AgreementEffect.Adopted>().Any());
        Assert.Equal(4, cluster.Nodes[0].Certificate(0)!.Strength);
        cluster.Step(2, new AgreementEvent.ClockJudged(ClockStatus.Good));
        cluster.RunSlots(1, 1);
        Assert.Null(cluster.Nodes[2].Decided(1).Abstained);
    }

    [Fact]
    public void A_node_that_hears_too_few_abstains_and_adopts_what_a_quorum_signed()
    {
        // n = 4, f = 1, m = 3: node 3 hears nobody from round 1 on, until the slot is over.
        Roster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster) { Link = (_, to, _, sent) => to == 3 && sent < TestRoster.At(0, 2.2) ? null : 1_000 };
        cluster.RunSlots(0, 1);
        Assert.Contains("heard on time", cluster.Nodes[3].Decided(0).Abstained, StringComparison.Ordinal);
        AgreementEffect.Adopted adopted = Assert.Single(cluster.Nodes[3].Effects.OfType<AgreementEffect.Adopted>(), adopted => adopted.Slot == 0);
        Assert.Equal(cluster.Nodes[0].Outcomes(0).ToArray(), adopted.Outcomes.ToArray());
        Assert.Equal([0, 1, 2], adopted.Missing);
        Assert.NotNull(cluster.Nodes[3].Certificate(0));
    }

    [Fact]
    public void Statements_before_the_guard_and_of_forgotten_slots_are_counted_and_left_aside()
    {
        Roster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster, traitors: [3]);
        var traitor = new Traitor(roster, 3);
        cluster.Deliver(0, traitor.Frame(traitor.Send(1, "x"), [], Traitor.Value("x")), TestRoster.At(1).Plus(-TestRoster.GuardUs - 1));
        cluster.Deliver(0, traitor.Frame(traitor.Send(long.MaxValue, "x"), [], Traitor.Value("x")), TestRoster.At(1));
        cluster.RunSlots(0, 19);
        cluster.Deliver(0, traitor.Frame(traitor.Send(2, "x"), [], Traitor.Value("x")), TestRoster.At(19, 9.5));
        cluster.RunUntil(TestRoster.At(20));
        Assert.Equal((2, 1), ((int)cluster.Nodes[0].Machine!.Counters.TooEarly, (int)cluster.Nodes[0].Machine!.Counters.TooOld));
        Assert.Equal(Outcome.Silent, cluster.Nodes[0].Outcomes(1)[3]);
    }

    [Fact]
    public void A_foreign_statement_with_this_nodes_signature_stops_it()
    {
        Roster roster = TestRoster.Of(5, 2);
        var cluster = new Cluster(roster, traitors: [3]);
        Traitor clone = new(roster, 0), traitor = new(roster, 3);
        cluster.Deliver(0, traitor.Frame(traitor.Relay(0, 1, Traitor.Entry(0, "not mine")), [clone.Send(0, "not mine")]), TestRoster.At(0, 0.5));
        cluster.RunSlots(0, 1);
        Assert.Contains("key is in other hands", cluster.Nodes[0].Machine!.StopReason, StringComparison.Ordinal);
        Assert.Single(cluster.Nodes[0].Effects.OfType<AgreementEffect.Stopped>());
        Assert.DoesNotContain(cluster.Nodes[0].SignedStatements, statement => statement.Slot == 1);
        Assert.NotNull(cluster.Nodes[0].Decided(1).Abstained);
        Assert.Null(cluster.Nodes[1].Decided(1).Abstained);
    }

    [Fact]
    public void A_third_party_that_wraps_an_honest_statement_in_its_own_frames_uses_up_nothing()
    {
        // Node 1's relay of b is shown to node 2 bare, by somebody else, before node 1's own frame arrives.
        (Cluster cluster, Traitor helper, Traitor sender) = FiveNodes();
        cluster.Deliver(0, SignedByTwo(helper, sender), TestRoster.At(0, 1.5));
        Traitor victim = new(cluster.Roster, 0);
        cluster.Deliver(1, victim.Frame(victim.Relay(0, 2, B), []), TestRoster.At(0, 2).Plus(100));
        cluster.RunSlots(0, 0);
        Assert.Equal(Outcome.Equivocation, AssertAgreed(cluster)[4]);
    }
}
