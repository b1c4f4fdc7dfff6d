using System.Globalization;
using C3Fusion.Fusion;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using C3Fusion.Sim.Lies;

namespace C3Fusion.Sim.Sensing;

/// <summary>A sensor that watches a world: errors, misses, false alarms, latency and track numbers of its own; honest or not.</summary>
/// <remarks>
/// Reports are drawn from the truth with the errors that the roster registers and a constant registration bias within
/// the bias cap. A lie changes reports after that and draws from streams of its own: truth and honest noise are the
/// same whoever lies. Positions are rounded to centimetres, as sensors do.
/// </remarks>
public sealed class SimulatedSensor
{
    private const int MissesUntilNewNumber = 3;

    private readonly SensorEntry _entry;
    private readonly SensorBehaviour _behaviour;
    private readonly World _world;
    private readonly Enu _site;
    private readonly Enu _bias;
    private readonly Lie? _lie;
    private readonly RandomStream _noise, _detection, _clutter, _latency;
    private readonly SortedDictionary<int, (long Number, int Misses)> _numbers = [];
    private readonly List<TargetState> _targets = [];
    private readonly long _boot;
    private long _sequence;
    private long _nextNumber;

    /// <summary>A sensor that starts at <paramref name="start"/>.</summary>
    /// <param name="entry">What the roster registers of it.</param>
    /// <param name="behaviour">How it errs.</param>
    /// <param name="world">What it watches.</param>
    /// <param name="seed">Of the exercise.</param>
    /// <param name="start">Its first scan is within one scan period after this.</param>
    /// <param name="lie">How it lies, or null.</param>
    public SimulatedSensor(SensorEntry entry, SensorBehaviour behaviour, World world, ulong seed, Instant start, Lie? lie = null)
    {
        _entry = entry;
        _behaviour = behaviour;
        _world = world;
        _lie = lie;
        _site = new LocalFrame(world.Datum).ToLocal(entry.Position);
        _noise = RandomStream.Of(seed, entry.Id, "noise");
        _detection = RandomStream.Of(seed, entry.Id, "detection");
        _clutter = RandomStream.Of(seed, entry.Id, "clutter");
        _latency = RandomStream.Of(seed, entry.Id, "latency");
        RandomStream set = RandomStream.Of(seed, entry.Id, "set-up");
        _bias = new Enu(set.Next(-1, 1), set.Next(-1, 1), set.Next(-1, 1)) * entry.BiasCapM;
        _nextNumber = 1000 + set.Next(9000);
        NextScan = start.Plus((long)(set.NextUnit() * entry.ScanPeriodUs));
        _boot = start.Microseconds / Instant.MicrosecondsPerSecond;
    }

    /// <summary>The sensor's id.</summary>
    public string Id => _entry.Id;

    /// <summary>Does it lie?</summary>
    public bool Lies => _lie is not null;

    /// <summary>Time of validity of the scan that comes next.</summary>
    public Instant NextScan { get; private set; }

    /// <summary>Makes the next scan.</summary>
    public SimulatedScan Scan()
    {
        Instant time = NextScan;
        NextScan = time.Plus(_entry.ScanPeriodUs);
        List<SensedTrack> tracks = Sense(time);
        Instant claimed = _lie?.Apply(time, tracks) ?? time;
        var scan = new SensorScan(_entry.Id, _boot, ++_sequence, claimed, "tracks", [.. tracks.Take(ScanLimits.Tracks).Select(track => Rounded(track.Track))]);
        return new SimulatedScan(scan, time.Plus((long)_latency.Next(_behaviour.MinLatencyUs, _behaviour.MaxLatencyUs)));
    }

    private List<SensedTrack> Sense(Instant time)
    {
        _world.At(time, _targets);
        var tracks = new List<SensedTrack>(_targets.Count + 4);
        foreach (TargetState target in _targets)
        {
            Enu error = PositionError(target.Position), velocityError = Gaussian(_entry.SigmaVelocityMps);
            bool detected = _detection.Chance(_entry.DetectionProbability) && Covers(target.Position);
            long? number = NumberOf(target.Target, detected);
            if (number is null) continue;
            tracks.Add(new SensedTrack(target.Target, target.Position, target.Velocity, Report(number.Value, target.Position + error + _bias, target.Velocity + velocityError)));
        }

        for (int i = _clutter.NextPoisson(_behaviour.FalseAlarmsPerScan); i > 0; i--)
        {
            Area area = _world.Area;
            var position = new Enu(_clutter.Next(area.West, area.East), _clutter.Next(area.South, area.North), _clutter.Next(500, 12_000));
            var velocity = new Enu(_clutter.Next(-200, 200), _clutter.Next(-200, 200), _clutter.Next(-10, 10));
            tracks.Add(new SensedTrack(-1, position, velocity, Report(_nextNumber++, position, velocity)));
        }

        return tracks;
    }

    /// <summary>The sensor's own number of a target; a new one after some misses, as trackers in sensors do. Null where it is not detected.</summary>
    private long? NumberOf(int target, bool detected)
    {
        bool known = _numbers.TryGetValue(target, out (long Number, int Misses) entry);
        if (!detected)
        {
            if (known) _numbers[target] = entry with { Misses = entry.Misses + 1 };
            return null;
        }

        if (!known || entry.Misses >= MissesUntilNewNumber) entry.Number = _nextNumber++;
        _numbers[target] = (entry.Number, 0);
        return entry.Number;
    }

    private bool Covers(Enu position)
    {
        if (_entry.CoverageRangeM == 0) return true;
        double x = position.X - _site.X, y = position.Y - _site.Y;
        return (x * x) + (y * y) <= _entry.CoverageRangeM * _entry.CoverageRangeM;
    }

    private Enu PositionError(Enu position)
    {
        double sigma = _entry.SigmaPositionM;
        if (!_behaviour.Polar) return Gaussian(sigma);
        double x = position.X - _site.X, y = position.Y - _site.Y, range = Math.Max(1, Math.Sqrt((x * x) + (y * y)));
        double along = _noise.NextGaussian() * sigma * 0.5, across = _noise.NextGaussian() * sigma * Math.Min(1, range / _behaviour.ReferenceRangeM);
        return new Enu(((x * along) - (y * across)) / range, ((y * along) + (x * across)) / range, _noise.NextGaussian() * sigma);
    }

    private Enu Gaussian(double sigma)
    {
        double x = _noise.NextGaussian(), y = _noise.NextGaussian(), z = _noise.NextGaussian();
        return new Enu(x, y, z) * sigma;
    }

    private ScanTrack Report(long number, Enu position, Enu velocity)
    {
        bool height = _entry.Axes.HasFlag(MeasuredAxes.Height), moves = _entry.Axes.HasFlag(MeasuredAxes.Velocity);
        Enu seen = height ? position : position with { Z = double.NaN };
        Enu speed = !moves ? new Enu(double.NaN, double.NaN, double.NaN) : height ? velocity : velocity with { Z = double.NaN };
        return new ScanTrack(number.ToString(CultureInfo.InvariantCulture), seen, speed, _entry.SigmaPositionM, moves ? _entry.SigmaVelocityMps : double.NaN, "");
    }

    private static ScanTrack Rounded(ScanTrack track) => track with { Position = Rounded(track.Position), Velocity = Rounded(track.Velocity) };

    private static Enu Rounded(Enu value) => new(Math.Round(value.X, 2), Math.Round(value.Y, 2), Math.Round(value.Z, 2));
}
