using System.Diagnostics;
using C3Fusion.Replica.Tests.Harness;

namespace C3Fusion.Replica.Tests;

/// <summary>The replica's own thread checks no signature: the verification stage did, and what it found is remembered.</summary>
public sealed class StepCostTests(ITestOutputHelper output)
{
    [Fact]
    public void No_step_checks_a_signature_in_a_cluster_at_work()
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1)).AddAll();
        cluster.RunTo(10);
        Assert.All(cluster.Nodes, node => Assert.Equal(0, node.ChecksInSteps));
        Assert.All(cluster.Nodes, node => Assert.True(node.Machine.Counters.ScansAgreed > 40));
    }

    [Fact]
    public void At_the_load_of_the_demo_every_node_keeps_up()
    {
        TestRoster roster = TestRoster.Of(4, 1, sensors: 8, faultySensors: 2);
        Cluster cluster = new Cluster(roster, new TestWorld(roster, targets: 85)).AddAll();
        cluster.RunTo(5);
        long before = Stopwatch.GetTimestamp();
        cluster.RunTo(25);
        double seconds = Stopwatch.GetElapsedTime(before).TotalSeconds;
        ClusterNode node = cluster.Nodes[0];
        output.WriteLine($"20 slots of 4 nodes, 8 sensors, 85 targets: {seconds:F2} s in one thread; longest step {node.LongestStepMs:F1} ms");
        Cluster.AssertEqualPictures(0, 24, [.. cluster.Nodes]);
        Assert.Equal(4, node.Decisions[23].Strength);
        Assert.Equal(0, node.Machine.Counters.ScansNotCarried);
        Assert.InRange(node.Agreed!.Tracks.Count(track => track.IsPublished), 83, 87);
    }

    [Fact]
    public void A_restart_reads_its_ledger_faster_than_slots_pass()
    {
        var roster = TestRoster.Of(4, 1, sensors: 8, faultySensors: 2);
        Cluster cluster = new Cluster(roster, new TestWorld(roster, targets: 85)).AddAll();
        cluster.RunTo(20);
        long started = Stopwatch.GetTimestamp();
        ClusterNode after = cluster.Restart(0, withJournal: true);
        double ms = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        long slots = after.Machine.AppliedSlot + 1;
        output.WriteLine($"{slots} slots of 8 sensors and 85 targets read anew in {ms:F0} ms: {slots / ms * 1000:F0} slots a second");
        Assert.True(ms < slots * 500, $"{ms:F0} ms for {slots} slots");
    }
}
