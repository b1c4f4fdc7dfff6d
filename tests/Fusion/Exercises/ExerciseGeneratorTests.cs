using C3Fusion.Exercises;
using C3Fusion.Exercises.World;
using Xunit;

namespace C3Fusion.Fusion.Tests.Exercises;

/// <summary>The generator makes exercises like the recorded ones, and lies that are what they are called.</summary>
public sealed class ExerciseGeneratorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("c3fusion-exercise-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_settings_give_the_same_files()
    {
        string once = Path.Combine(_folder, "once"), again = Path.Combine(_folder, "again");
        ExerciseFiles.Write(Exercise.Generate(Catalogue.Attack("coordinated", 5, "R1", "S2")), once);
        ExerciseFiles.Write(Exercise.Generate(Catalogue.Attack("coordinated", 5, "R1", "S2")), again);
        foreach (string file in new[] { "reports.jsonl.gz", "truth.jsonl.gz", "sensors.json", "answer.json" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(once, file)), File.ReadAllBytes(Path.Combine(again, file)));
        }

        Exercise other = Exercise.Generate(Catalogue.Attack("coordinated", 6, "R1", "S2"));
        Assert.NotEqual(Exercise.Generate(Catalogue.Attack("coordinated", 5, "R1", "S2")).Reports, other.Reports);
    }

    [Fact]
    public void Truth_and_honest_reports_do_not_depend_on_who_lies_and_how()
    {
        Exercise honest = Exercise.Generate(Catalogue.Attack("honest", 9));
        foreach (string lie in Catalogue.Lies.Keys)
        {
            Exercise attacked = Exercise.Generate(Catalogue.Attack(lie, 9, "R1", "S3"));
            Assert.Equal(honest.Reports.Where(r => r.Sensor is not "R1" and not "S3"), attacked.Reports.Where(r => r.Sensor is not "R1" and not "S3"));
            Assert.Equal(honest.Targets.SelectMany(t => t.Positions), attacked.Targets.SelectMany(t => t.Positions));
            Assert.NotEqual(honest.Reports.Where(r => r.Sensor is "R1" or "S3"), attacked.Reports.Where(r => r.Sensor is "R1" or "S3"));
        }
    }

    [Theory]
    [InlineData("n20-honest", false)]
    [InlineData("n100-honest", true)]
    public void An_honest_exercise_looks_like_the_recorded_one(string recording, bool hundred)
    {
        ExerciseFolder recorded = ExerciseFolder.Read(SharedFiles.Path($"tracking/{recording}"));
        ExerciseSettings settings = Catalogue.Attack("honest", 3);
        ExerciseFolder generated = Written(hundred ? settings.Hundred() : settings);
        ExerciseStatistics r = ExerciseStatistics.Of(recorded), g = ExerciseStatistics.Of(generated);
        Assert.Equal(r.Targets, g.Targets);
        Assert.Equal(r.StatesPerScan, g.StatesPerScan, 0.08 * r.StatesPerScan);
        Assert.InRange(g.BornLate, 0.05, 0.4);
        Assert.InRange(g.DieEarly, 0.05, 0.4);
        Assert.Equal(r.MeanSpeed, g.MeanSpeed, 0.2 * r.MeanSpeed);
        Assert.Equal(r.SpeedUnrest, g.SpeedUnrest, 0.03);
        Assert.Equal(r.TurningShare, g.TurningShare, 0.1);
        Assert.InRange(g.LargestTurnRate, 2.5, 3.01);
        Assert.Equal(r.Climb, g.Climb);
        foreach (string sensor in new[] { "R1", "R2", "R3", "R4", "R5", "S1", "S2", "S3" })
        {
            ExerciseStatistics.OfSensor rs = ExerciseStatistics.Of(recorded, sensor), gs = ExerciseStatistics.Of(generated, sensor);
            Assert.Equal(rs.SigmaPosition, gs.SigmaPosition, 0.04 * rs.SigmaPosition);
            Assert.Equal(rs.SigmaUp, gs.SigmaUp, 0.06 * rs.SigmaUp);
            Assert.Equal(rs.SigmaVelocity, gs.SigmaVelocity, 0.04 * rs.SigmaVelocity);
            Assert.Equal(rs.Detection, gs.Detection, 0.025);
            Assert.Equal(rs.ClutterPerScan, gs.ClutterPerScan, 0.15 * rs.ClutterPerScan + 0.1);
            Assert.InRange(gs.KeptAfterTwoMisses, 0.9, 1);
            Assert.True(!(gs.KeptAfterThreeMisses > 0.1), "a number survives no three misses, but for a report that was taken for another target's");
            Assert.Equal(rs.MeanDelay, gs.MeanDelay, 0.15);
            (double least, double largest) = sensor[0] == 'S' ? (1, 4) : (0.05, 0.3);
            Assert.InRange(gs.LeastDelay, least - 1e-9, largest);
            Assert.InRange(gs.LargestDelay, least, largest + 1e-9);
        }
    }

    [Theory]
    [InlineData("bias", 5000, 5000)]
    [InlineData("ghost", 0, 0)]
    [InlineData("slowdrift", 0, 895)]
    public void A_recorded_attack_moves_the_liars_as_the_generated_one_does(string lie, double first, double last)
    {
        (double First, double Last) generated = Displacements(Written(Catalogue.Attack(lie, 3, "R2", "S1")), Written(Catalogue.Attack("honest", 3)), "R2");
        (double First, double Last) recorded = Displacements(ExerciseFolder.Read(SharedFiles.Path($"tracking/n20-{lie}")), ExerciseFolder.Read(SharedFiles.Path("tracking/n20-honest")), "R2");
        Assert.Equal(first, generated.First, 15.0);
        Assert.Equal(last, generated.Last, 15.0);
        Assert.Equal(recorded.First, generated.First, 15.0);
        Assert.Equal(recorded.Last, generated.Last, 15.0);
    }

    [Fact]
    public void Ghosts_come_from_scan_ten_on_five_to_a_liar_as_recorded()
    {
        foreach (ExerciseFolder exercise in new[] { Written(Catalogue.Attack("ghost", 3, "R2", "S1")), ExerciseFolder.Read(SharedFiles.Path("tracking/n20-ghost")) })
        {
            Func<ExerciseFolder.Report, ExerciseFolder.Truth?> identify = exercise.Identify(1000);
            ExerciseFolder.Report[] strange = [.. exercise.Reports.Where(r => r.Sensor == "R2" && identify(r) is null)];
            var lasting = strange.GroupBy(r => r.Local).Where(g => g.Count() > 20).ToArray();
            Assert.Equal(10, lasting.Min(g => g.Min(r => r.Time)));
            Assert.InRange(lasting.Sum(g => g.Count()) / 190.0, 3.4, 5.0);
        }
    }

    [Fact]
    public void Slow_drift_claims_ten_metres_and_has_them()
    {
        ExerciseFolder exercise = Written(Catalogue.Attack("slowdrift", 3, "R2", "S1"));
        Assert.All(exercise.Reports.Where(r => r.Sensor is "R2" or "S1"), r => Assert.Equal(10, r.ClaimedSigmaM));
        Func<ExerciseFolder.Report, ExerciseFolder.Truth?> identify = exercise.Identify(1500);
        double[] errors = [.. exercise.Reports.Where(r => r.Sensor == "S1" && r.Time < 20).Select(r => (r, s: identify(r))).Where(p => p.s is not null).Select(p => p.r.Position.X - p.s!.Position.X)];
        Assert.Equal(10, Math.Sqrt(errors.Average(e => e * e)), 1.5);
    }

    [Fact]
    public void Sensors_without_height_send_none()
    {
        ExerciseFolder exercise = Written(Catalogue.Attack("slowdrift", 3, "R3", "S1").WithoutHeight("R3", "R4"));
        Assert.All(exercise.Reports, r => Assert.Equal(r.Sensor is "R3" or "R4", double.IsNaN(r.Position.Z) && double.IsNaN(r.Velocity.Z)));
    }

    [Fact]
    public void Correlated_errors_keep_their_size_and_are_correlated()
    {
        Exercise exercise = Exercise.Generate(Catalogue.Attack("honest", 3).Correlated(0.9));
        var truth = exercise.Targets.ToDictionary(t => t.Id);
        var products = new List<double>();
        var squares = new List<double>();
        foreach (var track in exercise.Reports.Where(r => r.Sensor == "R1").GroupBy(r => r.Local).Where(g => g.Count() > 20))
        {
            ExerciseReport[] row = [.. track];
            double[] errors = EastErrors(row, truth);
            squares.AddRange(errors.Select(e => e * e));
            for (int i = 1; i < row.Length; i++)
            {
                if (row[i].Time - row[i - 1].Time == 1) products.Add(errors[i] * errors[i - 1]);
            }
        }

        Assert.Equal(30, Math.Sqrt(squares.Average()), 2.5);
        Assert.Equal(0.9, products.Average() / squares.Average(), 0.03);
    }

    [Fact]
    public void Crossing_pairs_meet_at_five_metres_per_second()
    {
        Exercise exercise = Exercise.Generate(Catalogue.Attack("honest", 3).Crossing(5));
        for (int pair = 0; pair < 6; pair++)
        {
            var (a, b) = (exercise.Targets[2 * pair], exercise.Targets[(2 * pair) + 1]);
            Assert.Equal(0, (a.Positions[100] - b.Positions[100]).Length, 1e-6);
            Assert.Equal(250, (a.Positions[50] - b.Positions[50]).Length, 1e-6);
            Assert.Equal(5, (a.Velocities[0] - b.Velocities[0]).Length, 1e-9);
        }
    }

    [Fact]
    public void Late_and_missing_reports_are_as_many_as_announced()
    {
        Exercise plain = Exercise.Generate(Catalogue.Attack("honest", 3));
        Exercise missing = Exercise.Generate(Catalogue.Attack("honest", 3).Missing());
        Assert.Equal(0.8, missing.Reports.Count / (double)plain.Reports.Count, 0.01);
        Exercise late = Exercise.Generate(Catalogue.Attack("honest", 3).LateReports());
        double share = late.Reports.Count(r => r.Sensor[0] == 'R' && r.Received - r.Time > 0.3) / (double)late.Reports.Count(r => r.Sensor[0] == 'R');
        Assert.Equal(0.05 * 0.96, share, 0.006);
        Assert.True(late.Reports.Max(r => r.Received - r.Time) <= 9);
    }

    [Fact]
    public void Registration_biases_are_tens_of_metres()
    {
        foreach (long seed in new long[] { 1, 2, 3 })
        {
            Exercise exercise = Exercise.Generate(Catalogue.Attack("honest", seed).RegistrationBiases(registered: false));
            ExerciseFolder folder = Written(exercise.Settings);
            Func<ExerciseFolder.Report, ExerciseFolder.Truth?> identify = folder.Identify(600);
            foreach (string sensor in new[] { "R1", "R2", "R3" })
            {
                var errors = folder.Reports.Where(r => r.Sensor == sensor).Select(r => (r, s: identify(r))).Where(p => p.s is not null).GroupBy(p => p.s!.Id)
                    .Select(g => new Enu(g.Average(p => p.r.Position.X - p.s!.Position.X), g.Average(p => p.r.Position.Y - p.s!.Position.Y), 0).Length).ToArray();
                Assert.InRange(errors.Average(), 12, 75);
            }
        }
    }

    private static double[] EastErrors(ExerciseReport[] row, Dictionary<int, TargetPath> truth)
    {
        TargetPath target = truth.Values.Where(t => t.IsAlive((int)row[0].Time)).MinBy(t => (t.At((int)row[0].Time).Position - row[0].Position).Length)!;
        return [.. row.Select(r => r.Position.X - target.At((int)r.Time).Position.X)];
    }

    /// <summary>Length of the mean displacement of a liar's readings against its honest ones, in the first and in the last scan.</summary>
    private static (double First, double Last) Displacements(ExerciseFolder lied, ExerciseFolder honest, string sensor)
    {
        // The same track number at the same time is the same target: a lie of position does not touch the numbers.
        var before = honest.Reports.Where(r => r.Sensor == sensor).ToDictionary(r => (r.Time, r.Local));
        HashSet<long> lasting = [.. honest.Reports.Where(r => r.Sensor == sensor).GroupBy(r => r.Local).Where(g => g.Count() > 20).Select(g => g.Key)];
        double At(double from, double to)
        {
            Enu[] moved = [.. lied.Reports.Where(r => r.Sensor == sensor && r.Time >= from && r.Time <= to && lasting.Contains(r.Local) && before.ContainsKey((r.Time, r.Local))).Select(r => r.Position - before[(r.Time, r.Local)].Position)];
            return new Enu(moved.Average(m => m.X), moved.Average(m => m.Y), 0).Length;
        }

        return (At(0, 5), At(199, 199));
    }

    private ExerciseFolder Written(ExerciseSettings settings)
    {
        string folder = Path.Combine(_folder, settings.Name);
        ExerciseFiles.Write(Exercise.Generate(settings), folder);
        return ExerciseFolder.Read(folder);
    }
}
