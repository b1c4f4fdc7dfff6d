using System.Globalization;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace C3Fusion.Fusion.Tracking;

/// <summary>A multi-target tracker that f lying sensors do not win.</summary>
/// <remarks>
/// A track starts where f+1 sensors agree; its motion follows the inverse-variance mean of the sensors not excluded
/// (<see cref="MotionFilter"/>); windowed residuals against the common track, in which the track's own error cancels between
/// sensors, are explained by every set of at most f liars (<see cref="SensorTrial"/>): the best set is left out softly, and
/// a sensor stands accused once no explanation holds without it. Claimed errors may widen a reading, never narrow it.
/// Memory: about 9 KB per track with 8 sensors, and nothing is allocated per report once the arrays have their size.
/// </remarks>
public sealed class Tracker : ITracker
{
    private const int KeepScans = 10;
    private const int AlarmAfterScans = 5;
    private const int WithdrawAfterScans = 10;
    private const int CalmScans = 30;
    private const int LeastDivided = 2;
    private const int WithinScans = 30;
    private const double MostContradicted = 0.02;
    private const int LeastDenied = 3;
    private const double DividedShare = 0.1;

    private readonly SensorTable _sensors;
    private readonly TrackerOptions _options;
    private readonly int _f;
    private readonly ScanReports _reports;
    private readonly ReportAdmission _admission;
    private readonly LocalTracks _locals;
    private readonly SystemTracks _tracks;
    private readonly TrackPrediction _prediction;
    private readonly Association _association;
    private readonly TwinTracks _twins;
    private readonly TrackBirth _birth;
    private readonly TrackUpdate _update;
    private readonly SensorTrial _trial;
    private readonly LoneTracks _lone;
    private readonly Contradictions _contradictions;
    private readonly Division _division;
    private readonly Probation _probation;
    private readonly SensorCalibration _calibration;
    private readonly Registration _registration;
    private readonly TrackLifeCycle _life;
    private readonly TrackBoxes _boxes;
    private readonly LiarHypotheses _hypotheses = new();
    private readonly List<Accusation> _accusations = [];
    private readonly long[] _refused = new long[Enum.GetValues<ReportRefusal>().Length];
    private readonly int[] _outside = new int[SensorTable.MaxSensors];
    private ulong _accused;
    private int _scan;
    private int _overloaded;
    private int _calm;
    private long _lastEndUs = long.MinValue;

    /// <summary>Makes a tracker without tracks.</summary>
    /// <param name="sensors">What the roster registers of every sensor; 1 to 64.</param>
    /// <param name="options">f and the limits.</param>
    /// <exception cref="ArgumentException">A sigma is not above 0, there are too many sensors, or f is negative.</exception>
    public Tracker(IReadOnlyList<SensorModel> sensors, TrackerOptions options)
        : this(new SensorTable(sensors), options, null)
    {
    }

    private Tracker(SensorTable sensors, TrackerOptions options, Tracker? source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.FaultBound, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.ScanPeriodUs, nameof(options));
        _sensors = sensors;
        _options = options;
        _f = options.FaultBound;
        _reports = source?._reports.Copy() ?? new ScanReports(sensors.Count);
        _admission = new ReportAdmission(sensors, options, _reports);
        _locals = source?._locals.Copy() ?? new LocalTracks(sensors.Count);
        _tracks = source?._tracks.Copy() ?? new SystemTracks(sensors.Count);
        _prediction = source?._prediction.Copy(sensors, _tracks) ?? new TrackPrediction(sensors, _tracks);
        var exclusion = new Exclusion();
        _association = new Association(sensors, _reports, _locals, _tracks, _prediction);
        _twins = new TwinTracks(sensors, _locals, _tracks);
        _birth = new TrackBirth(sensors, options, _reports, _locals, _tracks, _prediction, exclusion);
        _update = new TrackUpdate(sensors, _reports, _tracks, _prediction, _association, exclusion);
        _calibration = new SensorCalibration(sensors, _reports, _tracks);
        _registration = new Registration(sensors, _reports, _tracks);
        _trial = new SensorTrial(sensors, _tracks, exclusion);
        _lone = new LoneTracks(sensors, _locals, _tracks, _f);
        _life = new TrackLifeCycle(sensors, _tracks, _prediction, _f);
        _contradictions = new Contradictions(sensors);
        _division = new Division(sensors, _tracks, _f);
        _probation = new Probation(sensors.Count);
        _boxes = new TrackBoxes(sensors, _reports, _tracks, _contradictions, options);
        if (source is not null) TakeFrom(source);
        _hypotheses.BuildAll(Free, MaxLiars);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Accusation> Accusations => _accusations;

