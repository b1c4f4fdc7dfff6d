using C3Fusion.Fusion;

namespace C3Fusion.Exercises.World;

/// <summary>Makes the readings of one sensor, scan by scan, before anybody lies.</summary>
public sealed class HonestSensor
{
    private readonly SensorSpec _spec;
    private readonly HonestErrors _errors;
    private readonly RandomStream _noise;
    private readonly RandomStream _detection;
    private readonly RandomStream _clutter;
    private readonly double _detectionProbability;
    private readonly double _clutterPerScan;
    private readonly double _areaM;
    private readonly Dictionary<int, (Enu Position, Enu Velocity)> _lastError = [];
    private readonly Dictionary<int, Reading> _beforeFreeze = [];

    /// <summary>Makes a sensor of an exercise.</summary>
    public HonestSensor(SensorSpec spec, HonestErrors errors, long seed, double detectionProbability, double clutterPerScan, double areaM)
    {
        _spec = spec;
        _errors = errors;
        _noise = new RandomStream(seed, $"{spec.Id}/noise");
        _detection = new RandomStream(seed, $"{spec.Id}/detection");
        _clutter = new RandomStream(seed, $"{spec.Id}/clutter");
        Ids = new LocalTrackIds(new RandomStream(seed, $"{spec.Id}/ids"));
        _detectionProbability = detectionProbability;
        _clutterPerScan = clutterPerScan;
        _areaM = areaM;
    }

    /// <summary>The sensor's track numbers.</summary>
    public LocalTrackIds Ids { get; }

    /// <summary>The readings of a scan: the detected targets, then clutter.</summary>
    public List<Reading> Read(int scan, IReadOnlyList<TargetPath> targets)
    {
        var readings = new List<Reading>();
        foreach (TargetPath target in targets)
        {
            if (!target.IsAlive(scan)) continue;

            // Errors are drawn for missed targets too, so that correlated ones run on.
            (Enu position, Enu velocity) = NextError(target.Id);
            if (!_detection.Chance(_detectionProbability)) continue;
            (Enu truePosition, Enu trueVelocity) = target.At(scan);
            (Enu seen, _) = target.At(scan, _errors.ClockErrorS);
            var reading = new Reading(target.Id, Ids.Of(target.Id, scan), truePosition, trueVelocity, _errors.Distort(seen, _spec.Site) + position, trueVelocity + velocity);
            readings.Add(Freeze(scan, _spec.HasHeight ? reading : WithoutHeight(reading)));
        }

        for (int i = _clutter.Poisson(_clutterPerScan); i > 0; i--) readings.Add(Clutter());
        return readings;
    }

    /// <summary>A fresh error as the registration describes it.</summary>
    private (Enu Position, Enu Velocity) NextError(int target)
    {
        Enu position = _noise.Normal3(_spec.SigmaPositionM * _errors.NoiseFactor);
        Enu velocity = _noise.Normal3(_spec.SigmaVelocityMps * _errors.NoiseFactor);
        double rho = _errors.Correlation;
        if (rho == 0) return (position, velocity);
        if (_lastError.TryGetValue(target, out (Enu Position, Enu Velocity) last))
        {
            double fresh = Math.Sqrt(1 - (rho * rho));
            position = (last.Position * rho) + (position * fresh);
            velocity = (last.Velocity * rho) + (velocity * fresh);
        }

        _lastError[target] = (position, velocity);
        return (position, velocity);
    }

    private Reading Freeze(int scan, Reading reading)
    {
        if (scan < _errors.FrozenFrom || scan >= _errors.FrozenFrom + (long)_errors.FrozenScans)
        {
            _beforeFreeze[reading.Target] = reading;
            return reading;
        }

        return _beforeFreeze.TryGetValue(reading.Target, out Reading last) ? last : reading;
    }

    private static Reading WithoutHeight(Reading reading) => reading with
    {
        Position = reading.Position with { Z = double.NaN },
        Velocity = reading.Velocity with { Z = double.NaN },
    };

    private Reading Clutter()
    {
        Enu position = new(_clutter.Uniform(0, _areaM), _clutter.Uniform(0, _areaM), _clutter.Uniform(1000, 12_000));
        Enu velocity = _clutter.Horizontal(_clutter.Uniform(50, 250));
        var reading = new Reading(-1, Ids.New(), position, velocity, position, velocity);
        return _spec.HasHeight ? reading : WithoutHeight(reading);
    }
}
