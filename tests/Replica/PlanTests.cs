using C3Fusion.Replica.Plans;
using C3Fusion.Replica.Tests.Harness;

namespace C3Fusion.Replica.Tests;

/// <summary>Plans are proposed, committed, vetoed, superseded and expire alike on every honest node, and no number of traitors' entries wins by being many.</summary>
public sealed class PlanTests
{
    private static PlanDraft Draft(string unit, string key = "key", long life = 60, bool irreversible = false, string text = "go") =>
        new(key, PlanTask.Evacuation, [unit], text, life, irreversible);

    [Fact]
    public void A_plan_is_proposed_then_committed_and_then_expires()
    {
        Cluster cluster = Running(5);
        cluster.Step(cluster.Nodes[1], new ReplicaEvent.PlanProposed(Draft("bus-1", life: 8)));
        cluster.RunTo(16);
        AssertEqualPlans(cluster);
        Assert.Equal([PlanState.Proposed, PlanState.Committed, PlanState.Expired], cluster.Nodes[0].PlanHistory.Select(plan => plan.State));
        Plan proposed = cluster.Nodes[0].PlanHistory[0];
        Assert.StartsWith("node-2-", proposed.Id, StringComparison.Ordinal);
        Assert.Equal(cluster.Nodes[0].States[proposed.PictureSlot], proposed.PictureHash);
        Assert.Equal(6, proposed.ProposedSlot);
        Assert.Equal(8, cluster.Nodes[0].PlanHistory[1].StateSlot);
        Assert.Equal(proposed.ExpirySlot + 1, cluster.Nodes[0].PlanHistory[2].StateSlot);
    }

    [Fact]
    public void A_reversible_plan_may_be_acted_on_when_committed()
    {
        Cluster cluster = Running(5);
        cluster.Step(cluster.Nodes[1], new ReplicaEvent.PlanProposed(Draft("bus-1")));
        cluster.RunTo(8);
        Assert.All(cluster.Nodes, node => Assert.False(node.Plans.Single().Value.MayAct));
        cluster.RunTo(9);
        Assert.All(cluster.Nodes, node => Assert.True(node.Plans.Single().Value.MayAct));
    }

    [Fact]
    public void An_irreversible_plan_needs_the_agreed_record_of_its_slot_and_an_own_certificate()
    {
        Cluster cluster = Running(5);
        cluster.Step(cluster.Nodes[1], new ReplicaEvent.PlanProposed(Draft("bridge", irreversible: true)));
        cluster.RunTo(12);
        AssertEqualPlans(cluster);
        foreach (ClusterNode node in cluster.Nodes)
        {
            (Plan plan, bool mayAct) = node.Plans.Single().Value;
            Assert.Equal(PlanState.Committed, plan.State);
            Assert.True(mayAct);
            ReplicaEffect.SlotFinalByRecord record = node.All.OfType<ReplicaEffect.SlotFinalByRecord>().First(final => final.Slot == plan.ProposedSlot);
            Assert.True(record.RecordedIn <= plan.StateSlot);
            int committed = node.All.FindIndex(effect => effect is ReplicaEffect.PlanChanged { MayAct: true });
            int certified = node.All.FindIndex(effect => effect is ReplicaEffect.SlotDecided decided && decided.Decision.Slot == plan.StateSlot && decided.Decision.Basis == DecisionBasis.FinalSync);
            Assert.InRange(certified, 0, committed - 1);
        }
    }

    [Fact]
    public void A_node_that_was_frozen_before_it_restarted_acts_on_no_irreversible_plan()
    {
        Cluster cluster = Running(5);
        ClusterNode frozen = cluster.Restart(3, new RestartState(cluster.Now, cluster.Nodes[3].Leased, IsFrozen: true));
        cluster.RunTo(12);
        cluster.Step(cluster.Nodes[1], new ReplicaEvent.PlanProposed(Draft("bridge", irreversible: true)));
        cluster.Step(cluster.Nodes[2], new ReplicaEvent.PlanProposed(Draft("road", key: "other")));
        cluster.RunTo(20);
        foreach (ClusterNode node in cluster.Nodes)
        {
            Assert.All(node.Plans.Values, plan => Assert.Equal(PlanState.Committed, plan.Plan.State));
            Assert.Equal(node != frozen, node.Plans.Values.Single(plan => plan.Plan.Irreversible).MayAct);
            Assert.True(node.Plans.Values.Single(plan => !plan.Plan.Irreversible).MayAct);
        }
    }

