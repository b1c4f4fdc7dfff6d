using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Tests.Harness;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Tests;

/// <summary>Slots that left the memory live on in the ledger: for peers that catch up from any age, and for the own restart.</summary>
public sealed class OldSlotsTests
{
    private static readonly ReplicaLimits Small = new(RetainedSlots: 40, SlotsReplayedAtStart: 8);

    [Fact]
    public void A_box_with_nothing_catches_up_from_the_first_slot_though_no_peer_holds_it_in_memory()
    {
        Cluster cluster = Frozen(slots: 150);
        ClusterNode fresh = cluster.Restart(1, withJournal: false, Small);
        Assert.Equal(-1, fresh.Machine.AppliedSlot);
        cluster.RunTo(170);
        Cluster.AssertEqualPictures(0, 169, fresh);
        Cluster.AssertEqualPictures(130, 169, [.. cluster.Nodes]);
        Assert.True(fresh.Machine.Counters.SlotsCaughtUp >= 148, $"{fresh.Machine.Counters.SlotsCaughtUp}");
        Assert.DoesNotContain(fresh.AlarmHistory, alarm => alarm.Kind == AlarmKind.Unproven);
        Assert.DoesNotContain((AlarmKind.CatchingUp, ""), fresh.Alarms);
    }

    [Fact]
    public void A_box_that_was_away_for_1100_slots_comes_back_to_the_same_picture()
    {
        var cluster = new Cluster(TestRoster.Of(4, 1), trackers: TestTrackers.Frozen) { Hears = (_, _) => false };
        cluster.AddAll().RunTo(10);
        ClusterNode away = cluster.Nodes[3];
        away.IsDown = true;
        cluster.RunTo(1_110);
        ClusterNode back = cluster.Restart(3, withJournal: true);
        Assert.Equal(away.Machine.AppliedSlot, back.Machine.AppliedSlot);
        cluster.RunTo(1_130);
        Cluster.AssertEqualPictures(10, 1_129, back, cluster.Nodes[0]);
        Assert.DoesNotContain((AlarmKind.CatchingUp, ""), back.Alarms);
    }

    [Fact]
    public void With_a_silent_node_slots_have_no_certificate_and_are_still_served_from_the_ledger()
    {
        // n = 4, f = 2: m = 4, so with one node silent there is no certificate, only f+1 = 3 equal DECIDEs.
        var cluster = new Cluster(TestRoster.Of(4, 2), trackers: TestTrackers.Frozen);
        for (int self = 0; self < 3; self++) cluster.Add(self, limits: Small);
        cluster.RunTo(60);
        Assert.DoesNotContain(cluster.Nodes[0].Ledger, record => record.Body is LedgerBody.Certified);
        Assert.Contains(cluster.Nodes[0].Ledger, record => record.Body is LedgerBody.Proven { Slot: 3 });
        ClusterNode fresh = cluster.Restart(1, withJournal: false, Small);
        cluster.RunTo(75);
        Cluster.AssertEqualPictures(0, 50, fresh);
        Assert.Equal(cluster.Nodes[0].States[50], fresh.States[50]);
    }

