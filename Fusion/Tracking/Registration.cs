using System.Numerics;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Estimates the registration error of every sensor from its residuals over all targets, and takes it out of its readings.</summary>
/// <remarks>
/// <para>
/// Residuals against the common track hold the track's own error, the same for all sensors; so a field is known up to one
/// that is common to all. That one is set by the robust centre of the sensors (a Huber mean about the median), in which f
/// liars weigh no more than <see cref="CentreReach"/>·f/n each way. It cannot be told by anybody and stays in the picture.
/// </para>
/// <para>
/// What a liar teaches is a correction of its own readings, never of another's: no larger than a registration error can be
/// (<see cref="MostM"/> or the registered cap; a larger offset is a lie and is corrected the less the larger it is), learnt
/// over minutes, by at least 2r+1 sensors (r those that may still lie), each residual clipped, and not while any sensor's
/// errors change.
/// </para>
/// </remarks>
internal sealed class Registration
{
    /// <summary>Scans between two fits.</summary>
    private const int FitScans = 5;

    private const double Keep = 1 - (1.0 / 240);
    private const double PriorM = 40;
    private const double ReachM = 50_000;
    private const double ClipSigmas = 3;

    /// <summary>Largest root mean square of an honest sensor's registration errors where the roster names no cap, m.</summary>
    private const double MostM = 60;

    /// <summary>Above this many caps an offset is no registration error and not corrected at all; in between it is in part.</summary>
    private const double MostCorrected = 1.5;

    /// <summary>Largest correction at any place, in caps.</summary>
    private const double MostAnywhere = 1.5;

    /// <summary>Farther from the median than this many median distances a sensor draws the centre no more.</summary>
    private const double CentreReach = 3;

    private const double LeastCount = 40;

    /// <summary>Shrinks what is not significant: James and Stein (1961), positive part, twice the degrees of freedom.</summary>
    private const double Shrinkage = 8;

    private readonly SensorTable _sensors;
    private readonly ScanReports _reports;
    private readonly SystemTracks _tracks;
    private readonly RegistrationSums[] _sums;
    private readonly RegistrationField[] _applied;
    private readonly RegistrationField[] _fitted;
    private readonly double[] _sorted;
    private V _centre;
    private ulong _free;
    private bool _hasCentre;
    private bool _any;

    public Registration(SensorTable sensors, ScanReports reports, SystemTracks tracks)
    {
        (_sensors, _reports, _tracks) = (sensors, reports, tracks);
        _sums = new RegistrationSums[sensors.Count];
        _applied = new RegistrationField[sensors.Count];
        _fitted = new RegistrationField[sensors.Count];
        _sorted = new double[sensors.Count];
    }

    public void CopyTo(Registration other)
    {
        _sums.CopyTo(other._sums, 0);
        _applied.CopyTo(other._applied, 0);
        (other._centre, other._hasCentre, other._any) = (_centre, _hasCentre, _any);
    }

    /// <summary>The correction of a sensor's readings at a place, m.</summary>
    public V At(int sensor, V position)
    {
        if (!_any) return V.Zero;
        V correction = _applied[sensor].At(position - _centre);
        double most = MostAnywhere * Cap(sensor);
        double square = ConsistencySums.Sum(correction * correction);
        return square <= most * most ? correction : correction * (most / Math.Sqrt(square));
    }

    /// <summary>Takes the registration errors out of the scan's reports.</summary>
    /// <param name="free">Sensors that do not stand accused: of the others nothing is learnt.</param>
    public void Correct(ulong free)
    {
        _free = free;
        if (!_any) return;
        for (int s = 0; s < _sensors.Count; s++)
        {
            for (int i = _reports.SensorStart[s]; i < _reports.SensorStart[s + 1]; i++)
            {
                int report = _reports.Order[i];
                V correction = At(s, _reports.Position[report]) * AxisMask.Position(_reports.Axes[report]);
                _reports.Correction[report] = correction;
                _reports.Position[report] -= correction;
            }
        }
    }

    /// <summary>Takes the residual of one reading that is surely of its track.</summary>
    public void Add(int slot, int sensor, int report)
    {
        if (!_hasCentre || (_free >> sensor & 1) == 0 || !_tracks.Life[slot].Confirmed) return;
        V mask = AxisMask.Position(_reports.Axes[report] & ~_tracks.Life[slot].Undecided);
        V clip = Vector256.Create(ClipSigmas * Math.Sqrt(_sensors.PositionVariance[sensor] + _sensors.PositionBias2[sensor]));
        V residual = Vector256.Min(Vector256.Max(_reports.Innovation[report], -clip), clip);
        V position = _tracks.Filter[slot].Position;
        _sums[sensor].Add(position - _centre, residual + At(sensor, position), mask);
    }

