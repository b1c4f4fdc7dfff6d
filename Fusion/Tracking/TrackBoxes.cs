using System.Numerics;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>What the current readings say of a track's place, over all three axes: the worst of them.</summary>
internal enum Coverage
{
    /// <summary>Every axis has 2f+1 readings and points that enough of them cover.</summary>
    Covered,

    /// <summary>Some axis has fewer than 2f+1 readings: nothing contradicts, but liars could have the majority there.</summary>
    Insufficient,

    /// <summary>On some axis no point is covered by all but f of the readings: more than f are wrong.</summary>
    Contradicted,
}

/// <summary>The two boxes of every track: the hard one from the readings at hand, the statistical one from the windows.</summary>
internal sealed class TrackBoxes
{
    private const double StatisticalK = 4;
    private const double StatisticalMargin = 15;

    /// <summary>A reading stands for "now" for this many scans after its own.</summary>
    private const int CarriedScans = 1;

    /// <summary>Whose axes count as measured: sensors with a reading in this many scans.</summary>
    private const int RecentScans = 4;

    /// <summary>Half the box of a height that nobody measures, m: four sigmas of what a new track is given.</summary>
    private const double UnknownHalfWidth = 40_000;

    private static readonly V FirstHalfWidth = Vector256.Create(1000.0, 1000.0, UnknownHalfWidth, 0);

    private readonly SensorTable _sensors;
    private readonly ScanReports _reports;
    private readonly SystemTracks _tracks;
    private readonly TrackerOptions _options;
    private readonly V[] _low = new V[SensorTable.MaxSensors];
    private readonly V[] _high = new V[SensorTable.MaxSensors];

    /// <summary>Axes on which all the readings at hand may be lies.</summary>
    private V _unknown;

    public TrackBoxes(SensorTable sensors, ScanReports reports, SystemTracks tracks, TrackerOptions options) =>
        (_sensors, _reports, _tracks, _options) = (sensors, reports, tracks, options);

    /// <summary>C_f of the current readings, each ± (bound_k σ + bias) widened by what the target may have done since.</summary>
    /// <param name="slot">The track.</param>
    /// <param name="free">Sensors that do not stand accused.</param>
    /// <param name="slack">How many of the readings may be wrong.</param>
    /// <param name="maxLiars">f less the accused: an axis with fewer than 2·maxLiars+1 readings is insufficient.</param>
    /// <param name="scan">Number of the scan.</param>
    /// <param name="dt">Time since the scan before, s.</param>
    /// <param name="readings">Sensors with a reading now.</param>
    public Coverage Hard(int slot, ulong free, int slack, int maxLiars, int scan, double dt, out ulong readings)
    {
        ref MotionFilter filter = ref _tracks.Filter[slot];
        int count = 0;
        readings = 0;
        V axes = V.Zero;
        V speedMargin = Sqrt(filter.VelocityVariance) * 4;
        for (int s = 0; s < _sensors.Count; s++)
        {
            ref CarriedReading carried = ref _tracks.Carried[(slot * _sensors.Count) + s];
            int report = _tracks.Reading[(slot * _sensors.Count) + s];
            if (report >= 0) Carry(ref carried, report, slot, s, scan, speedMargin);
            else if (carried.Scan >= 0 && scan - carried.Scan <= CarriedScans) Age(ref carried, filter.Velocity, speedMargin, dt);
            else continue;
            readings |= 1UL << s;
            if ((free >> s & 1) == 0) continue;
            V measured = Vector256.LessThan(carried.HalfWidth, Vector256.Create(double.PositiveInfinity));
            V half = Vector256.ConditionalSelect(measured, carried.HalfWidth, V.Zero);
            _low[count] = Vector256.ConditionalSelect(measured, carried.Position - half, Vector256.Create(double.PositiveInfinity));
            _high[count] = Vector256.ConditionalSelect(measured, carried.Position + half, Vector256.Create(double.NegativeInfinity));
            axes += V.One & measured;
            count++;
        }

        ref TrackBox box = ref _tracks.HardBox[slot];
        // A first height may be a lie of any size, so the box of an unknown one stands about 0.
        V first = filter.Position * AxisMask.Horizontal;
        if (box.Low == box.High) (box.Low, box.High) = (first - FirstHalfWidth, first + FirstHalfWidth);
        _tracks.Life[slot].Undecided = Undecided(slot, free, maxLiars, scan);
        V found = Cover(ref box, count, axes, slack, filter, speedMargin, dt);
        _unknown = Vector256.LessThanOrEqual(axes, Vector256.Create((double)slack));
        V sufficient = Vector256.GreaterThanOrEqual(axes, Vector256.Create((2.0 * maxLiars) + 1));
        return !All(found | _unknown) ? Coverage.Contradicted : All(found & sufficient) ? Coverage.Covered : Coverage.Insufficient;
    }

