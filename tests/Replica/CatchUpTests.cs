using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Peers;
using C3Fusion.Replica.Tests.Harness;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Tests;

/// <summary>Nodes that were away, cut off or started late come back to the same picture, and nothing that a peer makes up misleads them.</summary>
public sealed class CatchUpTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_restarted_node_catches_up_and_votes_again(bool withJournal)
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1)).AddAll();
        cluster.RunTo(TestRoster.Start.Plus(8_300_000));
        ClusterNode before = cluster.Nodes[1];
        ClusterNode after = cluster.Restart(1, withJournal);
        Assert.Equal(withJournal ? before.Machine.AppliedSlot : -1, after.Machine.AppliedSlot);
        Assert.Equal(withJournal ? before.Machine.PictureHash : after.Machine.PictureHash, after.Machine.PictureHash);
        cluster.RunTo(60);
        ClusterNode[] nodes = [.. cluster.Nodes];
        Cluster.AssertEqualPictures(withJournal ? 9 : 0, 59, nodes);
        Assert.Equal(!withJournal, after.AlarmHistory.Exists(alarm => alarm.Kind == AlarmKind.CatchingUp));
        Assert.DoesNotContain((AlarmKind.CatchingUp, ""), after.Alarms);

        // The lease of the first incarnation covers up to 32 slots: then it signs again.
        Assert.Equal(4, cluster.Nodes[0].Decisions[58].Strength);
    }

    [Fact]
    public void Nothing_that_a_restarted_node_applies_contradicts_what_it_applied_before()
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1)).AddAll();
        cluster.RunTo(6);
        ClusterNode before = cluster.Nodes[0];
        ClusterNode after = cluster.Restart(0, withJournal: false);
        cluster.RunTo(14);
        foreach ((long slot, Hash256 state) in before.States) Assert.Equal(state, after.States[slot]);
    }

    [Fact]
    public void A_node_that_was_cut_off_abstains_and_catches_up()
    {
        var cluster = new Cluster(TestRoster.Of(4, 1));
        cluster.Delay = (from, to, now) =>
            cluster.Roster.Roster.Timing.SlotAt(now) is >= 4 and < 9 && (from == 2 || to == 2) ? null : 5_000;
        cluster.AddAll().RunTo(9);
        Assert.InRange(cluster.Nodes[2].Machine.AppliedSlot, 2, 4);
        Assert.Contains(cluster.Nodes[2].Decisions.Values, decision => decision.Basis == DecisionBasis.Abstained);
        cluster.RunTo(14);
        Cluster.AssertEqualPictures(0, 13, [.. cluster.Nodes]);
    }

    [Fact]
    public void Nodes_that_start_one_after_another_agree_from_the_first_slot_that_enough_of_them_share()
    {
        var cluster = new Cluster(TestRoster.Of(4, 1));
        for (int self = 0; self < 4; self++)
        {
            cluster.Add(self);
            cluster.RunTo(3 + (2 * self));
        }

        cluster.RunTo(20);
        ClusterNode[] nodes = [.. cluster.Nodes];
        long first = nodes.Max(node => node.States.Keys.First());
        Assert.InRange(first, 4, 8);
        Cluster.AssertEqualPictures(first, 19, nodes);
    }

    [Fact]
    public void A_total_outage_ends_and_the_nodes_go_on_together()
    {
        var cluster = new Cluster(TestRoster.Of(4, 1));
        cluster.Delay = (_, _, now) => cluster.Roster.Roster.Timing.SlotAt(now) is >= 5 and < 9 ? null : 5_000;
        cluster.AddAll().RunTo(20);
        ClusterNode[] nodes = [.. cluster.Nodes];
        Cluster.AssertEqualPictures(0, 4, nodes);
        Cluster.AssertEqualPictures(11, 19, nodes);
        Assert.DoesNotContain(5L, nodes[0].States.Keys);
    }

    [Fact]
    public void A_slot_that_only_one_node_saw_certified_is_undone_when_the_others_went_on_without_it()
    {
        TestRoster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster);
        cluster.Delay = (_, _, now) => roster.Roster.Timing.SlotAt(now) is >= 5 and < 9 ? null : 5_000;
        cluster.AddAll().RunTo(7);
        ClusterNode victim = cluster.Nodes[2];
        ImmutableArray<Outcome> silent = [.. Enumerable.Repeat(Outcome.Silent, 4)];
        foreach (int author in new[] { 0, 1, 3 })
            cluster.Inject(author, victim, PeerMessageBytes.WriteFrame(FrameBytes.Write(new Frame(author, 5, Decides.Sign(roster, author, 5, silent), [], [], 0))));
        Assert.Equal(5, victim.Machine.AppliedSlot);
        cluster.RunTo(20);
        ClusterNode[] nodes = [.. cluster.Nodes];
        Cluster.AssertEqualPictures(0, 4, nodes);
        Cluster.AssertEqualPictures(11, 19, nodes);
        Assert.All(nodes, node => Assert.DoesNotContain(5L, node.States.Keys));
        Assert.Equal(5, Assert.Single(victim.All.OfType<ReplicaEffect.RolledBack>()).FromSlot);
    }

    [Fact]
    public void A_node_that_alone_decided_a_slot_gives_it_up_and_all_go_on_together()
    {
        // Node-4 is silent throughout. In slot 6 everything that nodes 1 and 2 hear is lost and node-3 hears all:
        // it alone decides, and its DECIDE reaches nobody.
        TestRoster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster);
        cluster.Delay = (_, to, now) => roster.Roster.Timing.SlotAt(now) == 6 && to != 2 ? null : 5_000;
        cluster.AddHonest(3).RunTo(7);
        Assert.True(cluster.Nodes[2].States.ContainsKey(6), "node-3 decided slot 6");
        Assert.False(cluster.Nodes[0].States.ContainsKey(6), "node-1 abstained");
        cluster.RunTo(20);
        ClusterNode[] nodes = [.. cluster.Nodes];
        Cluster.AssertEqualPictures(0, 5, nodes);
        Cluster.AssertEqualPictures(12, 19, nodes);
        Assert.All(nodes, node => Assert.Equal(DecisionBasis.FinalSync, node.Decisions[18].Basis));
    }

    [Fact]
    public void A_node_far_behind_gets_its_slots_in_several_answers()
    {
        var limits = new ReplicaLimits(AnswerBytes: 6_000, AnswersPerSlotAndPeer: 64);
        var cluster = new Cluster(TestRoster.Of(4, 1));
        for (int self = 0; self < 4; self++) cluster.Add(self, limits: limits);
        cluster.RunTo(TestRoster.Start.Plus(25_300_000));
        ClusterNode after = cluster.Restart(3, withJournal: false, limits);
        cluster.RunTo(32);
        Cluster.AssertEqualPictures(0, 31, [.. cluster.Nodes]);
        Assert.True(after.Machine.Counters.SlotsCaughtUp >= 24);
    }

    [Fact]
    public void A_peer_whose_answer_brings_nothing_is_asked_again_last()
    {
        TestRoster roster = TestRoster.Of(4, 1);
        var questions = new CatchUp(roster.Roster, self: 1);
        var asked = new List<int>();
        for (int i = 0; i < 6; i++)
        {
            int peer = questions.Ask(5, TestRoster.Start.Plus(i));
            asked.Add(peer);
            Assert.True(questions.Accept(peer));
            questions.PassOver(peer);
        }

        Assert.Equal([2, 3, 0, 2, 3, 0], asked);
        int useful = questions.Ask(5, TestRoster.Start.Plus(9));
        Assert.True(questions.Accept(useful));
        Assert.Equal(useful, questions.Ask(6, TestRoster.Start.Plus(10)));
    }

    [Fact]
    public void Answers_that_were_not_asked_for_are_refused()
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1)).AddAll();
        cluster.RunTo(5);
        TestRoster roster = cluster.Roster;
        ImmutableArray<Outcome> silent = [.. Enumerable.Repeat(Outcome.Silent, 4)];
        ImmutableArray<Statement> decides = Decides.Of(roster, 5, silent, 1, 3);
        byte[] answer = PeerMessageBytes.Write(new PeerMessage.CatchUpAnswer([new ProvenSlot(5, decides, [])]));
        cluster.Inject(3, cluster.Nodes[0], answer);
        Assert.Empty(cluster.Nodes[0].Refused);
        Assert.Equal(1, cluster.Nodes[0].Machine.Counters.AnswersRefused);
        cluster.RunTo(8);
        Cluster.AssertEqualPictures(0, 7, [.. cluster.Nodes]);
    }

    [Fact]
    public void An_answer_counts_by_its_signatures_alone()
    {
        TestRoster roster = TestRoster.Of(4, 1);
        var verifier = new PeerMessageVerifier(roster.Roster, new VerifiedScans());
        byte[] payload = [1, 2, 3];
        ImmutableArray<Outcome> outcomes = [Outcome.Of(Hash256.Of(payload)), Outcome.Silent, Outcome.Silent, Outcome.Equivocation];
        ImmutableArray<Statement> good = Decides.Of(roster, 7, outcomes, 0, 2);
        Assert.Equal(PeerRefusal.None, Verify(good, payload));
        Assert.Equal(PeerRefusal.NoProof, Verify([good[0]], payload));
        Assert.Equal(PeerRefusal.Malformed, Verify([good[0], good[0]], payload));
        Assert.Equal(PeerRefusal.BadSignature, Verify([good[0], good[1] with { Author = 3 }], payload));
        Assert.Equal(PeerRefusal.BadSignature, Verify([good[0], good[1] with { Slot = 7, StateHash = Hash256.Of([1]) }], payload));
        Assert.Equal(PeerRefusal.Malformed, Verify(good, [1, 2, 4]));

        PeerRefusal Verify(ImmutableArray<Statement> decides, byte[] carried) => verifier.Verify(
            1,
            PeerMessageBytes.Write(new PeerMessage.CatchUpAnswer([new ProvenSlot(7, decides, [carried])])),
            TestRoster.Start,
            out _);
    }

    [Fact]
    public void Requests_have_a_quota()
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1)).AddAll();
        cluster.RunTo(4);
        byte[] request = PeerMessageBytes.Write(new PeerMessage.CatchUpRequest(0, []));
        int answers = 0;
        for (int i = 0; i < 50; i++)
        {
            IReadOnlyList<ReplicaEffect> effects = cluster.Nodes[0].Receive(3, request, cluster.Now);
            answers += effects.OfType<ReplicaEffect.SendToPeer>().Count(send => send.Bytes.Span[0] == (byte)PeerChannel.CatchUpAnswer);
        }

        Assert.Equal(8, answers);
        Assert.Equal(42, cluster.Nodes[0].Machine.Counters.RequestsUnanswered);
    }
}