    [Fact]
    public void A_plan_that_the_agreed_book_refuses_is_told_to_its_operator_once()
    {
        Cluster cluster = Running(5);
        ClusterNode node = cluster.Nodes[1];

        // More open plans than the book takes of one proposer: the outbox takes each, the book does not.
        for (int i = 0; i < PlanRules.MaxOpenPerProposer + 3; i++)
        {
            cluster.Step(node, new ReplicaEvent.PlanProposed(Draft($"unit-{i}", key: $"key-{i}")));
            if (i % PlanRules.MaxEntriesPerPayload == PlanRules.MaxEntriesPerPayload - 1) cluster.RunTo(7 + (i / 4));
        }

        cluster.RunTo(30);
        ReplicaEffect.PlanRefused[] refused = [.. node.All.OfType<ReplicaEffect.PlanRefused>()];
        Assert.Equal(3, refused.Length);
        Assert.All(refused, told => Assert.Equal(PlanRefusal.TooMany, told.Refusal));
        Assert.Contains(refused, told => told.Detail.Contains("key-34", StringComparison.Ordinal) && told.Detail.StartsWith("node-2-", StringComparison.Ordinal));
        Assert.DoesNotContain(cluster.Nodes[0].All, effect => effect is ReplicaEffect.PlanRefused);
    }

