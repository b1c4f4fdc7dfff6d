using C3Fusion.Exercises;
using C3Fusion.Fusion.Tracking;
using Xunit;

namespace C3Fusion.Fusion.Tests.Tracking;

/// <summary>n counts per axis: what fewer than 2f+1 sensors measure is neither assured nor a ground for accusation, and no ground for alarm.</summary>
public sealed class MissingHeightTests
{
    private const int Scans = 60;
    private const int Radars = 5;
    private const double LieM = 3000;
    private static readonly Exercise Honest = Exercise.Generate(Catalogue.Attack("honest", 3) with { Scans = Scans });
    private static readonly TrackedExercise Whole = TrackedExercise.Of(Honest);

    /// <summary>Every pair of liars among the three sensors that see height, a step and a drag, with and without climb rates of the rest.</summary>
    public static TheoryData<int, int, bool, bool> Liars
    {
        get
        {
            var data = new TheoryData<int, int, bool, bool>();
            foreach ((int a, int b) in new[] { (5, 6), (5, 7), (6, 7) })
            {
                foreach (bool drags in new[] { false, true })
                {
                    foreach (bool climbRates in new[] { false, true }) data.Add(a, b, drags, climbRates);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Liars))]
    public void Two_liars_of_three_that_see_height_frame_nobody_and_assure_nothing(int first, int second, bool drags, bool climbRates)
    {
        (Tracker tracker, List<SystemTrack[]> pictures) = Picture(r =>
        {
            if (r.Sensor < Radars) return WithoutHeight(r, climbRates);
            double lie = !drags ? LieM : 30.0 * r.TimeUs / TrackedExercise.Second;
            return r.Sensor == first || r.Sensor == second ? r with { Position = r.Position with { Z = r.Position.Z + lie } } : r;
        });

        Assert.DoesNotContain(tracker.Accusations, a => a.Sensor != first && a.Sensor != second);
        HoldHorizontalPicture(tracker, pictures);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Honest_sensors_of_which_too_few_see_height_give_a_horizontal_picture(int seeingHeight)
    {
        (Tracker tracker, List<SystemTrack[]> pictures) = Picture(r => r.Sensor < 8 - seeingHeight ? WithoutHeight(r, false) : r);
        Assert.Empty(tracker.Accusations);
        HoldHorizontalPicture(tracker, pictures);
    }

    [Fact]
    public void Five_sensors_that_see_height_are_enough_for_two_liars()
    {
        (Tracker tracker, List<SystemTrack[]> pictures) = Picture(r => r.Sensor < 3 ? WithoutHeight(r, false)
            : r.Sensor is 5 or 6 ? r with { Position = r.Position with { Z = r.Position.Z + LieM } } : r);
        Assert.Equal([5, 6], tracker.Accusations.Select(a => a.Sensor).Order());
        Assert.Contains(pictures[^1], t => t.Assurance == Assurance.Assured);
        foreach (SystemTrack track in pictures.SelectMany(p => p).Where(t => t.Assurance == Assurance.Assured)) HoldTruth(track);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public void Two_liars_alone_with_a_height_do_not_move_the_box_off_the_truth(double fromTheStartM)
    {
        (Tracker tracker, List<SystemTrack[]> pictures) = Picture(r => r.Sensor is not (5 or 6) ? WithoutHeight(r, true)
            : r with { Position = r.Position with { Z = r.Position.Z + fromTheStartM + (30.0 * r.TimeUs / TrackedExercise.Second) } });
        Assert.Empty(tracker.Accusations);
        HoldHorizontalPicture(tracker, pictures);
    }

    private static TrackReport WithoutHeight(TrackReport report, bool climbRate) => report with
    {
        Position = report.Position with { Z = double.NaN },
        Velocity = climbRate ? report.Velocity : report.Velocity with { Z = double.NaN },
    };

    private static (Tracker Tracker, List<SystemTrack[]> Pictures) Picture(Func<TrackReport, TrackReport> said) =>
        (Whole with { Reports = [.. Whole.Reports.Select(said)] }).Run();

    private static void HoldHorizontalPicture(Tracker tracker, List<SystemTrack[]> pictures)
    {
        Assert.False(tracker.SystemAlarm);
        Assert.DoesNotContain(pictures.SelectMany(p => p), t => t.Assurance is Assurance.Assured or Assurance.Alarm);
        for (int scan = 10; scan < Scans; scan++)
        {
            SystemTrack[] published = [.. pictures[scan].Where(t => t.IsPublished)];
            foreach (SystemTrack track in published) HoldTruth(track);
            int mature = Honest.Targets.Count(t => t.IsAlive(scan) && scan - t.FirstScan >= 10);
            Assert.True(published.Length >= mature, $"scan {scan}: {published.Length} tracks of {mature} targets");
        }
    }

    /// <summary>Some target of now or of the scans just before lies in the hard box, and the position in both boxes.</summary>
    private static void HoldTruth(SystemTrack track)
    {
        int scan = (int)(track.TimeUs / TrackedExercise.Second);
        Assert.Contains(Honest.Targets, t => scan >= t.FirstScan && scan <= t.EndScan + 3 && Inside(t.At(scan, 0).Position, track.Low, track.High));
        Assert.True(Inside(track.Position, track.Low, track.High) && Inside(track.Position, track.StatLow, track.StatHigh));
    }

    private static bool Inside(Enu p, Enu low, Enu high) =>
        p.X >= low.X && p.X <= high.X && p.Y >= low.Y && p.Y <= high.Y && p.Z >= low.Z && p.Z <= high.Z;
}
