using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Agreement.Tests;

/// <summary>From one roster to the next at a stated slot: each slot is signed under one roster, by one incarnation, and the old one is refused after.</summary>
public sealed class RosterRotationTests
{
    private const long FirstOfNext = 10;
    private static readonly Ed25519Signer Authority = Ed25519Signer.FromSeed([.. Enumerable.Repeat((byte)9, 32)]);
    private static readonly Roster Old = TestRoster.Of(4, 1, real: true);
    private static readonly Roster Next = TestRoster.Of(5, 2, real: true, epoch: 1);

    private static RosterSchedule Decided()
    {
        var schedule = new RosterSchedule(SignedRoster.Sign(Old, Authority), Authority.PublicKey);
        (RosterSchedule after, RosterChangeRefusal refusal) = schedule.Apply(5, new RosterChange(SignedRoster.Sign(Next, Authority), FirstOfNext));
        Assert.Equal(RosterChangeRefusal.None, refusal);
        return after;
    }

    [Fact]
    public void A_cluster_goes_on_under_the_next_roster_without_a_slot_in_between()
    {
        RosterSchedule schedule = Decided();
        var before = new Cluster(Old, real: true);
        before.RunSlots(0, 5);
        foreach (NodeLog node in before.Nodes) before.Step(node.Index, new AgreementEvent.RosterEnds(schedule.RangeAt(5).Last));
        before.RunSlots(6, FirstOfNext - 1);

        var after = new Cluster(Next, real: true) { Slots = schedule.RangeAt(FirstOfNext) };
        foreach (NodeLog node in before.Nodes) after.Restart(node.Index, node.Machine!.Successor());
        after.RunSlots(FirstOfNext, FirstOfNext + 3);
        for (long slot = 0; slot < FirstOfNext + 4; slot++)
        {
            Cluster cluster = slot < FirstOfNext ? before : after;
            Assert.All(cluster.Nodes, node => Assert.Null(node.Decided(slot).Abstained));
            Assert.All(cluster.Nodes, node => Assert.Equal(cluster.Nodes.Length, node.Certificate(slot)!.Strength));
        }

        // Each of its signatures was written ahead under the lease: none in a slot of the other roster.
        Assert.All(before.Nodes, node => Assert.All(node.SignedStatements, statement => Assert.True(statement.Slot < FirstOfNext)));
        Assert.All(after.Nodes, node => Assert.All(node.SignedStatements, statement => Assert.True(statement.Slot >= FirstOfNext)));
        Assert.All(after.Nodes, node => Assert.True(node.DurableLease >= FirstOfNext + 3));
    }

    [Fact]
    public void After_its_last_slot_the_old_roster_opens_and_takes_nothing()
    {
        var cluster = new Cluster(TestRoster.Of(4, 1), traitors: [3]);
        cluster.RunSlots(0, 5);
        AgreementMachine machine = cluster.Nodes[0].Machine!;
        cluster.Step(0, new AgreementEvent.RosterEnds(FirstOfNext - 1));
        cluster.RunSlots(6, FirstOfNext - 1);
        Assert.Null(cluster.Nodes[0].Decided(FirstOfNext - 1).Abstained);
        var traitor = new Traitor(cluster.Roster, 3);
        cluster.Deliver(0, traitor.Frame(traitor.Send(FirstOfNext, "x"), [], Traitor.Value("x")), TestRoster.At(FirstOfNext, 0.5));
        cluster.RunUntil(TestRoster.At(FirstOfNext, 1));
        Assert.Equal(1, machine.Counters.TooEarly);
        Assert.Throws<ArgumentException>(() => machine.Step(new AgreementEvent.SlotOpened(FirstOfNext, default), TestRoster.At(FirstOfNext, 1), []));
        Assert.Throws<ArgumentException>(() => machine.Step(new AgreementEvent.RosterEnds(FirstOfNext), TestRoster.At(FirstOfNext, 1), []));
        Assert.Throws<ArgumentException>(() => machine.Step(new AgreementEvent.RosterEnds(FirstOfNext - 2), TestRoster.At(FirstOfNext, 1), []));
    }