    /// <summary>Components that some of a track's sensors measure and others do not, and fewer than 2·maxLiars+1 do: there liars may outvote the honest.</summary>
    private MeasuredAxes Undecided(int slot, ulong free, int maxLiars, int scan)
    {
        int present = 0;
        int up = 0;
        int horizontalVelocity = 0;
        int upVelocity = 0;
        for (int s = 0; s < _sensors.Count; s++)
        {
            ref CarriedReading carried = ref _tracks.Carried[(slot * _sensors.Count) + s];
            if ((free >> s & 1) == 0 || carried.Scan < 0 || scan - carried.Scan >= RecentScans) continue;
            present++;
            if (carried.Axes.HasFlag(MeasuredAxes.Up)) up++;
            if (carried.Axes.HasFlag(MeasuredAxes.HorizontalVelocity)) horizontalVelocity++;
            if (carried.Axes.HasFlag(MeasuredAxes.UpVelocity)) upVelocity++;
        }

        int decided = Math.Min(present, (2 * maxLiars) + 1);
        return (up < decided ? MeasuredAxes.Up : MeasuredAxes.Horizontal)
            | (horizontalVelocity < decided ? MeasuredAxes.HorizontalVelocity : MeasuredAxes.Horizontal)
            | (upVelocity < decided ? MeasuredAxes.UpVelocity : MeasuredAxes.Horizontal);
    }

    /// <summary>Hull of the points that all but <paramref name="slack"/> windowed means allow at 4 of their sigmas.</summary>
    public void Statistical(int slot, ulong free, int slack, double dt)
    {
        ref MotionFilter filter = ref _tracks.Filter[slot];
        int count = 0;
        V axes = V.Zero;
        for (int s = 0; s < _sensors.Count; s++)
        {
            if ((free >> s & 1) == 0) continue;
            if (!ResidualWindows.Interval(_tracks.ResidualsOf(slot, s), _sensors, s, StatisticalK, out V centre, out V half, out V valid)) continue;
            _low[count] = Vector256.ConditionalSelect(valid, filter.Position + centre - half, Vector256.Create(double.PositiveInfinity));
            _high[count] = Vector256.ConditionalSelect(valid, filter.Position + centre + half, Vector256.Create(double.NegativeInfinity));
            axes += V.One & valid;
            count++;
        }

        ref TrackBox box = ref _tracks.StatisticalBox[slot];
        // Where the windows have nothing to say (close neighbours, a new track), the filter's own error has to do.
        V own = Vector256.Min((Sqrt(filter.PositionVariance) * StatisticalK) + Vector256.Create(StatisticalMargin), Vector256.Create(UnknownHalfWidth));
        (box.Low, box.High) = (filter.Position - own, filter.Position + own);
        Cover(ref box, count, axes, slack, filter, V.Zero, 0);
        box.Low = Vector256.ConditionalSelect(_unknown, _tracks.HardBox[slot].Low, box.Low);
        box.High = Vector256.ConditionalSelect(_unknown, _tracks.HardBox[slot].High, box.High);
        box.Low -= AxisMask.All * StatisticalMargin;
        box.High += AxisMask.All * StatisticalMargin;
    }