    [Fact]
    public void A_plan_whose_time_runs_out_before_a_slot_takes_it_is_told_to_its_operator()
    {
        var cluster = new Cluster(TestRoster.Of(4, 1), trackers: TestTrackers.Frozen);
        cluster.AddAll().RunTo(5);
        ClusterNode node = cluster.Nodes[1];
        cluster.Step(node, new ReplicaEvent.PlanProposed(Draft("bus-1", life: 3)));
        cluster.Delay = (from, to, _) => from == 1 || to == 1 ? null : 5_000;
        cluster.RunTo(12);
        cluster.Delay = (_, _, _) => 5_000;
        cluster.RunTo(20);
        ReplicaEffect.PlanRefused told = Assert.Single(node.All.OfType<ReplicaEffect.PlanRefused>());
        Assert.Equal(PlanRefusal.Lifetime, told.Refusal);
        Assert.Contains("time ran out", told.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_certificates_an_irreversible_plan_is_never_committed()
    {
        // n = 3, f = 1: a quorum is all three, and one is silent.
        Cluster cluster = new Cluster(TestRoster.Of(3, 1)).AddHonest(2);
        cluster.RunTo(5);
        cluster.Step(cluster.Nodes[0], new ReplicaEvent.PlanProposed(Draft("bridge", irreversible: true, life: 10)));
        cluster.Step(cluster.Nodes[0], new ReplicaEvent.PlanProposed(Draft("bus", key: "other")));
        cluster.RunTo(20);
        AssertEqualPlans(cluster);
        Assert.Equal(DecisionBasis.FinalSuspect, cluster.Nodes[0].Decisions[8].Basis);
        Plan[] plans = [.. cluster.Nodes[0].Plans.Values.Select(entry => entry.Plan)];
        Assert.Equal(PlanState.Expired, plans.Single(plan => plan.Irreversible).State);
        Assert.Equal(PlanState.Committed, plans.Single(plan => !plan.Irreversible).State);
        Assert.DoesNotContain(cluster.Nodes[0].All, effect => effect is ReplicaEffect.PlanChanged { MayAct: true, Plan.Irreversible: true });
    }

    [Theory]
    [InlineData(false, 1, PlanState.Committed)]
    [InlineData(false, 2, PlanState.Vetoed)]
    [InlineData(true, 1, PlanState.Vetoed)]
    public void One_veto_stops_an_irreversible_plan_and_f_plus_1_any_other(bool irreversible, int vetoes, PlanState expected)
    {
        Cluster cluster = Running(5);
        cluster.Step(cluster.Nodes[0], new ReplicaEvent.PlanProposed(Draft("bus-1", irreversible: irreversible)));
        cluster.RunTo(TestRoster.Start.Plus(6_900_000));
        string id = cluster.Nodes[1].Plans.Single().Key;
        for (int i = 1; i <= vetoes; i++) cluster.Step(cluster.Nodes[i], new ReplicaEvent.PlanVetoed(id, "no"));
        cluster.RunTo(12);
        AssertEqualPlans(cluster);
        Assert.Equal(expected, cluster.Nodes[3].Plans.Single().Value.Plan.State);
    }

    [Fact]
    public void Its_proposer_withdraws_a_committed_plan()
    {
        Cluster cluster = Running(5);
        cluster.Step(cluster.Nodes[0], new ReplicaEvent.PlanProposed(Draft("bus-1")));
        cluster.RunTo(10);
        string id = cluster.Nodes[0].Plans.Single().Key;
        cluster.Step(cluster.Nodes[1], new ReplicaEvent.PlanVetoed(id, "too late"));
        Assert.Contains(cluster.Nodes[1].All, effect => effect is ReplicaEffect.PlanRefused { Refusal: PlanRefusal.TooLate });
        cluster.Step(cluster.Nodes[0], new ReplicaEvent.PlanVetoed(id, "changed my mind"));
        cluster.RunTo(12);
        AssertEqualPlans(cluster);
        Plan plan = cluster.Nodes[2].Plans.Single().Value.Plan;
        Assert.Equal((PlanState.Vetoed, "withdrawn by node-1: changed my mind"), (plan.State, plan.Reason));
    }

    [Fact]
    public void Of_plans_that_contest_a_unit_the_designated_proposers_wins_and_the_others_fall_back_in_order()
    {
        Cluster cluster = Running(5);
        var turns = new ProposerTurns(cluster.Roster.Roster);
        int[] order = [.. Enumerable.Range(0, 4).OrderBy(node => turns.Rank(node, 6))];
        for (int node = 0; node < 4; node++) cluster.Step(cluster.Nodes[node], new ReplicaEvent.PlanProposed(Draft("bus-1", key: $"k{node}")));
        cluster.RunTo(10);
        AssertEqualPlans(cluster);
        Assert.Equal(order[0], cluster.Nodes[0].Plans.Values.Single(entry => entry.Plan.State == PlanState.Committed).Plan.Proposer);
        Assert.Equal(3, cluster.Nodes[0].Plans.Values.Count(entry => entry.Plan.State == PlanState.Superseded));
    }

    [Fact]
    public void Where_the_designated_proposer_is_silent_the_first_fall_back_wins()
    {
        TestRoster roster = TestRoster.Of(4, 1);
        var turns = new ProposerTurns(roster.Roster);
        Cluster cluster = Running(5);
        int[] order = [.. Enumerable.Range(0, 4).OrderBy(node => turns.Rank(node, 6))];
        foreach (int node in order[1..]) cluster.Step(cluster.Nodes[node], new ReplicaEvent.PlanProposed(Draft("bus-1", key: $"k{node}")));
        cluster.RunTo(10);
        AssertEqualPlans(cluster);
        Assert.Equal(order[1], cluster.Nodes[0].Plans.Values.Single(entry => entry.Plan.State == PlanState.Committed).Plan.Proposer);
    }

    [Fact]
    public void A_committed_plan_gives_way_to_its_own_proposer_and_to_the_designated_one_only()
    {
        Cluster cluster = Running(5);
        var turns = new ProposerTurns(cluster.Roster.Roster);
        int first = Enumerable.Range(0, 4).Single(node => turns.Rank(node, 6) == 2);
        int stranger = Enumerable.Range(0, 4).Single(node => turns.Rank(node, 10) != 0 && node != first && turns.Rank(node, 14) != 0 && turns.Rank(node, 6) != 0);
        cluster.Step(cluster.Nodes[first], new ReplicaEvent.PlanProposed(Draft("bus-1", text: "one")));
        cluster.RunTo(9);
        cluster.Step(cluster.Nodes[stranger], new ReplicaEvent.PlanProposed(Draft("bus-1", text: "two")));
        cluster.RunTo(13);
        Assert.Equal("one", InForce(cluster).Text);
        cluster.Step(cluster.Nodes[first], new ReplicaEvent.PlanProposed(Draft("bus-1", text: "three")));
        cluster.RunTo(17);
        Assert.Equal("three", InForce(cluster).Text);
        int designated = turns.Designated(18);
        cluster.Step(cluster.Nodes[designated], new ReplicaEvent.PlanProposed(Draft("bus-1", text: "four")));
        cluster.RunTo(21);
        AssertEqualPlans(cluster);
        Assert.Equal("four", InForce(cluster).Text);
    }

    [Fact]
    public void A_proved_equivocators_plans_are_void()
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1)).AddHonest(3);
        ReadOnlyMemory<byte> Payload(long slot)
        {
            long picture = cluster.Nodes[0].Machine.AppliedSlot;
            var proposal = new PlanProposal(slot, "k", PlanTask.Relay, ["u"], "", false, picture, cluster.Nodes[0].Machine.PictureHash, slot + 20);
            return Slots.BatchBytes.Write(Slots.Batch.Empty with { Proposals = picture >= 0 ? [proposal] : [] });
        }

