using C3Fusion.Replica;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Node.Tests.Replicas;

/// <summary>A round is closed only when every frame stamped up to its deadline was taken, or the slack is used up (docs/agreement-rules.md, C1).</summary>
public sealed class CloseBarrierTests
{
    private const long R = 150_000;

    [Fact]
    public void A_frame_that_is_still_being_verified_at_the_deadline_holds_the_round_open()
    {
        // Node 3 is silent, so that every round is waited for. What node 1 sends at deadline(1) comes 2 ms before deadline(2).
        using var cluster = new PumpedCluster(4, silent: 3) { Delay = (from, to) => from == 1 && to == 0 ? R - 2_000 : 5_000 };
        Instant deadline = cluster.Roster.Timing.DeadlineOf(0, 2);
        using var verified = new ManualResetEventSlim();
        bool holdsUp = false;
        cluster.BeforeVerifying = (_, _) =>
        {
            if (Volatile.Read(ref holdsUp)) Assert.True(verified.Wait(TimeSpan.FromSeconds(20)));
        };
        cluster.Begin();
        cluster.RunTo(deadline.Plus(-3_000));
        Volatile.Write(ref holdsUp, true);

        // Ten milliseconds past the deadline the frame is still in work: the machine was not told of the time.
        cluster.RunTo(deadline.Plus(10_000), isHeldUp: () => true);
        Assert.True(cluster.InWork > 0);
        verified.Set();
        cluster.TakeArrivals();
        cluster.RunTo(cluster.Roster.Timing.StartOf(1).Plus(-1));

        Assert.Empty(cluster.Abstentions);
        Assert.True(cluster.Decisions[0].Basis >= DecisionBasis.FinalSuspect, $"{cluster.Decisions[0]}");
    }

    [Fact]
    public void A_frame_that_takes_longer_than_the_slack_makes_the_node_abstain_and_the_next_slot_is_whole_again()
    {
        using var cluster = new PumpedCluster(4, silent: 3) { Delay = (from, to) => from == 1 && to == 0 ? R - 2_000 : 5_000 };
        Instant deadline = cluster.Roster.Timing.DeadlineOf(0, 2);
        using var verified = new ManualResetEventSlim();
        bool holdsUp = false;
        cluster.BeforeVerifying = (_, _) =>
        {
            if (Volatile.Read(ref holdsUp)) Assert.True(verified.Wait(TimeSpan.FromSeconds(20)));
        };
        cluster.Begin();
        cluster.RunTo(deadline.Plus(-3_000));
        Volatile.Write(ref holdsUp, true);
        cluster.RunTo(deadline.Plus(R / 4), isHeldUp: () => true);
        verified.Set();
        cluster.TakeArrivals();
        cluster.RunTo(cluster.Roster.Timing.StartOf(2).Plus(-1));

        Assert.Contains("after its round was closed", cluster.Abstentions[0], StringComparison.Ordinal);
        Assert.False(cluster.Abstentions.ContainsKey(1));
    }

    [Fact]
    public void A_frame_that_the_stage_gets_after_it_passed_the_deadline_counts_as_later_whatever_its_stamp()
    {
        using var cluster = new PumpedCluster(4, silent: 3);
        Instant deadline = cluster.Roster.Timing.DeadlineOf(0, 2);
        Assert.True(cluster.Inbox.TryPass(deadline));
        cluster.Inbox.FrameReceived(1, new byte[] { 1, 2, 3 }, deadline.Plus(-1));
        Assert.True(cluster.Inbox.TryPass(deadline));
    }
}
