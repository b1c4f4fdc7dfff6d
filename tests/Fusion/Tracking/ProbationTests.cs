using C3Fusion.Exercises;
using C3Fusion.Fusion.Tracking;
using Xunit;

namespace C3Fusion.Fusion.Tests.Tracking;

/// <summary>A fault that passes is forgiven after a stated time; pausing for a pardon does not pay.</summary>
public sealed class ProbationTests
{
    private const long Second = TrackedExercise.Second;

    [Fact]
    public void A_sensor_that_was_out_of_order_for_a_while_is_believed_again()
    {
        TrackedExercise plain = TrackedExercise.Of(Exercise.Generate(Catalogue.Attack("honest", 7) with { Scans = 160 }));
        (Tracker tracker, List<SystemTrack[]> pictures) = plain.With(r => r.Sensor is 1 or 5 && r.TimeUs >= 20 * Second && r.TimeUs < 50 * Second, new Enu(1500, 0, 0)).Run();
        Assert.Equal([1, 5], tracker.Accusations.Select(a => a.Sensor).Order());
        Assert.All(tracker.Accusations, a =>
        {
            Assert.InRange(a.FromUs, 20 * Second, 30 * Second);
            Assert.InRange(a.ToUs!.Value, (50 + Probation.FirstScans - 1) * Second, (50 + Probation.FirstScans + 20) * Second);
        });
        Assert.Contains(pictures[^1], t => (t.Sensors & 34) == 34);
    }

    /// <summary>Two sensors lie for 12 s of every 80 s, for ten minutes: each pardon takes twice as long as the one before.</summary>
    [Fact]
    public void A_liar_that_pauses_is_pardoned_ever_more_seldom()
    {
        const int Scans = 600;
        TrackedExercise plain = TrackedExercise.Of(Exercise.Generate(Catalogue.Attack("honest", 8) with { Scans = Scans }));
        (Tracker tracker, _) = plain.With(r => r.Sensor is 1 or 2 && r.TimeUs / Second % 80 is >= 20 and < 32, new Enu(900, -300, 0)).Run();
        Assert.All(tracker.Accusations, a => Assert.InRange(a.Sensor, 1, 2));
        foreach (IGrouping<int, Accusation> sensor in tracker.Accusations.GroupBy(a => a.Sensor))
        {
            Accusation[] ordered = [.. sensor.OrderBy(a => a.FromUs)];
            Assert.InRange(ordered.Length, 1, 2);
            double accused = ordered.Sum(a => ((a.ToUs ?? Scans * Second) - a.FromUs) / (double)Second);
            Assert.InRange(accused, 0.8 * Scans, Scans);
        }
    }

    [Fact]
    public void What_is_outside_its_registration_no_more_is_said_to_be_so_no_more()
    {
        var random = new Random(3);
        TrackedExercise plain = TrackedExercise.Of(Exercise.Generate(Catalogue.Attack("honest", 9) with { Scans = 400 }));
        TrackedExercise noisy = plain with
        {
            Reports = [.. plain.Reports.Select(r => r.Sensor != 2 || r.TimeUs >= 60 * Second ? r : r with { Position = r.Position + (new Enu(Normal(random), Normal(random), Normal(random)) * 100) })],
        };
        (Tracker tracker, _) = noisy.Run();
        Accusation only = Assert.Single(tracker.Accusations);
        Assert.Equal((2, AccusationKind.OutsideRegistration), (only.Sensor, only.Kind));
        Assert.InRange(only.ToUs!.Value, 90 * Second, 300 * Second);
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