    /// <summary>Ends the scan; now and then the corrections are brought up to date.</summary>
    /// <param name="scan">Number of the scan.</param>
    /// <param name="free">Sensors that do not stand accused.</param>
    /// <param name="maxLiars">How many of those may lie.</param>
    /// <param name="steady">Does no sensor's error change?</param>
    public void Learn(int scan, ulong free, int maxLiars, bool steady)
    {
        SetCentre();
        for (int s = 0; s < _sensors.Count; s++) _sums[s].Decay(Keep);
        if (scan % FitScans != 0 || !steady) return;
        ulong heard = 0;
        for (int s = 0; s < _sensors.Count; s++)
        {
            _fitted[s] = _sums[s].Fit(Variance(s), PriorM, ReachM);
            if ((free >> s & 1) != 0 && _sums[s].Count >= LeastCount) heard |= 1UL << s;
        }

        if (BitOperations.PopCount(heard) < (2 * maxLiars) + 1) return;
        RegistrationField common = Centre(heard);
        for (int s = 0; s < _sensors.Count; s++)
        {
            RegistrationField before = _applied[s];
            _applied[s] = Shrunk(s, common);
            Rebase(s, before);
        }
    }

    /// <summary>The common field of these sensors, coefficient by coefficient.</summary>
    private RegistrationField Centre(ulong heard)
    {
        V offset = V.Zero;
        for (int axis = 0; axis < 3; axis++)
        {
            int count = 0;
            for (ulong rest = heard; rest != 0; rest &= rest - 1)
            {
                int s = BitOperations.TrailingZeroCount(rest);
                if (axis < 2 || _sums[s].HeightCount >= LeastCount) _sorted[count++] = _fitted[s].Offset.GetElement(axis);
            }

            offset = offset.WithElement(axis, HuberMean(count));
        }

        int n = 0;
        for (ulong rest = heard; rest != 0; rest &= rest - 1) _sorted[n++] = _fitted[BitOperations.TrailingZeroCount(rest)].Rotation;
        double rotation = HuberMean(n);
        n = 0;
        for (ulong rest = heard; rest != 0; rest &= rest - 1) _sorted[n++] = _fitted[BitOperations.TrailingZeroCount(rest)].Gain;
        return new RegistrationField { Offset = offset, Rotation = rotation, Gain = HuberMean(n) };
    }

    /// <summary>Median plus the mean of the clipped distances from it (one step of Huber's location estimate, 1964).</summary>
    private double HuberMean(int count)
    {
        if (count == 0) return 0;
        Span<double> values = _sorted.AsSpan(0, count);
        double median = Median(values);
        Span<double> distances = stackalloc double[count];
        for (int i = 0; i < count; i++) distances[i] = Math.Abs(values[i] - median);
        double reach = CentreReach * Median(distances);
        double sum = 0;
        foreach (double value in values) sum += Math.Clamp(value - median, -reach, reach);
        return median + (sum / count);
    }

    private static double Median(Span<double> values)
    {
        values.Sort();
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    private RegistrationField Shrunk(int s, in RegistrationField common)
    {
        RegistrationField field = _fitted[s];
        if (_sums[s].Count < LeastCount) return default;
        field.Offset -= common.Offset;
        field.Rotation -= common.Rotation;
        field.Gain -= common.Gain;
        double variance = Variance(s);
        double significance = _sums[s].Significance(field, variance);
        double up = field.Offset.GetElement(2);
        double horizontal = Math.Max(0, 1 - (Shrinkage / Math.Max(significance, 1e-9))) * Plausible(s, Math.Sqrt(Math.Max(significance, 0) * variance / _sums[s].Count));
        double height = Math.Max(0, 1 - (Shrinkage / 4 / Math.Max(up * up * _sums[s].HeightCount / variance, 1e-9))) * Plausible(s, Math.Abs(up));
        field.Offset *= Vector256.Create(horizontal, horizontal, height, 0);
        field.Rotation *= horizontal;
        field.Gain *= horizontal;
        return field;
    }

    private double Cap(int s) => Math.Max(MostM, _sensors.Models[s].BiasCapM);

    /// <summary>1 for what may be a registration error, 0 for what is far too large.</summary>
    private double Plausible(int s, double size) => Math.Clamp((MostCorrected - (size / Cap(s))) / (MostCorrected - 1), 0, 1);

    /// <summary>Moves the windows of every track by the change of the correction, so that it is not taken for a change of the sensor.</summary>
    private void Rebase(int s, in RegistrationField before)
    {
        RegistrationField after = _applied[s];
        bool any = _any;
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            int slot = _tracks.Active[i];
            V position = _tracks.Filter[slot].Position;
            (_applied[s], _any) = (before, any);
            V old = At(s, position);
            (_applied[s], _any) = (after, true);
            V change = At(s, position) - old;
            ResidualWindows.Shift(_tracks.ResidualsOf(slot, s), change);
            _tracks.Carried[(slot * _sensors.Count) + s].Residual -= change;
        }
    }

    /// <summary>Variance of a residual as an independent one, m².</summary>
    private double Variance(int s) =>
        _sensors.PositionVariance[s] * _sensors.MeanVariance[(s * ResidualWindows.Count) + ResidualWindows.Count - 1];

    private void SetCentre()
    {
        if (_hasCentre) return;
        V sum = V.Zero;
        int count = 0;
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            int slot = _tracks.Active[i];
            if (!_tracks.Life[slot].Confirmed) continue;
            sum += _tracks.Filter[slot].Position;
            count++;
        }

        if (count == 0) return;
        _centre = sum / Vector256.Create((double)count) * AxisMask.Horizontal;
        _hasCentre = true;
    }
}
