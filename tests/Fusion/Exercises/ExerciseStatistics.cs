namespace C3Fusion.Fusion.Tests.Exercises;

/// <summary>What an exercise looks like from outside: figures by which a generated one is held against a recorded one.</summary>
internal sealed record ExerciseStatistics(
    double Targets,
    double StatesPerScan,
    double BornLate,
    double DieEarly,
    double MeanSpeed,
    double SpeedUnrest,
    double TurningShare,
    double LargestTurnRate,
    double Climb)
{
    /// <summary>Figures of one sensor.</summary>
    public sealed record OfSensor(double ReportsPerScan, double SigmaPosition, double SigmaUp, double SigmaVelocity, double Detection, double ClutterPerScan, double KeptAfterTwoMisses, double KeptAfterThreeMisses, double MeanDelay, double LeastDelay, double LargestDelay);

    public static ExerciseStatistics Of(ExerciseFolder exercise)
    {
        var paths = exercise.States.GroupBy(s => s.Id).Select(g => g.OrderBy(s => s.Time).ToArray()).ToArray();
        double end = exercise.States.Max(s => s.Time);
        var steps = paths.SelectMany(p => p.Zip(p.Skip(1))).Select(s => (Turn: Math.Abs(Turn(s.First.Velocity, s.Second.Velocity)), Speed: s.Second.Velocity.Length - s.First.Velocity.Length)).ToArray();
        return new ExerciseStatistics(
            paths.Length,
            exercise.States.Length / (end + 1),
            paths.Count(p => p[0].Time > 0) / (double)paths.Length,
            paths.Count(p => p[^1].Time < end) / (double)paths.Length,
            exercise.States.Average(s => s.Velocity.Length),
            Deviation(steps.Select(s => s.Speed)),
            steps.Count(s => s.Turn > 0.1) / (double)steps.Length,
            steps.Max(s => s.Turn),
            exercise.States.Max(s => Math.Abs(s.Velocity.Z)));
    }

    public static OfSensor Of(ExerciseFolder exercise, string sensor)
    {
        ExerciseFolder.Report[] reports = [.. exercise.Reports.Where(r => r.Sensor == sensor)];
        double sigma = exercise.Sensors.GetProperty("sensors").EnumerateArray().Single(s => s.GetProperty("id").GetString() == sensor).GetProperty("sigma_pos_m").GetDouble();
        Func<ExerciseFolder.Report, ExerciseFolder.Truth?> identify = exercise.Identify(6 * sigma);
        (ExerciseFolder.Report Report, ExerciseFolder.Truth State)[] pairs = [.. reports.Select(r => (r, identify(r))).Where(p => p.Item2 is not null).Select(p => (p.r, p.Item2!))];
        double scans = exercise.States.Max(s => s.Time) + 1;
        var gaps = pairs.GroupBy(p => p.State.Id).SelectMany(g => g.OrderBy(p => p.Report.Time).ToArray() is var row ? row.Zip(row.Skip(1)) : []).Select(g => (Missed: (int)(g.Second.Report.Time - g.First.Report.Time) - 1, Kept: g.First.Report.Local == g.Second.Report.Local)).ToArray();
        return new OfSensor(
            reports.Length / scans,
            Deviation(pairs.SelectMany(p => new[] { p.Report.Position.X - p.State.Position.X, p.Report.Position.Y - p.State.Position.Y })),
            Deviation(pairs.Select(p => p.Report.Position.Z - p.State.Position.Z)),
            Deviation(pairs.SelectMany(p => new[] { p.Report.Velocity.X - p.State.Velocity.X, p.Report.Velocity.Y - p.State.Velocity.Y, p.Report.Velocity.Z - p.State.Velocity.Z })),
            pairs.Length / (double)exercise.States.Length,
            (reports.Length - pairs.Length) / scans,
            Share(gaps.Where(g => g.Missed == 2).Select(g => g.Kept)),
            Share(gaps.Where(g => g.Missed >= 3).Select(g => g.Kept)),
            reports.Average(r => r.Received - r.Time),
            reports.Min(r => r.Received - r.Time),
            reports.Max(r => r.Received - r.Time));
    }

    private static double Turn(Enu before, Enu after)
    {
        double turn = Math.Atan2(after.Y, after.X) - Math.Atan2(before.Y, before.X);
        return Math.IEEERemainder(turn, 2 * Math.PI) * 180 / Math.PI;
    }

    private static double Share(IEnumerable<bool> values) => values.Select(v => v ? 1.0 : 0).DefaultIfEmpty(double.NaN).Average();

    private static double Deviation(IEnumerable<double> values)
    {
        double[] all = [.. values];
        double mean = all.Average();
        return Math.Sqrt(all.Average(v => (v - mean) * (v - mean)));
    }
}