    /// <inheritdoc/>
    public bool SystemAlarm { get; private set; }

    private ulong Free => _sensors.All & ~_accused;

    private int MaxLiars => Math.Max(0, _f - BitOperations.PopCount(_accused));

    /// <inheritdoc/>
    public long Refused(ReportRefusal reason) => _refused[(int)reason];

    /// <inheritdoc/>
    public ITracker? Fork() => new Tracker(_sensors.Copy(), _options, this);

    /// <inheritdoc/>
    public ReportRefusal Offer(in TrackReport report)
    {
        ReportRefusal refusal = _admission.Check(report, _scan > 0 ? _lastEndUs + _options.ScanPeriodUs : null, out MeasuredAxes axes, out double scale);
        _refused[(int)refusal]++;
        if (refusal == ReportRefusal.None) _reports.Add(report, axes, scale);
        return refusal;
    }

    /// <inheritdoc/>
    public void CloseScan(long scanEndUs, List<SystemTrack> picture)
    {
        double dt = _scan == 0 ? _options.ScanPeriodUs * 1e-6 : (scanEndUs - _lastEndUs) * 1e-6;
        long lastEndUs = _scan == 0 ? scanEndUs - _options.ScanPeriodUs : _lastEndUs;
        _scan++;
        BeginTracks(dt);
        _prediction.Begin(_scan, lastEndUs, scanEndUs);
        (long late, long future) = _reports.Trim(scanEndUs - _options.LateWindowUs + 1, scanEndUs + _options.FutureWindowUs);
        _refused[(int)ReportRefusal.Late] += late;
        _refused[(int)ReportRefusal.Future] += future;
        _refused[(int)ReportRefusal.TooMany] += _reports.Sort(_options.MaxReportsPerSensorAndScan);
        for (int s = 0; s < _sensors.Count; s++) _refused[(int)ReportRefusal.Duplicate] += _locals.Join(_reports, s, _scan, KeepScans, _tracks);
        _registration.Correct(Free);
        _association.Run(_twins, Free, MaxLiars);
        _birth.Run(_hypotheses, Free, MaxLiars);
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            int slot = _tracks.Active[i];
            _update.Update(slot, _hypotheses, MaxLiars, _accused, _trial.Suspects);
            _update.FeedWindows(slot, _calibration, _registration);
        }

