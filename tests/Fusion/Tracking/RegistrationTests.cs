using System.Runtime.Intrinsics;
using C3Fusion.Exercises;
using C3Fusion.Exercises.Campaign;
using C3Fusion.Fusion.Tracking;
using Xunit;

namespace C3Fusion.Fusion.Tests.Tracking;

/// <summary>Registration errors are estimated and corrected, never a ground for accusation, and nobody can teach them falsely.</summary>
public sealed class RegistrationTests
{
    private static readonly Vector256<double> Everywhere = Vector256.Create(1.0, 1.0, 1.0, 0.0);

    [Fact]
    public void The_fit_is_the_least_squares_solution()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 50; trial++)
        {
            const double Variance = 900, Prior = 40, Reach = 50_000;
            var sums = new RegistrationSums();
            double[,] normal = new double[5, 6];
            for (int c = 0; c < 5; c++) normal[c, c] = Variance / (Prior * Prior) * (c is 2 or 3 ? Reach * Reach : 1);
            for (int i = 0; i < 40; i++)
            {
                double x = random.Next(-50_000, 50_000), y = random.Next(-50_000, 50_000);
                double[] r = [random.Next(-100, 100), random.Next(-100, 100), random.Next(-100, 100)];
                sums.Add(Vector256.Create(x, y, 0, 0), Vector256.Create(r[0], r[1], r[2], 0), Everywhere);

                // Columns: east, north, rotation, gain, up.
                foreach ((double[] row, double value) in new[] { (new[] { 1, 0, -y, x, 0 }, r[0]), (new[] { 0, 1, x, y, 0 }, r[1]), (new double[] { 0, 0, 0, 0, 1 }, r[2]) })
                {
                    for (int a = 0; a < 5; a++)
                    {
                        for (int b = 0; b < 5; b++) normal[a, b] += row[a] * row[b];
                        normal[a, 5] += row[a] * value;
                    }
                }
            }

            double[] expected = Solve(normal);
            RegistrationField field = sums.Fit(Variance, Prior, Reach);
            Assert.Equal(expected[0], field.Offset.GetElement(0), 1e-6);
            Assert.Equal(expected[1], field.Offset.GetElement(1), 1e-6);
            Assert.Equal(expected[2] * Reach, field.Rotation * Reach, 1e-6);
            Assert.Equal(expected[3] * Reach, field.Gain * Reach, 1e-6);
            Assert.Equal(expected[4], field.Offset.GetElement(2), 1e-6);
        }
    }

    /// <summary>20 to 50 m of offset, range and azimuth on every sensor, nothing of it registered. Uncorrected: GOSPA 90 to 132 m.</summary>
    [Fact]
    public void Unregistered_errors_of_20_to_50_m_are_corrected_and_accuse_nobody()
    {
        double sum = 0;
        for (long seed = 11; seed < 19; seed++)
        {
            ExerciseOutcome outcome = Run("honest", seed);
            Assert.Empty(outcome.Accusations);
            Assert.Equal(0, outcome.AlarmScans);
            Assert.True(outcome.Score.Containment >= 0.999 && outcome.Score.StatContainment >= 0.995, outcome.Exercise.Name);
            Assert.InRange(outcome.Score.Gospa!.Value, 0, 90);
            sum += outcome.Score.Gospa!.Value;
        }

        Assert.InRange(sum / 8, 0, 78);
    }

    [Theory]
    [InlineData("bias")]
    [InlineData("ghost")]
    [InlineData("slowdrift")]
    [InlineData("step-own-0-600")]
    public void Under_attack_exactly_the_liars_are_accused_all_the_same(string lie)
    {
        foreach ((long seed, string[] liars) in new (long, string[])[] { (11, ["R2", "S1"]), (12, ["R1", "R2"]) })
        {
            ExerciseOutcome outcome = Run(lie, seed, liars);
            Assert.Equal(liars, outcome.Accusations.Select(a => outcome.Exercise.Sensors[a.Sensor].Id).Order(StringComparer.Ordinal));
            Assert.True(outcome.Score.Containment >= 0.999, $"hard containment {outcome.Score.Containment}");
        }
    }

    /// <summary>The two best radars are 45 m off for a hundred scans, all that is taken for registration, and then tell the truth: now their correction is the lie.</summary>
    [Fact]
    public void A_correction_taught_falsely_harms_no_more_than_its_size()
    {
        Exercise honest = Exercise.Generate(Catalogue.Attack("honest", 5));
        TrackedExercise plain = TrackedExercise.Of(honest);
        TrackedExercise taught = plain with
        {
            Reports = [.. plain.Reports.Select(r => r.Sensor > 1 || r.TimeUs >= 100 * TrackedExercise.Second ? r : r with { Position = r.Position + new Enu(32, -32, 0) })],
        };
        (Tracker tracker, List<SystemTrack[]> pictures) = taught.Run();
        List<SystemTrack[]> undisturbed = plain.Run().Pictures;
        Assert.DoesNotContain(tracker.Accusations, a => a.Sensor > 1);
        for (int scan = 20; scan < honest.Settings.Scans; scan++)
        {
            SystemTrack[] ours = [.. pictures[scan].Where(t => t.IsPublished)], mark = [.. undisturbed[scan].Where(t => t.IsPublished)];
            Assert.Equal(mark.Length, ours.Length);
            double moved = mark.Average(m => ours.Min(o => Distance(o.Position, m.Position)));
            Assert.True(moved < 45, $"scan {scan}: {moved:F0} m");
            if (scan is > 60 and < 100) Assert.True(moved < 15, $"scan {scan}: learnt by now, yet {moved:F0} m");
        }
    }

    private static double Distance(Enu a, Enu b) => Math.Sqrt(Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2));

    private static ExerciseOutcome Run(string lie, long seed, params string[] liars) =>
        ExerciseRun.Run(Exercise.Generate(Circumstances.Apply(Catalogue.Attack(lie, seed, liars), "biases")));

    private static double[] Solve(double[,] m)
    {
        const int N = 5;
        for (int c = 0; c < N; c++)
        {
            for (int r = 0; r < N; r++)
            {
                if (r == c) continue;
                double factor = m[r, c] / m[c, c];
                for (int k = 0; k <= N; k++) m[r, k] -= factor * m[c, k];
            }
        }

        return [.. Enumerable.Range(0, N).Select(i => m[i, N] / m[i, i])];
    }
}