    private void Carry(ref CarriedReading carried, int report, int slot, int sensor, int scan, V speedMargin)
    {
        SensorModel model = _sensors.Models[sensor];
        double age = Math.Abs(_reports.Age[report]);
        double bias = Math.Sqrt(_sensors.PositionBias2[sensor]);
        double half = (model.BoundK * model.SigmaPositionM * Math.Sqrt(_reports.SigmaScale[report])) + bias + (_options.MaxAccelerationMps2 * age * age / 2);
        V mask = AxisMask.Position(_reports.Axes[report]);
        V measured = Vector256.GreaterThan(mask, V.Zero);
        carried.Scan = scan;
        carried.Axes = _reports.Axes[report];
        carried.Residual = _reports.Innovation[report];
        // The innovation holds the reading relative to the posterior at its own time; so it is carried along the track's path.
        carried.Position = _tracks.Filter[slot].Position + _reports.Innovation[report];
        carried.HalfWidth = Vector256.ConditionalSelect(measured, Vector256.Create(half) + (speedMargin * age), Vector256.Create(double.PositiveInfinity));
    }

    private void Age(ref CarriedReading carried, V velocity, V speedMargin, double dt)
    {
        carried.Position += velocity * dt;
        carried.HalfWidth += (speedMargin * dt) + Vector256.Create(_options.MaxAccelerationMps2 * dt * dt / 2);
    }

    /// <summary>Per axis the hull of the points in at least (count - slack) intervals; where there are none, the old box grown by motion.</summary>
    /// <remarks>
    /// With contradiction the box follows the filter. Where no more than slack sensors measure the axis the filter may be
    /// led by liars alone: there the old box stays and grows by the whole motion, up to the box of an unknown height.
    /// </remarks>
    /// <returns>The axes on which there are such points, as a lane mask.</returns>
    private V Cover(ref TrackBox box, int count, V axes, int slack, in MotionFilter filter, V speedMargin, double dt)
    {
        V need = axes - Vector256.Create((double)slack);
        V low = Vector256.Create(double.PositiveInfinity);
        V high = Vector256.Create(double.NegativeInfinity);
        for (int i = 0; i < count; i++)
        {
            V coverLow = V.Zero;
            V coverHigh = V.Zero;
            V l = _low[i];
            V h = _high[i];
            for (int j = 0; j < count; j++)
            {
                coverLow += V.One & Vector256.LessThanOrEqual(_low[j], l) & Vector256.GreaterThanOrEqual(_high[j], l);
                coverHigh += V.One & Vector256.LessThanOrEqual(_low[j], h) & Vector256.GreaterThanOrEqual(_high[j], h);
            }

            low = Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(coverLow, need) & Vector256.GreaterThan(coverLow, V.Zero), Vector256.Min(low, l), low);
            high = Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(coverHigh, need) & Vector256.GreaterThan(coverHigh, V.Zero), Vector256.Max(high, h), high);
        }

        V found = Vector256.LessThanOrEqual(low, high) & Vector256.GreaterThanOrEqual(need, V.One);
        V grown = (speedMargin * dt) + Vector256.Create(_options.MaxAccelerationMps2 * dt * dt / 2);
        V half = (box.High - box.Low) / Vector256.Create(2.0);
        V spread = half + grown;
        V drift = Vector256.ConditionalSelect(
            Vector256.LessThan(half, Vector256.Create(UnknownHalfWidth)), (Vector256.Abs(filter.Velocity) * dt) + grown, V.Zero);
        V some = Vector256.GreaterThanOrEqual(need, V.One);
        V lowElse = Vector256.ConditionalSelect(some, filter.Position - spread, box.Low - drift);
        V highElse = Vector256.ConditionalSelect(some, filter.Position + spread, box.High + drift);
        box.Low = Vector256.ConditionalSelect(found, low, lowElse);
        box.High = Vector256.ConditionalSelect(found, high, highElse);
        return found;
    }

    /// <summary>Is a lane mask set on all three axes?</summary>
    private static bool All(V lanes) => (lanes.GetElement(0) != 0) & (lanes.GetElement(1) != 0) & (lanes.GetElement(2) != 0);

    private static V Sqrt(V v) => Vector256.Sqrt(v);
}
