using C3Fusion.Exercises;
using C3Fusion.Exercises.Campaign;
using C3Fusion.Fusion.Tracking;
using Xunit;

namespace C3Fusion.Fusion.Tests.Tracking;

/// <summary>n = 2f+1 = 5 sensors, R1 R2 R3 S1 S2, of which any two lie: the picture is that of the three honest ones, without an alarm.</summary>
public sealed class FiveSensorTests
{
    private static readonly string[] Ids = ["R1", "R2", "R3", "S1", "S2"];

    private static IEnumerable<string[]> Pairs => from i in Enumerable.Range(0, Ids.Length) from j in Enumerable.Range(i + 1, Ids.Length - i - 1) select new[] { Ids[i], Ids[j] };

    /// <summary>A 600 m lie in force before any track exists draws in a satellite, whose gate is as wide: it must be found nevertheless.</summary>
    [Theory]
    [InlineData("bias")]
    [InlineData("ghost")]
    [InlineData("slowdrift")]
    [InlineData("parallel-600")]
    [InlineData("step-own-0-600")]
    public void Any_two_liars_are_found_and_no_alarm_stands(string lie)
    {
        long seed = 10;
        foreach (string[] liars in Pairs)
        {
            seed++;
            if (lie == "step-own-0-600" && AreBothRadars(liars)) continue;
            AssertPublished(ExerciseRun.Run(Exercise.Generate(Catalogue.Attack(lie, seed, liars).FiveSensors())), liars);
        }
    }

    /// <summary>The recorded case: a radar and a satellite.</summary>
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void A_radar_and_a_satellite_that_lie_from_the_start_are_found(long seed) =>
        AssertPublished(ExerciseRun.Run(Exercise.Generate(Catalogue.Attack("step-own-0-600", seed, "R2", "S1").FiveSensors())), "R2", "S1");

    /// <summary>Two of three radars 600 m off from the start take the honest satellites with them: the alarm stands and nothing false is assured.</summary>
    [Fact]
    public void Two_of_three_radars_that_lie_from_the_start_raise_the_alarm()
    {
        long seed = 11;
        foreach (string[] liars in Pairs.Where(AreBothRadars))
        {
            ExerciseOutcome outcome = ExerciseRun.Run(Exercise.Generate(Catalogue.Attack("step-own-0-600", seed++, liars).FiveSensors()));
            Assert.True(outcome.AlarmScans >= 180, $"{outcome.Exercise.Name}: alarm in {outcome.AlarmScans} scans");
            Assert.Equal(0, outcome.AssuredWrong);
            Assert.DoesNotContain(outcome.Accusations, a => a.Kind != AccusationKind.OutsideRegistration && !liars.Contains(Ids[a.Sensor], StringComparer.Ordinal));
        }
    }

    private static bool AreBothRadars(string[] liars) => liars.All(id => id.StartsWith('R'));

    private static void AssertPublished(ExerciseOutcome outcome, params string[] liars)
    {
        string name = outcome.Exercise.Name;
        Assert.True(outcome.AlarmScans == 0, $"{name}: alarm in {outcome.AlarmScans} scans");
        Assert.True(outcome.MissedMature <= 0.06, $"{name}: {outcome.MissedMature:F3} targets missed a scan");
        Assert.Equal(0, outcome.AssuredWrong);
        Assert.All(outcome.Accusations, a => Assert.Contains(Ids[a.Sensor], liars));
    }
}
