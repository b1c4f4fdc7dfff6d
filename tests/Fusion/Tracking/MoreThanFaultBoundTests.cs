using C3Fusion.Exercises;
using C3Fusion.Exercises.Campaign;
using Xunit;

namespace C3Fusion.Fusion.Tests.Tracking;

/// <summary>With more liars than f nothing false is assured for longer than it takes to raise the alarm, and never beyond one honest width.</summary>
public sealed class MoreThanFaultBoundTests
{
    /// <param name="lie">What they tell, together.</param>
    /// <param name="alarmBefore">By which scan the alarm stands, for the three best radars.</param>
    /// <param name="wrong">Share of the Assured lines that may have no target in their box: those of the scans before the alarm.</param>
    [Theory]
    [InlineData("bias", 15, 0)]
    [InlineData("ghost", 25, 0)]
    [InlineData("drift", 30, 0)]
    [InlineData("coordinated", 20, 0)]
    [InlineData("slowdrift", 60, 0.001)]
    [InlineData("parallel-600", 40, 0)]
    [InlineData("drag-own", 60, 0.01)]
    [InlineData("step-own-150", 45, 0.025)]
    public void Three_liars_with_f_2_raise_the_alarm(string lie, int alarmBefore, double wrong)
    {
        foreach ((long seed, string[] liars) in new (long, string[])[] { (11, ["R1", "R2", "R3"]), (12, ["R1", "R2", "R3"]), (11, ["R4", "S1", "S2"]) })
        {
            ExerciseOutcome outcome = ExerciseRun.Run(Exercise.Generate(Catalogue.Attack(lie, seed, liars)));
            Assert.True(outcome.AssuredWrong <= wrong * outcome.Assured, $"{outcome.Exercise.Name}: {outcome.AssuredWrong} of {outcome.Assured} Assured lines without a target in their box");
            Assert.Equal(0, outcome.AssuredAstray);
            if (liars[0] == "R1") Assert.True(outcome.AlarmScans >= 200 - alarmBefore, $"{outcome.Exercise.Name}: alarm in {outcome.AlarmScans} scans");
        }
    }

    /// <summary>A sensor that is silent denies nothing: two that are, and one more that sees little, are no alarm.</summary>
    [Theory]
    [InlineData("silent")]
    [InlineData("frozen")]
    [InlineData("suppress")]
    [InlineData("keep-dead")]
    public void Two_that_withhold_or_invent_raise_no_alarm(string lie)
    {
        foreach (string circumstance in new[] { "pd75", "missing" })
        {
            ExerciseOutcome outcome = ExerciseRun.Run(Exercise.Generate(Circumstances.Apply(Catalogue.Attack(lie, 13, "R1", "S1"), circumstance)));
            Assert.Equal((0, 0), (outcome.AlarmScans, (int)outcome.AssuredWrong));
        }
    }
}
