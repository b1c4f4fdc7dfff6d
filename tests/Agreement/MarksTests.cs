using System.Collections.Immutable;
using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Agreement.Tests;

/// <summary>DECIDEs: quorum certificates, PLAIN, adoption, roll-back, alarms (docs/agreement-rules.md, sections 4 and 5).</summary>
public sealed class MarksTests
{
    private static ImmutableArray<Outcome> Silence(int n) => [.. Enumerable.Repeat(Outcome.Silent, n)];

    [Theory]
    [InlineData(3, 1, 3)]
    [InlineData(4, 1, 3)]
    [InlineData(4, 2, 4)]
    [InlineData(5, 1, 4)]
    [InlineData(5, 2, 4)]
    [InlineData(6, 2, 5)]
    [InlineData(7, 2, 5)]
    [InlineData(7, 3, 6)]
    public void The_quorum_is_that_of_the_table(int n, int f, int m) => Assert.Equal(m, TestRoster.Of(n, f).CertificateQuorum);

    [Fact]
    public void The_counter_example_without_a_traitor_is_never_final()
    {
        // (4,1): frames are lost so that {2, 3} are cut from the sender 0 and from 1 in round 1: PLAIN would certify both outcomes.
        Roster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster) { Link = (from, to, _, _) => (from < 2) == (to < 2) ? 1_000 : null };
        cluster.RunSlots(0, 0);
        Assert.NotEqual(cluster.Nodes[0].Outcomes(0).ToArray(), cluster.Nodes[3].Outcomes(0).ToArray());
        Assert.All(cluster.Nodes, node => Assert.NotEqual(FinalityKind.FinalSync, node.Machine!.FinalityOf(0).Kind));
        Assert.All(cluster.Nodes, node => Assert.NotNull(node.Decided(0).Abstained));
    }

    [Fact]
    public void An_abstainer_adopts_f_plus_1_equal_DECIDEs_provisionally_and_a_quorum_for_good()
    {
        (AgreementMachine machine, Traitor[] others, List<AgreementEffect> effects) = Abstainer();
        ImmutableArray<Outcome> outcomes = Silence(4);
        Arrive(machine, others[0], outcomes, effects);
        Assert.DoesNotContain(effects, effect => effect is AgreementEffect.Adopted);
        Arrive(machine, others[1], outcomes, effects);
        Assert.False(Assert.Single(effects.OfType<AgreementEffect.Adopted>()).Final);
        Assert.Equal(FinalityKind.FinalSync, machine.FinalityOf(0).Kind);

        // Its own DECIDE is the third: m = 3.
        Assert.Equal(3, Assert.Single(effects.OfType<AgreementEffect.Certified>()).Certificate.Strength);
        Assert.Contains(effects.OfType<AgreementEffect.SendFrame>(), send => send.Frame.Own.Kind == StatementKind.Decide && send.Frame.Own.Outcomes.SequenceEqual(outcomes));
    }

    [Fact]
    public void Two_conflicting_PLAIN_raise_the_alarm_and_nothing_is_adopted()
    {
        Roster roster = TestRoster.Of(6, 1);
        var machine = new AgreementMachine(roster, 0, TestRoster.SignerOf(0, real: false), RestartState.Fresh(TestRoster.At(-1)));
        var effects = RunAlone(machine);
        Traitor[] others = [.. Enumerable.Range(1, 5).Select(node => new Traitor(roster, node))];
        ImmutableArray<Outcome> one = Silence(6), two = [.. Enumerable.Repeat(Outcome.Equivocation, 6)];
        Arrive(machine, others[0], one, effects);
        Arrive(machine, others[1], two, effects);
        Arrive(machine, others[2], two, effects);
        int adopted = effects.OfType<AgreementEffect.Adopted>().Count();
        Arrive(machine, others[3], one, effects);
        Assert.Single(effects.OfType<AgreementEffect.SafetyAlarm>());
        Assert.Equal(adopted, effects.OfType<AgreementEffect.Adopted>().Count());
    }

    [Fact]
    public void A_quorum_against_what_was_signed_rolls_back_alarms_and_stops()
    {
        Roster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster);
        cluster.RunSlots(0, 0);
        NodeLog node = cluster.Nodes[0];
        ImmutableArray<Outcome> other = Silence(4);
        foreach (int author in new[] { 1, 2, 3 })
        {
            var traitor = new Traitor(roster, author);
            cluster.Deliver(0, traitor.Frame(traitor.Decide(0, 1, other), []), TestRoster.At(0, 5));
        }

        cluster.RunUntil(TestRoster.At(0, 6));
        Assert.Contains(node.Evidence, evidence => evidence.Kind == EvidenceKind.DoubleDecide);

        // Its own vector has a stronger quorum here (all four signed it first): more than f betray, and it says so, though the lesser alarm came first.
        Assert.Collection(
            node.Alarms,
            alarm => Assert.StartsWith("two outcomes of one broadcast have f+1", alarm.Detail, StringComparison.Ordinal),
            alarm => Assert.StartsWith("two quorum certificates contradict", alarm.Detail, StringComparison.Ordinal));

        // Without that quorum it rolls back.
        (AgreementMachine machine, Traitor[] others, List<AgreementEffect> effects) = Decided();
        foreach (Traitor traitor in others) Arrive(machine, traitor, other, effects);
        Assert.Equal(other.ToArray(), Assert.Single(effects.OfType<AgreementEffect.RolledBack>()).Outcomes.ToArray());
        Assert.Single(effects.OfType<AgreementEffect.SafetyAlarm>());
        Assert.Single(effects.OfType<AgreementEffect.Stopped>());
        effects.Clear();
        machine.Step(new AgreementEvent.SlotOpened(1, default), TestRoster.At(1), effects);
        Assert.DoesNotContain(effects, effect => effect is AgreementEffect.SendFrame);
    }

    [Fact]
    public void A_quorum_known_before_the_own_decision_is_never_signed_against()
    {
        Roster roster = TestRoster.Of(4, 1);
        var machine = new AgreementMachine(roster, 0, TestRoster.SignerOf(0, real: false), RestartState.Fresh(TestRoster.At(-1)));
        var effects = new List<AgreementEffect>();
        machine.Step(new AgreementEvent.SlotOpened(0, default), TestRoster.At(0), effects);
        machine.Step(new AgreementEvent.LeasePersisted(Limits.LeaseSlots), TestRoster.At(0), effects);
        ImmutableArray<Outcome> quorum = [.. Enumerable.Repeat(Outcome.Equivocation, 4)];
        Hear(machine, roster, effects);
        foreach (int author in new[] { 1, 2, 3 }) Arrive(machine, new Traitor(roster, author), quorum, effects, TestRoster.At(0, 1.5));
        machine.Step(new AgreementEvent.TimeReached(), TestRoster.At(0, 2), effects);
        Assert.Equal("a quorum certificate says otherwise", Assert.Single(effects.OfType<AgreementEffect.Decided>()).Abstained);
        Assert.True(Assert.Single(effects.OfType<AgreementEffect.Adopted>()).Final);
        Assert.Null(machine.StopReason);
    }

    [Fact]
    public void A_state_hash_in_the_DECIDE_is_that_of_the_slot_before_and_never_delays_finality()
    {
        Roster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster);
        cluster.RunSlots(0, 0);
        Hash256 state = Hash256.Of("picture"u8);
        foreach (int node in new[] { 0, 1, 3 }) cluster.Step(node, new AgreementEvent.StateApplied(0, state));
        cluster.RunSlots(1, 1);
        DecisionCertificate certificate = cluster.Nodes[2].Certificate(1)!;
        Assert.Equal(4, certificate.Strength);
        Assert.Equal([state, state, default, state], certificate.Decides.Select(decide => decide.StateHash));
        Assert.Equal(state, certificate.StateHash(roster));
    }

    [Fact]
    public void A_certificate_that_came_by_catch_up_is_taken_like_one_from_frames()
    {
        Roster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster) { Link = (_, to, _, sent) => to == 3 && sent < TestRoster.At(1) ? null : 1_000 };
        cluster.RunSlots(0, 0);
        Assert.Null(cluster.Nodes[3].Certificate(0));
        cluster.Step(3, new AgreementEvent.CertificateLearned(new Verified<DecisionCertificate>(cluster.Nodes[0].Certificate(0)!)));
        Assert.True(Assert.Single(cluster.Nodes[3].Effects.OfType<AgreementEffect.Adopted>()).Final);
        Assert.Equal(0, cluster.Nodes[3].Machine!.LastCertificate!.Slot);
        Assert.Equal(4, cluster.Nodes[3].Machine!.DecidesOf(0).Length);
    }

    [Fact]
    public void DECIDEs_that_were_lost_come_with_frames_of_the_next_slot()
    {
        Roster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster) { Link = (from, to, frame, _) => frame.Slot == 0 && frame.Own.Kind == StatementKind.Decide && (from + to) % 2 == 1 ? null : 1_000 };
        cluster.RunSlots(0, 0);
        Assert.All(cluster.Nodes, node => Assert.Null(node.Certificate(0)));
        cluster.RunSlots(1, 1);
        Assert.All(cluster.Nodes, node => Assert.Equal(4, node.Certificate(0)!.Strength));
    }

    [Fact]
    public void A_fork_goes_its_own_way_and_equal_states_have_equal_fingerprints()
    {
        Roster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster, traitors: [3]);
        cluster.OpenAll(0);
        cluster.RunUntil(TestRoster.At(0, 0.5));
        AgreementMachine original = cluster.Nodes[0].Machine!, fork = original.Fork();
        Assert.Equal(original.Fingerprint(), fork.Fingerprint());
        var traitor = new Traitor(roster, 3);
        var happened = new AgreementEvent.FrameArrived(new Verified<Frame>(traitor.Frame(traitor.Send(0, "x"), [], Traitor.Value("x"))), TestRoster.At(0, 0.6));
        Hash256 before = original.Fingerprint();
        var forked = new List<AgreementEffect>();
        fork.Step(happened, TestRoster.At(0, 0.6), forked);
        Assert.NotEqual(before, fork.Fingerprint());
        Assert.Equal(before, original.Fingerprint());
        var effects = new List<AgreementEffect>();
        original.Step(happened, TestRoster.At(0, 0.6), effects);
        Assert.Equal(fork.Fingerprint(), original.Fingerprint());
        Assert.Equal(forked.Count, effects.Count);
    }

    private static (AgreementMachine Machine, Traitor[] Others, List<AgreementEffect> Effects) Abstainer()
    {
        Roster roster = TestRoster.Of(4, 1);
        var machine = new AgreementMachine(roster, 0, TestRoster.SignerOf(0, real: false), RestartState.Fresh(TestRoster.At(-1)));
        return (machine, [.. Enumerable.Range(1, 3).Select(node => new Traitor(roster, node))], RunAlone(machine));
    }

    // A node that hears nobody: all others are silent to it, so it abstains.
    private static List<AgreementEffect> RunAlone(AgreementMachine machine)
    {
        var effects = new List<AgreementEffect>();
        machine.Step(new AgreementEvent.SlotOpened(0, default), TestRoster.At(0), effects);
        machine.Step(new AgreementEvent.LeasePersisted(Limits.LeaseSlots), TestRoster.At(0), effects);
        for (int round = 1; round <= 3; round++) machine.Step(new AgreementEvent.TimeReached(), TestRoster.At(0, round), effects);
        Assert.NotNull(Assert.Single(effects.OfType<AgreementEffect.Decided>()).Abstained);
        return effects;
    }

    // A node that hears signs of life from all others and values from none: it decides and signs.
    private static (AgreementMachine Machine, Traitor[] Others, List<AgreementEffect> Effects) Decided()
    {
        Roster roster = TestRoster.Of(4, 1);
        var machine = new AgreementMachine(roster, 0, TestRoster.SignerOf(0, real: false), RestartState.Fresh(TestRoster.At(-1)));
        var effects = new List<AgreementEffect>();
        machine.Step(new AgreementEvent.SlotOpened(0, default), TestRoster.At(0), effects);
        machine.Step(new AgreementEvent.LeasePersisted(Limits.LeaseSlots), TestRoster.At(0), effects);
        Hear(machine, roster, effects);
        for (int round = 2; round <= 3; round++) machine.Step(new AgreementEvent.TimeReached(), TestRoster.At(0, round), effects);
        Assert.Null(Assert.Single(effects.OfType<AgreementEffect.Decided>()).Abstained);
        return (machine, [.. Enumerable.Range(1, 3).Select(node => new Traitor(roster, node))], effects);
    }

    // A VOTE of each in round 1, a proof of life of each in round 2.
    private static void Hear(AgreementMachine machine, Roster roster, List<AgreementEffect> effects)
    {
        Traitor[] others = [.. Enumerable.Range(1, 3).Select(node => new Traitor(roster, node))];
        foreach (Traitor other in others) Arrive(machine, other.Frame(other.Vote(0), []), TestRoster.At(0, 0.5), effects);
        machine.Step(new AgreementEvent.TimeReached(), TestRoster.At(0, 1), effects);
        foreach (Traitor other in others) Arrive(machine, other.Frame(other.Alive(0, 1), []), TestRoster.At(0, 1.2), effects);
    }

    private static void Arrive(AgreementMachine machine, Frame frame, Instant at, List<AgreementEffect> effects) =>
        machine.Step(new AgreementEvent.FrameArrived(new Verified<Frame>(frame), at), at, effects);

    private static void Arrive(AgreementMachine machine, Traitor author, ImmutableArray<Outcome> outcomes, List<AgreementEffect> effects, Instant? at = null) =>
        machine.Step(new AgreementEvent.FrameArrived(new Verified<Frame>(author.Frame(author.Decide(0, 1, outcomes), [])), at ?? TestRoster.At(0, 3.5)), at ?? TestRoster.At(0, 3.5), effects);
}