        cluster.AddTraitor(3, Payload, _ => true);
        cluster.RunTo(6);
        Assert.Contains(cluster.Nodes[0].PlanHistory, plan => plan.Proposer == 3);
        cluster.AddTraitor(3, _ => new byte[] { 1 }, _ => true);
        cluster.RunTo(30);
        AssertEqualPlans(cluster);
        Assert.Contains(cluster.Nodes[0].Alarms, alarm => alarm.Kind == AlarmKind.Equivocator);
        Assert.DoesNotContain(cluster.Nodes[0].PlanHistory, plan => plan.Proposer == 3 && plan.ProposedSlot > 7);
        Assert.DoesNotContain(cluster.Nodes[0].Plans.Values, entry => entry.Plan.State == PlanState.Proposed);
    }

    [Fact]
    public void A_proposal_lost_with_its_slot_is_repeated_until_it_is_agreed()
    {
        Cluster cluster = Running(5);
        cluster.Delay = (from, to, now) => (from == 1 || to == 1) && cluster.Roster.Roster.Timing.SlotAt(now) < 8 ? null : 5_000;
        cluster.Step(cluster.Nodes[1], new ReplicaEvent.PlanProposed(Draft("bus-1")));
        cluster.RunTo(14);
        AssertEqualPlans(cluster);
        Assert.Equal(PlanState.Committed, cluster.Nodes[0].Plans.Single().Value.Plan.State);
    }

    [Theory]
    [InlineData("", "unit", 10, PlanRefusal.Malformed)]
    [InlineData("key", "", 10, PlanRefusal.Malformed)]
    [InlineData("key\n", "unit", 10, PlanRefusal.Malformed)]
    [InlineData("key", "unit", 0, PlanRefusal.Lifetime)]
    [InlineData("key", "unit", 1_000_000, PlanRefusal.Lifetime)]
    public void A_bad_draft_is_refused_with_its_reason(string key, string unit, long life, PlanRefusal expected)
    {
        Cluster cluster = Running(4);
        cluster.Step(cluster.Nodes[0], new ReplicaEvent.PlanProposed(Draft(unit, key, life)));
        Assert.Equal(expected, Assert.Single(cluster.Nodes[0].All.OfType<ReplicaEffect.PlanRefused>()).Refusal);
    }

    [Fact]
    public void A_node_that_lags_proposes_nothing()
    {
        Cluster cluster = Running(5);
        cluster.Delay = (from, to, _) => from == 0 || to == 0 ? null : 5_000;
        cluster.RunTo(10);
        cluster.Step(cluster.Nodes[0], new ReplicaEvent.PlanProposed(Draft("bus-1")));
        Assert.Equal(PlanRefusal.StaleState, Assert.Single(cluster.Nodes[0].All.OfType<ReplicaEffect.PlanRefused>()).Refusal);
    }

    private static Cluster Running(long slot)
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1)).AddAll();
        cluster.RunTo(TestRoster.Start.Plus((slot * TestRoster.PeriodUs) + 900_000));
        return cluster;
    }

    private static Plan InForce(Cluster cluster) => cluster.Nodes[0].Plans.Values.Single(entry => entry.Plan.State == PlanState.Committed).Plan;

    private static void AssertEqualPlans(Cluster cluster)
    {
        foreach (ClusterNode node in cluster.Nodes)
        {
            Assert.Equal(
                cluster.Nodes[0].PlanHistory.Select(plan => (plan.Id, plan.State, plan.StateSlot, plan.Reason)).Distinct(),
                node.PlanHistory.Select(plan => (plan.Id, plan.State, plan.StateSlot, plan.Reason)).Distinct());
        }
    }
}