        _calibration.Learn(_trial.ZBest);
        Judge(scanEndUs);
        _registration.Learn(_scan, Free, MaxLiars, _trial.ZChange < SensorTrial.ZClear);
        _life.FindFresh(_reports, dt);
        _life.Run(Free, BitOperations.PopCount(_accused));
        _tracks.RemoveDead(_locals);
        Publish(scanEndUs, dt, picture);
        _prediction.Remember();
        _reports.Clear();
        _lastEndUs = scanEndUs;
    }

    private void BeginTracks(double dt)
    {
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            int slot = _tracks.Active[i];
            _tracks.Filter[slot].Predict(dt);
            _tracks.ReadingsOf(slot).Fill(-1);
            ref TrackLife life = ref _tracks.Life[slot];
            life.Strayed = 0;
            (life.Earliest, life.Earlier, life.Previous, life.Now) = (life.Earlier, life.Previous, life.Now, 0);
        }
    }

    private void Judge(long nowUs)
    {
        ulong offset = _trial.Judge(_hypotheses, Free, MaxLiars);
        ulong lone = _lone.Judge(_scan, nowUs, Free, MaxLiars);
        _division.Judge(Free, MaxLiars, _trial.Common);
        WatchForAlarm(nowUs);
        if (_overloaded > 0 || SystemAlarm) return;
        int liars = MaxLiars;
        for (ulong rest = _contradictions.Hot & Free; rest != 0; rest &= rest - 1)
        {
            int s = BitOperations.TrailingZeroCount(rest);
            Accuse(s, AccusationKind.Contradicted, nowUs, _contradictions.Evidence(s, liars));
        }

        for (ulong rest = offset & Free; rest != 0; rest &= rest - 1)
        {
            Accuse(BitOperations.TrailingZeroCount(rest), AccusationKind.Unconfirmed, nowUs, string.Create(
                CultureInfo.InvariantCulture,
                $"residuals over all targets: no explanation without it (nobody z={_trial.ZNobody:F1}, best z={_trial.ZBest:F1})"));
        }

        for (ulong rest = lone & Free; rest != 0; rest &= rest - 1)
            Accuse(BitOperations.TrailingZeroCount(rest), AccusationKind.Unconfirmed, nowUs, _lone.Evidence(BitOperations.TrailingZeroCount(rest)));
        JudgeRegistration(nowUs);
        Pardon(nowUs);
    }

    /// <summary>Reports sensors whose errors are outside their registration, until they have been within it for some time.</summary>
    private void JudgeRegistration(long nowUs)
    {
        for (ulong rest = Free & ~_trial.Suspects; rest != 0; rest &= rest - 1)
        {
            int s = BitOperations.TrailingZeroCount(rest);
            if (_calibration.OutsideRegistration(s) is string evidence)
            {
                if (_outside[s] == 0) _accusations.Add(new Accusation(s, AccusationKind.OutsideRegistration, nowUs, null, evidence));
                _outside[s] = WithinScans;
            }
            else if (_outside[s] > 0 && --_outside[s] == 0)
            {
                Close(s, AccusationKind.OutsideRegistration, nowUs);
            }
        }
    }

    /// <summary>Withdraws the accusation of a sensor that has been borne out for long enough.</summary>
    private void Pardon(long nowUs)
    {
        for (ulong rest = _accused; rest != 0; rest &= rest - 1)
        {
            int s = BitOperations.TrailingZeroCount(rest);
            bool borneOut = _division.IsBorneOut(s) && (_lone.Keeping >> s & 1) == 0 && _contradictions.Share(s) <= MostContradicted;
            if (!_probation.Passes(s, borneOut)) continue;
            _accused &= ~(1UL << s);
            _trial.Absolve(s);
            Close(s, AccusationKind.Contradicted, nowUs);
            Close(s, AccusationKind.Unconfirmed, nowUs);
            _hypotheses.BuildAll(Free, MaxLiars);
        }
    }

    private void Close(int sensor, AccusationKind kind, long nowUs)
    {
        for (int i = 0; i < _accusations.Count; i++)
        {
            Accusation accusation = _accusations[i];
            if (accusation.Sensor == sensor && accusation.Kind == kind && accusation.ToUs is null) _accusations[i] = accusation with { ToUs = nowUs };
        }
    }

    /// <summary>More than f sensors under evidence, tracks on which they are divided, or residuals that no set of at most f liars explains: nothing is assured any more.</summary>
    private void WatchForAlarm(long nowUs)
    {
        bool many = BitOperations.PopCount(_accused | _lone.Hot | _contradictions.Hot) > _f;
        bool unexplained = _trial.ZBest > SensorTrial.ZHard;
        bool divided = _division.Everywhere || _division.Divided >= Math.Max(LeastDivided, DividedShare * _division.Tracks);
        _overloaded = many || unexplained || divided ? _overloaded + 1 : 0;
        _calm = _overloaded == 0 ? _calm + 1 : 0;
        if (_overloaded >= AlarmAfterScans) SystemAlarm = true;
        else if (SystemAlarm && _calm >= CalmScans) SystemAlarm = false;
        if (_overloaded < WithdrawAfterScans || _accused == 0) return;
        for (int i = 0; i < _accusations.Count; i++)
        {
            Accusation accusation = _accusations[i];
            if (accusation.Kind != AccusationKind.OutsideRegistration && accusation.ToUs is null) _accusations[i] = accusation with { ToUs = nowUs };
        }

        _accused = 0;
        _hypotheses.BuildAll(Free, MaxLiars);
    }

    private void Accuse(int sensor, AccusationKind kind, long nowUs, string evidence)
    {
        if (MaxLiars == 0) return;
        _accused |= 1UL << sensor;
        _probation.Begin(sensor);
        _accusations.Add(new Accusation(sensor, kind, nowUs, null, evidence));
        _hypotheses.BuildAll(Free, MaxLiars);
    }

    private void Publish(long nowUs, double dt, List<SystemTrack> picture)
    {
        picture.Clear();
        int slack = Math.Max(MaxLiars, Math.Min(1, _f));
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            int slot = _tracks.Active[i];
            Coverage coverage = _boxes.Hard(slot, Free, slack, MaxLiars, nowUs, _scan, dt, out ulong readings);
            _boxes.Statistical(slot, Free, slack, dt);
            picture.Add(Line(slot, nowUs, coverage, readings));
        }

        _contradictions.Judge();
    }

    private SystemTrack Line(int slot, long nowUs, Coverage coverage, ulong readings)
    {
        ref TrackLife life = ref _tracks.Life[slot];
        ref TrackBox hard = ref _tracks.HardBox[slot];
        ref TrackBox statistical = ref _tracks.StatisticalBox[slot];
        Vector256<double> position = Vector256.Min(Vector256.Max(_tracks.Filter[slot].Position, statistical.Low), statistical.High);
        position = Vector256.Min(Vector256.Max(position, hard.Low), hard.High);
        statistical.Low = Vector256.Min(statistical.Low, position);
        statistical.High = Vector256.Max(statistical.High, position);
        ulong sensors = readings & Free & ~(life.Now & ~life.Used);
        int n = BitOperations.PopCount(readings);
        Assurance assurance = !life.Published ? Assurance.Unsupported
            : SystemAlarm ? Assurance.Supported
            : coverage == Coverage.Contradicted && n >= (2 * _f) + 1 ? Assurance.Alarm
            : coverage == Coverage.Covered && n >= (2 * _f) + 1 && _overloaded == 0 && !life.Split && life.Denied < LeastDenied ? Assurance.Assured : Assurance.Supported;
        return new SystemTrack(
            nowUs, life.Number, AxisMask.ToEnu(position), AxisMask.ToEnu(_tracks.Filter[slot].Velocity), assurance, _f,
            sensors, readings & ~sensors, BitOperations.PopCount((life.Now | life.Previous) & Free),
            AxisMask.ToEnu(hard.Low), AxisMask.ToEnu(hard.High), AxisMask.ToEnu(statistical.Low), AxisMask.ToEnu(statistical.High));
    }

    private void TakeFrom(Tracker source)
    {
        _accusations.AddRange(source._accusations);
        source._refused.CopyTo(_refused, 0);
        source._outside.CopyTo(_outside, 0);
        (_accused, _scan, _lastEndUs, SystemAlarm) = (source._accused, source._scan, source._lastEndUs, source.SystemAlarm);
        (_overloaded, _calm) = (source._overloaded, source._calm);
        source._trial.CopyTo(_trial);
        source._lone.CopyTo(_lone);
        source._contradictions.CopyTo(_contradictions);
        source._probation.CopyTo(_probation);
        source._calibration.CopyTo(_calibration);
        source._registration.CopyTo(_registration);
    }
}
