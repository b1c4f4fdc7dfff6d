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
    private readonly SystemTracks _tracks;
    private readonly TrackerOptions _options;
    private readonly IntervalColumns _intervals = new();
    private readonly RawReadings _raw;
    private readonly Contradictions _contradictions;

    /// <summary>Axes on which all the readings at hand may be lies.</summary>
    private V _unknown;

    public TrackBoxes(SensorTable sensors, ScanReports reports, SystemTracks tracks, Contradictions contradictions, TrackerOptions options)
    {
        (_sensors, _tracks, _contradictions, _options) = (sensors, tracks, contradictions, options);
        _raw = new RawReadings(sensors, reports, tracks, options);
    }

    /// <summary>C_f of the current readings as they were reported, each ± (bound_k σ + bias) widened by what the target may have done since.</summary>
    /// <param name="slot">The track.</param>
    /// <param name="free">Sensors that do not stand accused.</param>
    /// <param name="slack">How many of the readings may be wrong.</param>
    /// <param name="maxLiars">f less the accused: an axis with fewer than 2·maxLiars+1 readings is insufficient.</param>
    /// <param name="now">The scan's end, microseconds.</param>
    /// <param name="scan">Number of the scan.</param>
    /// <param name="dt">Time since the scan before, s.</param>
    /// <param name="readings">Sensors with a reading now.</param>
    public Coverage Hard(int slot, ulong free, int slack, int maxLiars, long now, int scan, double dt, out ulong readings)
    {
        ref MotionFilter filter = ref _tracks.Filter[slot];
        readings = 0;
        ulong fresh = 0;
        _intervals.Clear();
        for (int s = 0; s < _sensors.Count; s++)
        {
            ref CarriedReading carried = ref _tracks.Carried[(slot * _sensors.Count) + s];
            int report = _tracks.Reading[(slot * _sensors.Count) + s];
            if (report >= 0) _raw.Take(ref carried, report, slot, now, scan);
            else if (carried.Scan >= 0 && scan - carried.Scan <= CarriedScans) _raw.Age(ref carried, dt);
            else continue;
            readings |= 1UL << s;
            if (report >= 0) fresh |= 1UL << s;
            if ((free >> s & 1) != 0) _intervals.Add(s, carried.Position, carried.HalfWidth);
        }

        ref TrackBox box = ref _tracks.HardBox[slot];
        // A first height may be a lie of any size, so the box of an unknown one stands about 0.
        V first = filter.Position * AxisMask.Horizontal;
        if (box.Low == box.High) (box.Low, box.High) = (first - FirstHalfWidth, first + FirstHalfWidth);
        _tracks.Life[slot].Undecided = Undecided(slot, free, maxLiars, scan);
        V axes = _intervals.Counts;
        V found = Cover(ref box, slack, filter, Sqrt(filter.VelocityVariance) * 4, dt);
        _unknown = Vector256.LessThanOrEqual(axes, Vector256.Create((double)slack));
        if (_tracks.Life[slot].Confirmed) Contradict(slot, free, fresh, maxLiars, now, scan);
        V sufficient = Vector256.GreaterThanOrEqual(axes, Vector256.Create((2.0 * maxLiars) + 1));
        return !All(found | _unknown) ? Coverage.Contradicted : All(found & sufficient) ? Coverage.Covered : Coverage.Insufficient;
    }

    /// <summary>Adds the readings that sensors gave for this track and that its gate refused, and notes whose interval all but the liars exclude.</summary>
    /// <remarks>The reading of a sensor that stands accused has no say: it is noted whether it meets what the others leave.</remarks>
    private void Contradict(int slot, ulong free, ulong fresh, int maxLiars, long now, int scan)
    {
        ref TrackBox box = ref _tracks.HardBox[slot];
        ulong contradicted = 0;
        for (ulong rest = fresh & ~free; rest != 0; rest &= rest - 1)
        {
            int s = BitOperations.TrailingZeroCount(rest);
            if (!Meets(box, _tracks.Carried[(slot * _sensors.Count) + s])) contradicted |= 1UL << s;
        }

        for (ulong rest = _tracks.Life[slot].Strayed & ~fresh; rest != 0; rest &= rest - 1)
        {
            int s = BitOperations.TrailingZeroCount(rest);
            CarriedReading strayed = default;
            _raw.Take(ref strayed, _tracks.Stray[(slot * _sensors.Count) + s], slot, now, scan);
            if ((free >> s & 1) != 0) _intervals.Add(s, strayed.Position, strayed.HalfWidth);
            else if (!Meets(box, strayed)) contradicted |= 1UL << s;
            fresh |= 1UL << s;
        }

        _contradictions.Note(fresh, contradicted | _intervals.Contradicted(maxLiars));
    }

    private static bool Meets(in TrackBox box, in CarriedReading reading) =>
        All(Vector256.LessThanOrEqual(reading.Position - reading.HalfWidth, box.High) & Vector256.GreaterThanOrEqual(reading.Position + reading.HalfWidth, box.Low));

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
        _intervals.Clear();
        for (int s = 0; s < _sensors.Count; s++)
        {
            if ((free >> s & 1) == 0) continue;
            if (!ResidualWindows.Interval(_tracks.ResidualsOf(slot, s), _sensors, s, ResidualWindows.Middle, 0, StatisticalK, out V centre, out V half, out V valid)) continue;
            _intervals.Add(s, filter.Position + centre, Vector256.ConditionalSelect(valid, half, Vector256.Create(double.PositiveInfinity)));
        }

        ref TrackBox box = ref _tracks.StatisticalBox[slot];
        // Where the windows have nothing to say (close neighbours, a new track), the filter's own error has to do.
        V own = Vector256.Min((Sqrt(filter.PositionVariance) * StatisticalK) + Vector256.Create(StatisticalMargin), Vector256.Create(UnknownHalfWidth));
        (box.Low, box.High) = (filter.Position - own, filter.Position + own);
        Cover(ref box, slack, filter, V.Zero, 0);
        box.Low = Vector256.ConditionalSelect(_unknown, _tracks.HardBox[slot].Low, box.Low);
        box.High = Vector256.ConditionalSelect(_unknown, _tracks.HardBox[slot].High, box.High);
        box.Low -= AxisMask.All * StatisticalMargin;
        box.High += AxisMask.All * StatisticalMargin;
    }

    /// <summary>Per axis M_slack of the intervals at hand; where there is none, the old box grown by motion.</summary>
    /// <remarks>
    /// With contradiction the box follows the filter. Where no more than slack sensors measure the axis the filter may be
    /// led by liars alone: there the old box stays and grows by the whole motion, up to the box of an unknown height.
    /// </remarks>
    /// <returns>The axes on which there are such points, as a lane mask.</returns>
    private V Cover(ref TrackBox box, int slack, in MotionFilter filter, V speedMargin, double dt)
    {
        _intervals.Hull(slack, out V low, out V high);
        V found = Vector256.LessThanOrEqual(low, high);
        V grown = (speedMargin * dt) + Vector256.Create(_options.MaxAccelerationMps2 * dt * dt / 2);
        V half = (box.High - box.Low) / Vector256.Create(2.0);
        V spread = half + grown;
        V drift = Vector256.ConditionalSelect(
            Vector256.LessThan(half, Vector256.Create(UnknownHalfWidth)), (Vector256.Abs(filter.Velocity) * dt) + grown, V.Zero);
        V some = Vector256.GreaterThan(_intervals.Counts, Vector256.Create((double)slack));
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
