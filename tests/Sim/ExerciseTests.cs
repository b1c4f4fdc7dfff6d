using C3Fusion.Rosters;
using C3Fusion.Sim.Links;
using C3Fusion.Sim.Worlds;
using Xunit;

namespace C3Fusion.Sim.Tests;

public sealed class ExerciseTests
{
    private static readonly Instant Start = new(1_763_815_000_000_000);

    [Fact]
    public void Exercise_rosters_of_every_size_are_sound()
    {
        for (int nodes = 1; nodes <= 31; nodes++)
        {
            using ExerciseRoster exercise = ExerciseRoster.Build(1, nodes, Start, BuiltInScenario.Datum);
            Assert.Empty(RosterRules.Violations(exercise.Roster));
            Assert.Equal(nodes >= 3 ? 1 : 0, exercise.Roster.FaultyNodes);
            Assert.Equal(exercise.Roster.Nodes[^1].Key, exercise.NodeKeys[^1].PublicKey);
            Assert.Equal(exercise.Roster.Sensors[^1].Key, exercise.SensorKeys[^1].PublicKey);
        }
    }

    [Fact]
    public void Keys_follow_from_the_seed()
    {
        using ExerciseRoster a = ExerciseRoster.Build(1, 4, Start, BuiltInScenario.Datum), again = ExerciseRoster.Build(1, 4, Start, BuiltInScenario.Datum);
        using ExerciseRoster other = ExerciseRoster.Build(2, 4, Start, BuiltInScenario.Datum);
        Assert.Equal(a.Roster.Hash, again.Roster.Hash);
        Assert.NotEqual(a.Roster.Nodes[0].Key, other.Roster.Nodes[0].Key);
    }

    [Fact]
    public void The_demo_jams_one_pair_both_ways_for_ten_seconds_a_minute()
    {
        JamSchedule schedule = JamSchedule.EveryMinute(Start, 0, 1);
        for (int second = -5; second < 200; second++)
        {
            Instant time = Start.Plus(second * 1_000_000L);
            bool jammed = second >= 10 && (second - 10) % 60 < 10;
            Assert.Equal(jammed, schedule.IsJammed(0, 1, time));
            Assert.Equal(jammed, schedule.IsJammed(1, 0, time));
            Assert.False(schedule.IsJammed(0, 2, time));
        }
    }

    [Fact]
    public void A_jam_without_repetition_ends_and_a_one_way_jam_leaves_the_way_back()
    {
        var schedule = new JamSchedule(Start, [new Jam(2, 0, 1_000_000, 500_000, 0, BothWays: false)]);
        Assert.True(schedule.IsJammed(2, 0, Start.Plus(1_000_000)));
        Assert.False(schedule.IsJammed(0, 2, Start.Plus(1_000_000)));
        Assert.False(schedule.IsJammed(2, 0, Start.Plus(1_500_000)));
        Assert.False(JamSchedule.None.IsJammed(0, 1, Start));
    }
}
