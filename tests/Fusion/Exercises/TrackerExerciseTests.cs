using System.Globalization;
using C3Fusion.Exercises;
using C3Fusion.Exercises.Campaign;
using C3Fusion.Fusion.Tracking;
using Xunit;

namespace C3Fusion.Fusion.Tests.Exercises;

/// <summary>What the tracker promises, held on generated exercises: other seeds, other liars and other lies than the recorded ones.</summary>
public sealed class TrackerExerciseTests
{
    public static TheoryData<string> Lies => [.. Catalogue.Lies.Keys];

    public static TheoryData<string> HonestTroubles => ["clock0.1-R1", "azimuth-R1", "azimuth-R4", "freeze-R2", "noise1.2", "noise1.5", "ar0.9", "biases", "biases-registered", "no-height", "pd75", "pairs-200", "pairs-400", "pairs-800"];

    [Theory]
    [MemberData(nameof(Lies))]
    public void No_lie_of_two_invents_moves_removes_or_renames_a_track(string lie)
    {
        foreach ((long seed, string[] liars) in new (long, string[])[] { (11, ["R1", "R2"]), (12, ["R3", "S1"]) })
        {
            Exercise exercise = Exercise.Generate(Catalogue.Attack(lie, seed, liars));
            ExerciseOutcome outcome = ExerciseRun.Run(exercise), removed = ExerciseRun.Run(exercise.WithoutLiars());
            HoldPromise(outcome);

            // Some 30 m, the same for all, by the two best radars is within what the others' errors allow: not detectable, and not more than its size.
            double limit = lie is "creep-0.3" or "step-30" ? 1.15 : 1.1;
            Assert.True(outcome.Score.Gospa <= limit * removed.Score.Gospa, $"GOSPA {outcome.Score.Gospa:F1} m, without the liars {removed.Score.Gospa:F1} m");
        }
    }

    [Fact]
    public void Any_two_liars_in_a_slow_drift_are_accused_and_nobody_else()
    {
        string[] ids = [.. C3Fusion.Exercises.World.SensorSpec.Standard.Select(s => s.Id)];
        long seed = 301;
        foreach ((string first, string second) in ids.SelectMany((a, i) => ids.Skip(i + 1).Select(b => (a, b))))
        {
            ExerciseOutcome outcome = ExerciseRun.Run(Exercise.Generate(Catalogue.Attack("slowdrift", seed++, first, second)));
            HoldPromise(outcome);
            Assert.Equal([first, second], Accused(outcome).Order(StringComparer.Ordinal));
            Assert.All(outcome.Accusations, a => Assert.True(a.FromUs < (outcome.Exercise.Sensors[a.Sensor].IsSatellite ? 100 : 60) * 1_000_000L, $"{a.Sensor} only at {a.FromUs / 1_000_000} s"));
        }
    }

    [Theory]
    [MemberData(nameof(HonestTroubles))]
    public void Honest_troubles_accuse_nobody(string trouble)
    {
        for (long seed = 11; seed <= 13; seed++)
        {
            ExerciseOutcome outcome = ExerciseRun.Run(Exercise.Generate(Circumstances.Apply(Catalogue.Attack("honest", seed), trouble)));
            Assert.Empty(Accused(outcome));

            // Errors that are correlated from scan to scan raise the alarm until the tracker has learnt the correlation.
            Assert.InRange(outcome.AlarmScans, 0, trouble == "ar0.9" ? 40 : 0);
            Assert.Equal(0, outcome.Score.Ghosts);
            Assert.True(outcome.Score.Containment >= 0.999, $"hard containment {outcome.Score.Containment}");
        }
    }

    /// <summary>Each liar keeps ghosts that nobody else sees, in view of all eight sensors.</summary>
    [Fact]
    public void An_accusation_for_ghosts_gives_its_numbers()
    {
        ExerciseOutcome outcome = ExerciseRun.Run(Exercise.Generate(Catalogue.Attack("ghost", 11, "R2", "S1")));
        Assert.Equal(2, outcome.Accusations.Count);
        Assert.All(outcome.Accusations, accusation =>
        {
            Assert.StartsWith("lone tracks: ", accusation.Evidence, StringComparison.Ordinal);
            int[] n = [.. accusation.Evidence.Split(' ').Where(word => char.IsAsciiDigit(word[0])).Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
            Assert.Equal(3, n.Length);
            Assert.InRange(n[0], 2, 20);
            Assert.InRange(n[1], 2, 20);
            Assert.InRange(n[2], 6, 7);
        });
    }

    private static void HoldPromise(ExerciseOutcome outcome)
    {
        Assert.Empty(Accused(outcome).Except(outcome.Exercise.Liars, StringComparer.Ordinal));
        Assert.Equal(0, outcome.AlarmScans);
        Assert.Equal(0, outcome.Score.Ghosts);
        Assert.Equal(0, outcome.Score.IdSwitches);
        Assert.True(outcome.MissedMature <= 0.01, $"missed {outcome.MissedMature}");
        Assert.True(outcome.Score.False <= 0.02, $"false {outcome.Score.False}");
        Assert.True(outcome.Score.Containment >= 0.999, $"hard containment {outcome.Score.Containment}");
        Assert.True(outcome.Score.StatContainment >= 0.995, $"statistical containment {outcome.Score.StatContainment}");
        Assert.True(outcome.Score.AssuredShare >= 0.9, $"Assured {outcome.Score.AssuredShare}");
    }

    /// <summary>Who is called a liar; outside its registration is not.</summary>
    private static string[] Accused(ExerciseOutcome outcome) =>
        [.. outcome.Accusations.Where(a => a.Kind != AccusationKind.OutsideRegistration).Select(a => outcome.Exercise.Sensors[a.Sensor].Id).Distinct(StringComparer.Ordinal)];
}
