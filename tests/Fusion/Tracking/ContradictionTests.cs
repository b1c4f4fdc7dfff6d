using C3Fusion.Exercises;
using C3Fusion.Exercises.Campaign;
using C3Fusion.Fusion.Tracking;
using Xunit;

namespace C3Fusion.Fusion.Tests.Tracking;

/// <summary>Contradicted: the sound accusation, by the roster's bounds alone, against persistent evidence.</summary>
public sealed class ContradictionTests
{
    private static readonly Exercise Honest = Exercise.Generate(Catalogue.Attack("honest", 3) with { Scans = 60 });
    private static readonly TrackedExercise Whole = TrackedExercise.Of(Honest);

    [Fact]
    public void Sensors_that_leap_are_contradicted_within_three_scans_and_the_evidence_has_its_numbers()
    {
        (Tracker tracker, _) = Leap(2, 800);
        Assert.Equal([0, 1], tracker.Accusations.Select(a => a.Sensor).Order());
        Assert.All(tracker.Accusations, a =>
        {
            Assert.Equal(AccusationKind.Contradicted, a.Kind);
            Assert.InRange(a.FromUs, 30 * TrackedExercise.Second, 33 * TrackedExercise.Second);
            Assert.Matches("contradicted: [0-9]+ ?% of its readings .* all but 2 of the sensors allow, [23] scans running", a.Evidence);
        });
    }

    [Fact]
    public void At_most_f_are_accused_and_nobody_where_more_are_contradicted()
    {
        (Tracker tracker, List<SystemTrack[]> pictures) = Leap(3, 800);
        Assert.DoesNotContain(tracker.Accusations, a => a.ToUs is null && a.Sensor > 2);
        Assert.InRange(tracker.Accusations.Count(a => a.ToUs is null), 0, 2);
        foreach (SystemTrack t in pictures.SelectMany(p => p).Where(t => t.Assurance == Assurance.Assured))
            Assert.True(HoldsTarget(t), $"T{t.Number} at {t.TimeUs / TrackedExercise.Second} s");
    }

    [Theory]
    [InlineData("noise1.5")]
    [InlineData("noise2-R3")]
    [InlineData("clock0.3-R1")]
    [InlineData("biases")]
    [InlineData("freeze-R2")]
    [InlineData("pairs-200")]
    public void Honest_sensors_are_never_contradicted(string trouble)
    {
        for (long seed = 31; seed < 34; seed++)
        {
            ExerciseOutcome outcome = ExerciseRun.Run(Exercise.Generate(Circumstances.Apply(Catalogue.Attack("honest", seed), trouble)));
            Assert.DoesNotContain(outcome.Accusations, a => a.Kind != AccusationKind.OutsideRegistration);
            Assert.Equal(0, outcome.AssuredWrong);
        }
    }

    private static (Tracker Tracker, List<SystemTrack[]> Pictures) Leap(int liars, double metres) =>
        (Whole with { Reports = [.. Whole.Reports.Select(r => r.Sensor < liars && r.TimeUs >= 30 * TrackedExercise.Second ? r with { Position = r.Position + new Enu(metres, 0, 0) } : r)] }).Run();

    private static bool HoldsTarget(SystemTrack track)
    {
        int scan = (int)(track.TimeUs / TrackedExercise.Second);
        return Honest.Targets.Any(t => scan >= t.FirstScan && scan <= t.EndScan + 3 && t.At(scan, 0).Position is var p
            && p.X >= track.Low.X && p.X <= track.High.X && p.Y >= track.Low.Y && p.Y <= track.High.Y && p.Z >= track.Low.Z && p.Z <= track.High.Z);
    }
}
