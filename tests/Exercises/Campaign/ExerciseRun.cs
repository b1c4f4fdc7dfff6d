using System.Diagnostics;
using C3Fusion.Exercises.World;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Metrics;
using C3Fusion.Fusion.Tracking;

namespace C3Fusion.Exercises.Campaign;

/// <summary>What the tracker made of an exercise.</summary>
/// <param name="Exercise">The exercise's settings.</param>
/// <param name="Score">Scored on scans 20 to the end.</param>
/// <param name="MissedMature">Mean number of targets a scan, at least 6 s old, without a track.</param>
/// <param name="Accusations">Every accusation, in order.</param>
/// <param name="Assured">Lines that said Assured, from the first scan on; none says so while the alarm stands.</param>
/// <param name="AssuredWrong">Those of them with no target in their hard box, of now or of the last 3 s.</param>
/// <param name="AssuredAstray">Those with no target within the widest honest interval of their hard box: what is promised even with n-f-1 liars.</param>
/// <param name="AlarmScans">Scans in which the tracker had the system alarm on.</param>
/// <param name="EngineSeconds">CPU-free wall time spent inside the tracker, s.</param>
public sealed record ExerciseOutcome(ExerciseSettings Exercise, PictureScore Score, double MissedMature, IReadOnlyList<Accusation> Accusations, long Assured, long AssuredWrong, long AssuredAstray, int AlarmScans, double EngineSeconds);

/// <summary>Runs the tracker over an exercise as <c>c3fusion track</c> does, and scores it as <c>c3fusion score</c> does.</summary>
public static class ExerciseRun
{
    /// <summary>First scan that is scored.</summary>
    public const int FirstScored = 20;

    /// <summary>GOSPA's cutoff, m.</summary>
    public const double Cutoff = 1000;

    private const int MatureAge = 6;

    /// <summary>For how long a track may outlive its target, s.</summary>
    private const int Fading = 3;

    /// <summary>Runs and scores one exercise.</summary>
    public static ExerciseOutcome Run(Exercise exercise)
    {
        ExerciseSettings settings = exercise.Settings;
        ITracker tracker = new Tracker([.. settings.Sensors.Select(Model(settings))], new TrackerOptions(settings.FaultBound));
        bool byArrival = settings.Order == "rx";
        TrackReport[] reports = [.. Reports(exercise).OrderBy(r => byArrival ? r.ReceivedUs : r.TimeUs)];
        var scorer = new PictureScorer(Cutoff, new DistanceOrder(2));
        var matching = new PictureMatching(Cutoff, new DistanceOrder(2));
        var picture = new List<SystemTrack>();
        long missedMature = 0, ticks = 0, assured = 0, wrong = 0, astray = 0;
        double honestWidth = settings.Sensors.Where(x => !settings.Liars.Contains(x.Id, StringComparer.Ordinal)).Max(x => (8 * x.SigmaPositionM) + (2 * Math.Max(x.BiasCapM ?? 0, 0.15 * x.SigmaPositionM)));
        int next = 0, alarms = 0;
        for (int scan = 0; scan < settings.Scans; scan++)
        {
            long endUs = scan * 1_000_000L, start = Stopwatch.GetTimestamp();
            for (; next < reports.Length && (byArrival ? reports[next].ReceivedUs : reports[next].TimeUs) <= endUs; next++) tracker.Offer(in reports[next]);
            tracker.CloseScan(endUs, picture);
            ticks += Stopwatch.GetTimestamp() - start;
            if (tracker.SystemAlarm) alarms++;
            assured += picture.Count(t => t.Assurance == Assurance.Assured);
            wrong += picture.Count(t => t.Assurance == Assurance.Assured && !HoldsTarget(exercise, scan, t, 0));
            astray += picture.Count(t => t.Assurance == Assurance.Assured && !HoldsTarget(exercise, scan, t, honestWidth));
            TruthState[] truth = [.. exercise.Targets.Where(t => t.IsAlive(scan)).Select(t => new TruthState(t.Id, t.At(scan).Position, t.At(scan).Velocity))];
            if (scan < FirstScored)
            {
                scorer.Remember(endUs, truth);
                continue;
            }

            ScoredTrack[] tracks = [.. picture.Where(t => t.IsPublished).Select(Scored)];
            scorer.Score(endUs, truth, tracks);
            missedMature += Missed(exercise, scan, matching, truth, tracks);
        }

        return new ExerciseOutcome(settings, scorer.Result(), missedMature / (double)(settings.Scans - FirstScored), tracker.Accusations, assured, wrong, astray, alarms, Stopwatch.GetElapsedTime(0, ticks).TotalSeconds);
    }

    private static bool HoldsTarget(Exercise exercise, int scan, SystemTrack track, double margin)
    {
        foreach (TargetPath target in exercise.Targets)
        {
            int last = Math.Min(scan, target.EndScan - 1);
            if (scan < target.FirstScan || scan > last + Fading) continue;
            Enu p = target.At(last, scan - last).Position;
            Enu above = p - track.Low, below = track.High - p;
            if (Math.Min(Math.Min(Math.Min(above.X, above.Y), above.Z), Math.Min(Math.Min(below.X, below.Y), below.Z)) >= -margin) return true;
        }

        return false;
    }

    private static int Missed(Exercise exercise, int scan, PictureMatching matching, TruthState[] truth, ScoredTrack[] tracks)
    {
        matching.Match(Array.ConvertAll(truth, t => t.Position), Array.ConvertAll(tracks, t => t.Position));
        int missed = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            TargetPath target = exercise.Targets.First(t => t.Id == truth[i].Id);
            if (matching.TrackOfTruth[i] < 0 && scan - target.FirstScan >= MatureAge) missed++;
        }

        return missed;
    }

    private static IEnumerable<TrackReport> Reports(Exercise exercise)
    {
        string[] names = [.. exercise.Settings.Sensors.Select(s => s.Id)];
        foreach (ExerciseReport r in exercise.Reports)
        {
            yield return new TrackReport(Microseconds(r.Time), Microseconds(r.Received), Array.IndexOf(names, r.Sensor), (ulong)r.Local, r.Position, r.Velocity, r.ClaimedSigmaM, r.ClaimedSigmaMps);
        }
    }

    private static Func<SensorSpec, SensorModel> Model(ExerciseSettings settings) => spec => new SensorModel(
        spec.Id,
        spec.SigmaPositionM,
        spec.SigmaVelocityMps,
        BiasCapM: spec.BiasCapM ?? 0,
        DetectionProbability: settings.RegisteredDetectionProbability);

    private static ScoredTrack Scored(SystemTrack track) => new(
        track.Number,
        track.Position,
        track.Velocity,
        track.Assurance == Assurance.Assured,
        new ScoredBox(track.Low, track.High),
        new ScoredBox(track.StatLow, track.StatHigh));

    private static long Microseconds(double seconds) => (long)Math.Round(seconds * 1e6);
}