    [Fact]
    public void A_long_ledger_is_read_step_by_step_and_the_node_takes_part_meanwhile()
    {
        Cluster cluster = Frozen(slots: 100);
        ClusterNode before = cluster.Nodes[2];
        ClusterNode after = cluster.Restart(2, withJournal: true, Small);
        Assert.InRange(after.Machine.AppliedSlot, 7, 20);
        Assert.Contains((AlarmKind.CatchingUp, ""), after.Alarms);
        cluster.RunTo(102);
        Assert.DoesNotContain((AlarmKind.CatchingUp, ""), after.Alarms);
        cluster.RunTo(140);
        Cluster.AssertEqualPictures(101, 139, [.. cluster.Nodes]);
        Assert.Equal(before.Ledger.Select(record => record.Hash), after.Ledger.Take(before.Ledger.Count).Select(record => record.Hash));
        Assert.Equal(4, cluster.Nodes[0].Decisions[138].Strength);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    public void A_damaged_record_keeps_what_is_before_it_and_the_rest_is_fetched(int damaged)
    {
        Cluster cluster = Frozen(slots: 60);
        ClusterNode before = cluster.Nodes[0];
        LedgerRecord?[] found = [.. before.Ledger.Take(damaged), null];
        ClusterNode after = cluster.Restart(0, new RestartState(cluster.Now, before.Leased, found), Small);
        cluster.RunTo(75);
        Cluster.AssertEqualPictures(60, 74, [.. cluster.Nodes]);
        Assert.Contains((AlarmKind.LedgerLost, ""), after.Alarms);
        Assert.True(after.Machine.Counters.SlotsCaughtUp > 30);

        // The new end of the chain is whole: another restart reads it all.
        ClusterNode again = cluster.Restart(0, withJournal: true, new ReplicaLimits());
        Assert.Equal(after.Machine.AppliedSlot, again.Machine.AppliedSlot);
        Assert.Equal(after.Machine.PictureHash, again.Machine.PictureHash);
        Assert.DoesNotContain((AlarmKind.LedgerLost, ""), again.Alarms);
    }

    [Fact]
    public void A_record_that_could_not_be_stored_ends_the_ledger_with_an_alarm()
    {
        Cluster cluster = Frozen(slots: 20);
        ClusterNode node = cluster.Nodes[0];
        cluster.Step(node, new ReplicaEvent.LedgerLost("the disk is full"));
        int kept = node.Ledger.Count;
        Assert.Equal("the disk is full", Assert.Single(node.AlarmHistory, alarm => alarm.Kind == AlarmKind.LedgerLost).Detail);
        cluster.RunTo(30);
        Assert.Equal(kept, node.Ledger.Count);
        Cluster.AssertEqualPictures(0, 29, [.. cluster.Nodes]);

        // What is there is good: a restart goes on from it and fetches the rest.
        ClusterNode after = cluster.Restart(0, withJournal: true);
        Assert.InRange(after.Machine.AppliedSlot, 17, 20);
        cluster.RunTo(40);
        Cluster.AssertEqualPictures(30, 39, [.. cluster.Nodes]);
    }

    [Fact]
    public void A_certificate_in_the_ledger_counts_by_its_signatures_alone()
    {
        Cluster cluster = Frozen(slots: 20);
        ClusterNode before = cluster.Nodes[0];
        int at = before.Ledger.FindIndex(record => record.Body is LedgerBody.Certified { Slot: 8 });
        var certified = (LedgerBody.Certified)before.Ledger[at].Body;
        Statement forged = certified.Decides[0] with { Signature = certified.Decides[1].Signature };
        var record = new LedgerRecord(at, before.Ledger[at].Previous, new LedgerBody.Certified(8, [forged, .. certified.Decides[1..]]));
        ClusterNode after = cluster.Restart(0, new RestartState(cluster.Now, before.Leased, [.. before.Ledger.Take(at), record]));
        Assert.InRange(after.Machine.AppliedSlot, 7, 9);
        Assert.Contains((AlarmKind.LedgerLost, ""), after.Alarms);
        cluster.RunTo(30);
        Cluster.AssertEqualPictures(20, 29, [.. cluster.Nodes]);
    }

    [Fact]
    public void A_slot_that_gives_another_state_than_its_record_says_is_not_applied()
    {
        Cluster cluster = Frozen(slots: 20);
        ClusterNode before = cluster.Nodes[0];
        int at = before.Ledger.FindIndex(record => record.Body is LedgerBody.Applied { Record.Slot: 8 });
        var applied = (LedgerBody.Applied)before.Ledger[at].Body;
        var record = new LedgerRecord(at, before.Ledger[at].Previous, new LedgerBody.Applied(applied.Record with { PictureHash = Hash256.Of([1]) }));
        ClusterNode after = cluster.Restart(0, new RestartState(cluster.Now, before.Leased, [.. before.Ledger.Take(at), record]));
        Assert.Equal(7, after.Machine.AppliedSlot);
        Assert.Equal(before.States[7], after.Machine.PictureHash);
        cluster.RunTo(30);
        Cluster.AssertEqualPictures(20, 29, [.. cluster.Nodes]);
    }

    [Fact]
    public void One_question_for_stored_slots_is_read_at_a_time_and_each_counts()
    {
        Cluster cluster = Frozen(slots: 100);
        ClusterNode node = cluster.Nodes[0];
        byte[] request = Peers.PeerMessageBytes.Write(new Peers.PeerMessage.CatchUpRequest(0, []));
        int reads = 0;
        for (int i = 0; i < 50; i++) reads += node.Receive(3, request, cluster.Now).OfType<ReplicaEffect.ReadStoredSlots>().Count();
        Assert.Equal(1, reads);
        for (int i = 0; i < 50; i++)
        {
            node.Step(new ReplicaEvent.StoredSlotsRead(3, []), cluster.Now);
            reads += node.Receive(3, request, cluster.Now).OfType<ReplicaEffect.ReadStoredSlots>().Count();
        }

        Assert.Equal(Small.AnswersPerSlotAndPeer, reads);
    }

    private static Cluster Frozen(int slots)
    {
        var cluster = new Cluster(TestRoster.Of(4, 1), trackers: TestTrackers.Frozen);
        for (int self = 0; self < 4; self++) cluster.Add(self, limits: Small);
        cluster.RunTo(slots);
        return cluster;
    }
}
