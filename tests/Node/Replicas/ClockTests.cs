using C3Fusion.Agreement;
using C3Fusion.Replica;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Node.Tests.Replicas;

/// <summary>Rounds run on the monotonic clock; a wall clock that steps makes the node abstain until it is trusted again (docs/agreement-rules.md, section 8).</summary>
public sealed class ClockTests
{
    private const long Second = 1_000_000;

    [Fact]
    public void The_clock_follows_a_wall_clock_that_drifts_within_the_guard()
    {
        var time = new TwoClocks();
        time.Set(new Instant(5 * Second));
        var clock = new NodeClock(time, new ClockTrust(10_000, 5 * Second));
        for (int slot = 1; slot <= 100; slot++)
        {
            time.Pass(Second);
            time.StepWall(slot % 3 == 0 ? -2_000 : 3_000);
            Assert.Equal(ClockStatus.Good, clock.Judge());
            Assert.Equal((time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMicroseconds, clock.Now.Microseconds);
        }
    }

    [Theory]
    [InlineData(3_000_000)]
    [InlineData(-3_000_000)]
    [InlineData(10_001)]
    [InlineData(-10_001)]
    public void A_step_beyond_the_guard_is_not_followed_before_it_ran_evenly_for_long_enough(long step)
    {
        var time = new TwoClocks();
        time.Set(new Instant(5 * Second));
        var clock = new NodeClock(time, new ClockTrust(10_000, 5 * Second));
        time.StepWall(step);
        Assert.Equal(new Instant(5 * Second), clock.Now);
        Assert.Equal(ClockStatus.InDoubt, clock.Judge());
        for (int slot = 1; slot <= 4; slot++)
        {
            time.Pass(Second);
            Assert.Equal(ClockStatus.InDoubt, clock.Judge());
            Assert.Equal(new Instant((5 + slot) * Second), clock.Now);
        }

        time.Pass(Second);
        Assert.Equal(ClockStatus.Good, clock.Judge());
        Assert.Equal(new Instant((10 * Second) + step), clock.Now);
    }

    [Fact]
    public void A_wall_clock_that_keeps_jumping_is_never_followed()
    {
        var time = new TwoClocks();
        var clock = new NodeClock(time, new ClockTrust(10_000, 5 * Second));
        Instant start = clock.Now;
        for (int slot = 1; slot <= 60; slot++)
        {
            time.Pass(Second);
            if (slot % 4 == 1) time.StepWall(slot % 8 == 1 ? 400_000 : -400_000);
            clock.Judge();
            Assert.Equal(start.Plus(slot * Second), clock.Now);
        }

        Assert.Equal(ClockStatus.InDoubt, clock.Status);
    }

    [Fact]
    public void A_forward_step_within_a_slot_closes_no_round_early_and_the_node_abstains_until_its_clock_is_trusted()
    {
        using var cluster = new PumpedCluster(4, silent: 3);
        SlotTiming timing = cluster.Roster.Timing;
        cluster.Begin();
        cluster.RunTo(timing.DeadlineOf(2, 1).Plus(20_000));

        // Half a minute ahead, in the middle of slot 2: its rounds are not moved by it.
        cluster.Time.StepWall(30 * Second);
        cluster.RunTo(timing.StartOf(3).Plus(-1));
        Assert.False(cluster.Abstentions.ContainsKey(2));
        Assert.DoesNotContain(AlarmKind.ClockInDoubt, cluster.Alarms);

        cluster.RunTo(timing.StartOf(4).Plus(-1));
        Assert.Contains(AlarmKind.ClockInDoubt, cluster.Alarms);
        Assert.Equal("the clock was in doubt", cluster.Abstentions[3]);

        // It is stepped back: the old time is what it runs evenly on from here.
        cluster.Time.StepWall(-30 * Second);
        cluster.RunTo(timing.StartOf(11).Plus(-1));
        Assert.DoesNotContain(AlarmKind.ClockInDoubt, cluster.Alarms);
        Assert.False(cluster.Abstentions.ContainsKey(10));
        Assert.True(cluster.Decisions[10].Basis >= DecisionBasis.FinalSuspect);
    }
}
