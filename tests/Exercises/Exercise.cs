using C3Fusion.Exercises.Lies;
using C3Fusion.Exercises.World;
using C3Fusion.Fusion;

namespace C3Fusion.Exercises;

/// <summary>One report as it stands in a file.</summary>
/// <param name="Time">Time of validity, s.</param>
/// <param name="Received">Time of arrival, s.</param>
/// <param name="Sensor">The sensor's name.</param>
/// <param name="Local">Its track number.</param>
/// <param name="Position">Position, m; NaN up where there is no height.</param>
/// <param name="Velocity">Velocity, m/s.</param>
/// <param name="ClaimedSigmaM">Claimed 1-sigma of position, m.</param>
/// <param name="ClaimedSigmaMps">Claimed 1-sigma of velocity, m/s.</param>
public readonly record struct ExerciseReport(double Time, double Received, string Sensor, long Local, Enu Position, Enu Velocity, double ClaimedSigmaM, double ClaimedSigmaMps);

/// <summary>A generated exercise: the truth, and what the sensors say of it.</summary>
public sealed class Exercise
{
    private Exercise(ExerciseSettings settings, IReadOnlyList<TargetPath> targets, IReadOnlyList<ExerciseReport> reports)
    {
        Settings = settings;
        Targets = targets;
        Reports = reports;
    }

    /// <summary>What it was made from.</summary>
    public ExerciseSettings Settings { get; }

    /// <summary>The truth.</summary>
    public IReadOnlyList<TargetPath> Targets { get; }

    /// <summary>All reports, by scan and then by sensor.</summary>
    public IReadOnlyList<ExerciseReport> Reports { get; }

    /// <summary>The same exercise with all lines of the liars left out: the mark for a robust tracker.</summary>
    public Exercise WithoutLiars() => new(
        Settings with { Name = Settings.Name + "-removed" },
        Targets,
        [.. Reports.Where(r => !Settings.Liars.Contains(r.Sensor, StringComparer.Ordinal))]);

    /// <summary>Generates an exercise.</summary>
    public static Exercise Generate(ExerciseSettings settings)
    {
        List<TargetPath> targets = [.. settings.RecordedTruth ?? []];
        if (settings.RecordedTruth is not null) settings = settings with { Targets = 0, Pairs = 0 };
        for (int pair = 0; pair < settings.Pairs; pair++)
        {
            targets.AddRange(TargetMotion.Pair(settings.Seed, pair, settings.Scans, settings.AreaM, settings.PairSeparationM, settings.PairCrossingMps));
        }

        for (int i = 0; i < settings.Targets; i++) targets.Add(TargetMotion.Free(settings.Seed, "target", targets.Count, settings.Scans, settings.AreaM));
        Station[] stations = [.. settings.Sensors.Select(spec => new Station(settings, spec))];
        Lie? lie = settings.MakeLie?.Invoke();
        var reports = new List<ExerciseReport>();
        for (int scan = 0; scan < settings.Scans; scan++)
        {
            foreach (Station station in stations) station.Report(scan, targets, lie, reports);
        }

        return new Exercise(settings, targets, reports);
    }

    /// <summary>One sensor of the exercise, with its feed.</summary>
    private sealed class Station
    {
        private readonly ExerciseSettings _settings;
        private readonly SensorSpec _spec;
        private readonly HonestSensor _sensor;
        private readonly RandomStream _delay;
        private readonly RandomStream _loss;
        private readonly RandomStream _lie;
        private readonly int _liar;

        public Station(ExerciseSettings settings, SensorSpec spec)
        {
            _settings = settings;
            _spec = spec;
            double clutter = spec.IsSatellite ? settings.SatelliteClutter : settings.RadarClutter;
            _sensor = new HonestSensor(spec, settings.Errors(spec), settings.Seed, settings.DetectionProbability, clutter, settings.AreaM);
            _delay = new RandomStream(settings.Seed, $"{spec.Id}/delay");
            _loss = new RandomStream(settings.Seed, $"{spec.Id}/loss");
            _lie = new RandomStream(settings.Seed, $"{spec.Id}/lie");
            _liar = settings.Liars.ToList().IndexOf(spec.Id);
        }

        public void Report(int scan, IReadOnlyList<TargetPath> targets, Lie? lie, List<ExerciseReport> reports)
        {
            List<Reading> readings = _sensor.Read(scan, targets);
            double claimed = _spec.SigmaPositionM;
            if (_liar >= 0 && lie is not null)
            {
                var told = new LiarScan { Scan = scan, Liar = _liar, Spec = _spec, Targets = targets, Readings = readings, Ids = _sensor.Ids, Random = _lie, ClaimedSigmaM = claimed };
                lie(told);
                claimed = told.ClaimedSigmaM;
            }

            bool late = _spec.IsSatellite && _settings.SatellitesAreLate;
            double received = scan + (late ? _delay.Uniform(1, 4) : _delay.Uniform(0.05, 0.3));
            foreach (Reading reading in readings)
            {
                double extra = _loss.Chance(_settings.LateShare) ? _loss.Uniform(0, _settings.LateUpToS) : 0;
                if (_loss.Chance(_settings.MissingShare)) continue;
                reports.Add(new ExerciseReport(scan, Math.Round(received + extra, 3), _spec.Id, reading.Local, Round(reading.Position, 1), Round(reading.Velocity, 2), claimed, _spec.SigmaVelocityMps));
            }
        }

        private static Enu Round(Enu v, int digits) => new(Math.Round(v.X, digits), Math.Round(v.Y, digits), Math.Round(v.Z, digits));
    }
}
