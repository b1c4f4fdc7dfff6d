using C3Fusion.Replica;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Node.Tests.Replicas;

/// <summary>A node that must sign nothing more says nothing more.</summary>
public sealed class StoppedTests
{
    [Fact]
    public void Once_its_key_is_seen_in_other_hands_nothing_that_the_machine_asks_for_is_carried_out_any_more()
    {
        using var cluster = new PumpedCluster(4);
        SlotTiming timing = cluster.Roster.Timing;
        cluster.Begin();
        cluster.SpeakAsNodeZero(9, to: 1);
        cluster.RunTo(timing.StartOf(9).Plus(-1));
        Assert.False(cluster.Pump.IsStopped);

        cluster.RunTo(timing.StartOf(12));
        Assert.True(cluster.Pump.IsStopped);
        ReplicaEffect last = cluster.Said[^1];
        Assert.Contains("other hands", Assert.IsType<ReplicaEffect.Stopped>(last).Reason, StringComparison.Ordinal);
        cluster.Pump.Take(new ReplicaEvent.PlanVetoed("node-1-1", "why"));
        cluster.Pump.MeetDeadline();
        Assert.Same(last, cluster.Said[^1]);
    }
}
