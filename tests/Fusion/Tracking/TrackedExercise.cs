using C3Fusion.Exercises;
using C3Fusion.Fusion.Metrics;
using C3Fusion.Fusion.Tests.Exercises;
using C3Fusion.Fusion.Tracking;

namespace C3Fusion.Fusion.Tests.Tracking;

/// <summary>A recorded or generated exercise, as the tracker takes it.</summary>
internal sealed record TrackedExercise(IReadOnlyList<SensorModel> Sensors, IReadOnlyList<TrackReport> Reports, int Scans)
{
    public const long Second = 1_000_000;

    public static TrackedExercise Of(Exercise exercise)
    {
        string[] names = [.. exercise.Settings.Sensors.Select(s => s.Id)];
        return new TrackedExercise(
            [.. exercise.Settings.Sensors.Select(s => new SensorModel(s.Id, s.SigmaPositionM, s.SigmaVelocityMps, BiasCapM: s.BiasCapM ?? 0))],
            [.. exercise.Reports.Select(r => Report(r.Time, r.Received, Array.IndexOf(names, r.Sensor), r.Local, r.Position, r.Velocity, r.ClaimedSigmaM, r.ClaimedSigmaMps))],
            exercise.Settings.Scans);
    }

    public static TrackedExercise Of(ExerciseFolder folder)
    {
        SensorModel[] sensors = [.. folder.Sensors.GetProperty("sensors").EnumerateArray().Select(s => new SensorModel(
            s.GetProperty("id").GetString()!, s.GetProperty("sigma_pos_m").GetDouble(), s.GetProperty("sigma_vel_mps").GetDouble()))];
        return new TrackedExercise(
            sensors,
            [.. folder.Reports.Select(r => Report(r.Time, r.Received, Array.FindIndex(sensors, s => s.Id == r.Sensor), r.Local, r.Position, r.Velocity, r.ClaimedSigmaM, double.NaN))],
            (int)folder.States.Max(s => s.Time) + 1);
    }

    public TrackedExercise Without(Func<TrackReport, bool> leftOut) => this with { Reports = [.. Reports.Where(r => !leftOut(r))] };

    /// <summary>The same with some reports displaced.</summary>
    public TrackedExercise With(Func<TrackReport, bool> displaced, Enu by) => this with { Reports = [.. Reports.Select(r => displaced(r) ? r with { Position = r.Position + by } : r)] };

    /// <summary>Runs a tracker scan by scan; gives it and every line of every scan.</summary>
    public (Tracker Tracker, List<SystemTrack[]> Pictures) Run(int f = 2)
    {
        var tracker = new Tracker(Sensors, new TrackerOptions(f));
        var pictures = new List<SystemTrack[]>();
        var picture = new List<SystemTrack>();
        ILookup<long, TrackReport> byScan = Reports.ToLookup(r => r.TimeUs / Second);
        for (int scan = 0; scan < Scans; scan++)
        {
            foreach (TrackReport report in byScan[scan]) tracker.Offer(in report);
            tracker.CloseScan(scan * Second, picture);
            pictures.Add([.. picture]);
        }

        return (tracker, pictures);
    }

    /// <summary>Scores the published lines of scans 20 to the end.</summary>
    public static PictureScore Score(IReadOnlyList<SystemTrack[]> pictures, ILookup<long, TruthState> truth)
    {
        var scorer = new PictureScorer(1000, new DistanceOrder(2));
        for (int scan = 0; scan < pictures.Count; scan++)
        {
            TruthState[] now = [.. truth[scan]];
            if (scan < 20) scorer.Remember(scan * Second, now);
            else scorer.Score(scan * Second, now, [.. pictures[scan].Where(t => t.IsPublished).Select(Scored)]);
        }

        return scorer.Result();
    }

    private static ScoredTrack Scored(SystemTrack t) =>
        new(t.Number, t.Position, t.Velocity, t.Assurance == Assurance.Assured, new ScoredBox(t.Low, t.High), new ScoredBox(t.StatLow, t.StatHigh));

    private static TrackReport Report(double time, double received, int sensor, long local, Enu position, Enu velocity, double sigma, double sigmaVelocity) =>
        new((long)Math.Round(time * 1e6), (long)Math.Round(received * 1e6), sensor, (ulong)local, position, velocity, sigma, sigmaVelocity);
}
