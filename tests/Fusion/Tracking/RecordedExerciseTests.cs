using C3Fusion.Fusion.Metrics;
using C3Fusion.Fusion.Tests.Exercises;
using C3Fusion.Fusion.Tracking;
using Xunit;

namespace C3Fusion.Fusion.Tests.Tracking;

/// <summary>The figures of the recorded exercises: 8 sensors of which R2 and S1 lie, f = 2, one set of parameters for all.</summary>
public sealed class RecordedExerciseTests
{
    [Theory]
    [InlineData("n20-honest", 58, 60)]
    [InlineData("n20-bias", 64, 60)]
    [InlineData("n20-ghost", 64, 60)]
    [InlineData("n20-slowdrift", 64, 100)]
    [InlineData("n100-honest", 130, 60)]
    public void A_recorded_exercise_is_tracked_as_if_nobody_lied(string name, double gospa, int accusedBefore)
    {
        ExerciseFolder folder = ExerciseFolder.Read(SharedFiles.Path($"tracking/{name}"));
        TrackedExercise exercise = TrackedExercise.Of(folder);
        ILookup<long, TruthState> truth = folder.States.ToLookup(s => (long)s.Time, s => new TruthState(s.Id, s.Position, s.Velocity));
        (Tracker tracker, List<SystemTrack[]> pictures) = exercise.Run();
        PictureScore score = TrackedExercise.Score(pictures, truth);

        string[] liars = folder.Answer.TryGetProperty("liars", out var list) ? [.. list.EnumerateArray().Select(l => l.GetString()!)] : [];
        Assert.Equal(liars.Order(), tracker.Accusations.Select(a => exercise.Sensors[a.Sensor].Id).Order());
        Assert.All(tracker.Accusations, a => Assert.InRange(a.FromUs, 0, (exercise.Sensors[a.Sensor].Id[0] == 'S' ? accusedBefore : 60) * TrackedExercise.Second));
        Assert.All(tracker.Accusations, a => Assert.Equal((AccusationKind.Unconfirmed, null), (a.Kind, a.ToUs)));
        Assert.InRange(score.Gospa!.Value, 0, gospa);
        Assert.Equal((0, 0L), ((int)score.Ghosts!.Value, score.IdSwitches));
        Assert.InRange(score.Missed!.Value, 0, 0.01);
        Assert.InRange(score.False!.Value, 0, 0.02);
        Assert.InRange(score.Containment!.Value, 0.999, 1);
        Assert.InRange(score.MeanWidth!.Value, 0, 520);
        Assert.InRange(score.StatContainment!.Value, 0.995, 1);
        Assert.InRange(score.StatMeanWidth!.Value, 0, 160);
        Assert.InRange(score.AssuredShare!.Value, 0.9, 1);

        if (liars.Length == 0) return;
        TrackedExercise removed = exercise.Without(r => liars.Contains(exercise.Sensors[r.Sensor].Id));
        double mark = TrackedExercise.Score(removed.Run().Pictures, truth).Gospa!.Value;
        Assert.InRange(score.Gospa!.Value, 0, 1.05 * mark);
    }

    [Fact]
    public void Every_line_has_its_position_in_both_boxes_and_assurance_as_promised()
    {
        TrackedExercise exercise = TrackedExercise.Of(ExerciseFolder.Read(SharedFiles.Path("tracking/n20-slowdrift")));
        (_, List<SystemTrack[]> pictures) = exercise.Run();
        foreach (SystemTrack t in pictures.SelectMany(p => p))
        {
            Assert.True(Inside(t.Low, t.Position, t.High) && Inside(t.StatLow, t.Position, t.StatHigh));
            if (t.Assurance == Assurance.Assured) Assert.InRange(t.ReadingCount, 5, 8);
            if (t.IsPublished) Assert.InRange(t.Support, 3, 8);
            Assert.Equal(0UL, t.Sensors & t.Rejected);
        }

        Assert.All(pictures, p => Assert.Equal(p.OrderBy(t => t.Number).Select(t => t.Number), p.Select(t => t.Number)));
    }

    private static bool Inside(Enu low, Enu p, Enu high) =>
        low.X <= p.X && p.X <= high.X && low.Y <= p.Y && p.Y <= high.Y && low.Z <= p.Z && p.Z <= high.Z;
}