    [Fact]
    public void Before_its_first_slot_the_next_roster_opens_and_takes_nothing()
    {
        Roster next = TestRoster.Of(5, 2, epoch: 1);
        var machine = new AgreementMachine(next, 0, TestRoster.SignerOf(0, real: false), RestartState.Fresh(TestRoster.At(3)), new SlotRange(FirstOfNext, long.MaxValue));
        Assert.Throws<ArgumentException>(() => machine.Step(new AgreementEvent.SlotOpened(FirstOfNext - 1, default), TestRoster.At(FirstOfNext - 1), []));
        var traitor = new Traitor(next, 3);
        machine.Step(new AgreementEvent.FrameArrived(new Verified<Frame>(traitor.Frame(traitor.Send(FirstOfNext - 1, "x"), [])), TestRoster.At(FirstOfNext - 1)), TestRoster.At(FirstOfNext - 1), []);
        Assert.Equal(1, machine.Counters.TooOld);
    }

    [Fact]
    public void The_verifier_of_each_roster_refuses_the_slots_and_the_signatures_of_the_other()
    {
        RosterSchedule schedule = Decided();
        var old = new FrameVerifier(new StatementVerifier(Old));
        var next = new FrameVerifier(new StatementVerifier(Next), schedule.RangeAt(FirstOfNext));
        Traitor before = new(Old, 1, real: true), after = new(Next, 1, real: true);
        Assert.Equal(FrameRefusal.None, Verify(old, before, FirstOfNext));
        old.EndAfter(schedule.RangeAt(0).Last);
        Assert.Equal(FrameRefusal.OutsideWindow, Verify(old, before, FirstOfNext));
        Assert.Equal(FrameRefusal.None, Verify(old, before, FirstOfNext - 1));
        Assert.Equal(FrameRefusal.OutsideWindow, Verify(next, after, FirstOfNext - 1));
        Assert.Equal(FrameRefusal.None, Verify(next, after, FirstOfNext));
        Assert.Equal(FrameRefusal.BadSignature, Verify(next, before, FirstOfNext));
        Assert.Equal(FrameRefusal.BadSignature, Verify(old, after, FirstOfNext - 1));
    }

    [Fact]
    public void A_successor_needs_an_end_and_a_node_that_may_still_sign()
    {
        var cluster = new Cluster(TestRoster.Of(5, 2), traitors: [3]);
        cluster.RunSlots(0, 0);
        AgreementMachine machine = cluster.Nodes[0].Machine!;
        Assert.Throws<InvalidOperationException>(machine.Successor);
        cluster.Step(0, new AgreementEvent.RosterEnds(4));
        RestartState successor = machine.Successor();
        Assert.Equal(4, successor.LeasedUpTo);

        // The lease of 32 slots reaches beyond the end; the same incarnation may sign there, a later one may not.
        Assert.True(cluster.Nodes[0].DurableLease > 4);
        Traitor clone = new(cluster.Roster, 0), traitor = new(cluster.Roster, 3);
        cluster.Deliver(0, traitor.Frame(traitor.Relay(1, 1, Traitor.Entry(0, "not mine")), [clone.Send(1, "not mine")]), TestRoster.At(1, 0.5));
        cluster.RunUntil(TestRoster.At(1, 1));
        Assert.Throws<InvalidOperationException>(machine.Successor);
    }

    [Fact]
    public void What_an_earlier_incarnation_leased_beyond_the_end_stays_silent_under_the_next_roster()
    {
        // It signed up to slot 500 under the next roster, ended, and its clock came back in slot 5.
        var cluster = new Cluster(Old, real: true);
        cluster.Restart(0, new RestartState(532, TestRoster.At(5)));
        cluster.Step(0, new AgreementEvent.RosterEnds(FirstOfNext - 1));
        RestartState successor = cluster.Nodes[0].Machine!.Successor();
        Assert.Equal(532, successor.LeasedUpTo);

        var after = new Cluster(Next, real: true) { Slots = new SlotRange(FirstOfNext, long.MaxValue) };
        after.Restart(0, successor);
        after.RunSlots(FirstOfNext, FirstOfNext + 1);
        Assert.Empty(after.Nodes[0].SignedStatements);
    }

    private static FrameRefusal Verify(FrameVerifier verifier, Traitor author, long slot) =>
        verifier.Verify(author.Node, author.Frame(author.Send(slot, "v"), [], Traitor.Value("v")).Bytes.ToArray(), TestRoster.At(slot, 0.5), out _);
}
