using C3Fusion.Agreement;
using C3Fusion.Replica.Tests.Harness;

namespace C3Fusion.Replica.Tests;

/// <summary>Every honest node holds the same agreed picture, whatever links and traitors do within the assumptions.</summary>
public sealed class AgreedPictureTests
{
    [Fact]
    public void A_roster_without_sensors_agrees_on_empty_pictures()
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1, sensors: 0, faultySensors: 0)).AddAll();
        cluster.RunTo(8);
        Cluster.AssertEqualPictures(0, 7, [.. cluster.Nodes]);
        Assert.All(cluster.Nodes, node => Assert.Empty(node.Agreed!.Tracks));
    }

    [Fact]
    public void Four_honest_nodes_hold_equal_pictures_and_every_slot_becomes_final()
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1)).AddAll();
        cluster.RunTo(12);
        Cluster.AssertEqualPictures(0, 11, [.. cluster.Nodes]);
        foreach (ClusterNode node in cluster.Nodes)
        {
            for (long slot = 0; slot < 11; slot++)
            {
                SlotDecision decision = node.Decisions[slot];
                Assert.Equal(DecisionBasis.FinalSync, decision.Basis);
                Assert.Equal(4, decision.Strength);
                Assert.Equal(3, decision.SurvivesTraitors);
            }

            Assert.Equal(3, node.Agreed!.Tracks.Count(track => track.IsPublished));
            Assert.Equal(3, node.Local!.Tracks.Count(track => track.IsPublished));
            Assert.DoesNotContain(node.AlarmHistory, alarm => alarm.Kind != AlarmKind.PeersCannotConfirmClock);
        }
    }

    [Fact]
    public void The_agreed_record_says_of_each_slot_that_it_is_final_and_says_it_alike_everywhere()
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1)).AddAll();
        cluster.RunTo(8);
        string[] records = [.. cluster.Nodes.Select(node => string.Join(' ', node.All.OfType<ReplicaEffect.SlotFinalByRecord>().Select(e => $"{e.Slot}:{e.Strength}@{e.RecordedIn}")))];
        Assert.All(records, record => Assert.Equal(records[0], record));
        Assert.StartsWith("0:4@1 1:4@2 2:4@3", records[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Each_scan_enters_once_though_two_witnesses_carry_it()
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1)).AddAll();
        cluster.RunTo(10);
        ClusterNode node = cluster.Nodes[0];
        AgreedScan[] scans = [.. node.All.OfType<ReplicaEffect.SlotApplied>().SelectMany(applied => applied.Scans)];
        Assert.Equal(scans.Distinct().Count(), scans.Length);
        Assert.InRange(scans.Length, 45, 50);
        Assert.InRange(node.Machine.Counters.ScansFromSecondWitness, 45, 50);
        Assert.Equal(0, node.Machine.Counters.ScansUnverifiable);
    }

    [Fact]
    public void A_jammed_link_between_two_honest_nodes_changes_nothing()
    {
        var cluster = new Cluster(TestRoster.Of(4, 1));
        cluster.Delay = (from, to, now) =>
            cluster.Roster.Roster.Timing.SlotAt(now) is >= 3 and < 8 && (from, to) is (0, 1) or (1, 0) ? null : 5_000;
        cluster.AddAll().RunTo(12);
        Cluster.AssertEqualPictures(0, 11, [.. cluster.Nodes]);
        Assert.All(cluster.Nodes, node => Assert.Equal(DecisionBasis.FinalSync, node.Decisions[6].Basis));
    }

    [Fact]
    public void A_silent_node_stops_nothing()
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1)).AddHonest(3);
        cluster.RunTo(10);
        Cluster.AssertEqualPictures(0, 9, [.. cluster.Nodes]);
        Assert.All(cluster.Nodes, node => Assert.Equal(3, node.Decisions[5].Strength));
        Assert.All(cluster.Nodes, node => Assert.Equal(OutcomeKind.Silent, node.Decisions[5].Outcomes[3].Kind));
    }

    [Fact]
    public void An_equivocating_node_is_proved_guilty_and_the_pictures_stay_equal()
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1)).AddHonest(3);
        cluster.AddTraitor(3, slot => new byte[] { 1 }, peer => peer == 0);
        cluster.AddTraitor(3, slot => new byte[] { 2 }, peer => peer != 0);
        cluster.RunTo(10);
        Cluster.AssertEqualPictures(0, 9, [.. cluster.Nodes]);
        foreach (ClusterNode node in cluster.Nodes)
        {
            Assert.Contains(node.All.OfType<ReplicaEffect.NodeEvidenceFound>(), found => found.Evidence.Author == 3);
            Assert.Contains(node.AlarmHistory, alarm => alarm is { Kind: AlarmKind.Equivocator, Subject: "node-4" });
            Assert.Equal(OutcomeKind.Equivocation, node.Decisions[5].Outcomes[3].Kind);
        }
    }

    [Fact]
    public void Two_traitors_of_five_that_betray_differently_change_nothing()
    {
        Cluster cluster = new Cluster(TestRoster.Of(5, 2)).AddHonest(3);
        cluster.AddTraitor(3, slot => new byte[] { 1 }, peer => peer % 2 == 0);
        cluster.AddTraitor(3, slot => new byte[] { 2 }, peer => peer % 2 == 1);
        cluster.AddTraitor(4, slot => new byte[] { 9, 9 }, peer => peer == 1);
        cluster.RunTo(8);
        Cluster.AssertEqualPictures(0, 7, [.. cluster.Nodes]);
    }

    [Fact]
    public void A_lying_sensor_is_accused_alike_everywhere_and_moves_no_assured_track()
    {
        TestRoster roster = TestRoster.Of(4, 1, sensors: 7, faultySensors: 2);
        var world = new TestWorld(roster) { Lies = { [2] = new Fusion.Enu(5000, 0, 0), [5] = new Fusion.Enu(0, -4000, 0) } };
        Cluster cluster = new Cluster(roster, world).AddAll();
        cluster.RunTo(60);
        Cluster.AssertEqualPictures(0, 59, [.. cluster.Nodes]);
        ReplicaEffect.TrustChanged trust = cluster.Nodes[0].All.OfType<ReplicaEffect.TrustChanged>().Last(changed => changed.Origin == Pictures.PictureOrigin.Agreed);
        Assert.Equal(["s02", "s05"], trust.Sensors.Where(sensor => sensor.Accusation is not null).Select(sensor => sensor.Name));
        AssertAssuredIsTrue(cluster, cluster.Nodes[0]);
    }

    [Fact]
    public void With_more_liars_than_allowed_the_alarm_is_raised_and_no_wrong_track_is_assured()
    {
        TestRoster roster = TestRoster.Of(4, 1, sensors: 8, faultySensors: 2);
        var world = new TestWorld(roster)
        {
            Lies = { [1] = new Fusion.Enu(500, 0, 0), [4] = new Fusion.Enu(0, -500, 0), [6] = new Fusion.Enu(-350, 350, 0) },
        };
        Cluster cluster = new Cluster(roster, world).AddAll();
        cluster.RunTo(60);
        Cluster.AssertEqualPictures(0, 59, [.. cluster.Nodes]);
        foreach (ClusterNode node in cluster.Nodes)
        {
            Assert.True(node.AlarmHistory.Exists(alarm => alarm.Kind == AlarmKind.AgreedSensorAlarm), "no alarm in the agreed picture");
            Assert.True(node.AlarmHistory.Exists(alarm => alarm.Kind == AlarmKind.LocalSensorAlarm), "no alarm in the local picture");
        }

        AssertAssuredIsTrue(cluster, cluster.Nodes[0]);
    }

    [Fact]
    public void The_trackers_system_alarm_is_raised_and_cleared_in_both_pictures()
    {
        TestRoster roster = TestRoster.Of(4, 1);
        Cluster cluster = new Cluster(roster, trackers: () => TestTrackers.AlarmedBetween(roster.Roster, 4, 7)).AddAll();
        cluster.RunTo(10);
        foreach (ClusterNode node in cluster.Nodes)
        {
            Assert.Equal(4, Assert.Single(node.AlarmHistory, alarm => alarm.Kind == AlarmKind.AgreedSensorAlarm).Slot);
            Assert.Equal(4, Assert.Single(node.AlarmHistory, alarm => alarm.Kind == AlarmKind.LocalSensorAlarm).Slot);
            Assert.DoesNotContain(node.Alarms, alarm => alarm.Kind is AlarmKind.AgreedSensorAlarm or AlarmKind.LocalSensorAlarm);
            Assert.Equal([4L, 5, 6], node.AgreedPictures.Where(picture => picture.SystemAlarm).Select(picture => roster.Roster.Timing.SlotAt(picture.Time)));
        }
    }

    private static void AssertAssuredIsTrue(Cluster cluster, ClusterNode node)
    {
        foreach (Pictures.Picture picture in node.AgreedPictures)
        {
            double seconds = picture.Time.Since(TestRoster.Start) / 1e6;
            foreach (Fusion.Tracking.SystemTrack track in picture.Tracks.Where(track => track.Assurance == Fusion.Tracking.Assurance.Assured))
            {
                double error = Enumerable.Range(0, 3).Min(target => (cluster.World.Truth(target, seconds) - track.Position).Length);
                Assert.True(error < 200, $"slot time {seconds}: track {track.Number} is Assured {error:F0} m off");
            }
        }
    }
}
