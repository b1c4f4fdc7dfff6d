using System.Numerics;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Signs that more than f sensors are faulty, which no set of f liars can give: tracks on which the sensors are divided.</summary>
/// <remarks>
/// <para>
/// <i>Split</i>: more than r sensors that do not stand accused (r those that may still lie) lie farther from the median of all
/// sensors' windowed means than their noise and any registration error explain. While at most f of at least 3f+1 lie the
/// median is among the honest ones, and not the last of them.
/// </para>
/// <para>
/// <i>Denied</i>: f+1 sensors and more keep a track that more than r others, which should see the place and see other tracks,
/// have not seen for some scans. Either the one group invents or the other conceals: both are more than f.
/// </para>
/// </remarks>
internal sealed class Division
{
    private const double Sigmas = 4;

    /// <summary>No registration error is larger, as far as the alarm goes, m.</summary>
    private const double RegistrationM = 60;

    /// <summary>Nor in velocity, m/s.</summary>
    private const double VelocityMps = 2;

    /// <summary>One sensor alone may have lost a target that the others see.</summary>
    private const int LeastDeniers = 2;

    private const double BesideM = 250;

    /// <summary>Scans running for which a track must be denied.</summary>
    private const int DeniedScans = 8;

    private readonly SensorTable _sensors;
    private readonly SystemTracks _tracks;
    private readonly int _f;
    private readonly V[] _centre = new V[SensorTable.MaxSensors];
    private readonly V[] _half = new V[SensorTable.MaxSensors];
    private int _axes;
    private bool _judged;
    private readonly int[] _places = new int[SensorTable.MaxSensors];
    private readonly int[] _voices = new int[SensorTable.MaxSensors];
    private readonly double[] _sorted = new double[SensorTable.MaxSensors];

    public Division(SensorTable sensors, SystemTracks tracks, int faultBound) => (_sensors, _tracks, _f) = (sensors, tracks, faultBound);

    /// <summary>Published tracks, and how many of them are split or denied.</summary>
    public int Tracks { get; private set; }

    public int Divided { get; private set; }

    /// <summary>Are the sensors split over all tracks together?</summary>
    public bool Everywhere { get; private set; }

    /// <summary>Sensors that are displaced on some track, or over all of them.</summary>
    public ulong Odd { get; private set; }

    /// <summary>Does a sensor that stands accused see at least half of the published tracks where it should, in their place? No, where fewer than 3f+1 can tell.</summary>
    public bool IsBorneOut(int sensor) => _judged && (Odd >> sensor & 1) == 0 && _places[sensor] > 0 && 2 * _voices[sensor] >= _places[sensor];

    /// <summary>Looks at every track of the scan.</summary>
    /// <param name="free">Sensors that do not stand accused.</param>
    /// <param name="maxLiars">How many of those may lie.</param>
    /// <param name="common">Windowed residuals of every sensor over all tracks (<see cref="SensorTrial.Common"/>).</param>
    public void Judge(ulong free, int maxLiars, ReadOnlySpan<V> common)
    {
        (Tracks, Divided) = (0, 0);
        ulong displaced = Displaced(common, ResidualWindows.Middle);
        Everywhere = BitOperations.PopCount(displaced & free) > maxLiars;
        _judged = _axes >= 2;
        Odd = displaced | Displaced(common, 0) | Displaced(common, ResidualWindows.Middle, part: 1);
        Array.Clear(_places);
        Array.Clear(_voices);
        ulong awake = Awake();
        int length = _sensors.Count * ResidualWindows.BlockLength;
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            int slot = _tracks.Active[i];
            ref TrackLife life = ref _tracks.Life[slot];
            life.Split = false;
            if (!life.Confirmed) continue;
            Tracks++;
            displaced = Displaced(_tracks.Residuals.AsSpan(slot * length, length), ResidualWindows.Middle);
            Odd |= displaced;
            life.Split = BitOperations.PopCount(displaced & free) > maxLiars;
            if (life.Published && free != _sensors.All) Count(slot, ~free & _sensors.All, life.Now);
            ulong silent = free & awake & ~Voices(life);
            int least = Math.Max(LeastDeniers, maxLiars + 1);
            life.Denied = BitOperations.PopCount(silent) >= least && Watching(slot, silent) >= least ? life.Denied + 1 : 0;
            if (life.Denied > 0 && life.Denied % DeniedScans == 0 && SeeBeside(slot, silent)) life.Denied = 0;
            if (life.Split || life.Denied >= DeniedScans) Divided++;
        }
    }

    /// <summary>Sensors whose windowed mean is farther from the median than noise and registration explain, on an axis that 3f+1 sensors measure.</summary>
    private ulong Displaced(ReadOnlySpan<V> blocks, int window, int part = 0)
    {
        Span<int> who = stackalloc int[_sensors.Count];
        int count = 0;
        for (int s = 0; s < _sensors.Count; s++)
        {
            if (!ResidualWindows.Interval(blocks.Slice(s * ResidualWindows.BlockLength, ResidualWindows.BlockLength), _sensors, s, window, part, Sigmas, out V centre, out V half, out V valid)) continue;
            _centre[count] = centre;
            double more = part == 0 ? Math.Max(0, RegistrationM - Math.Sqrt(_sensors.PositionBias2[s])) : VelocityMps;
            _half[count] = Vector256.ConditionalSelect(valid, half + Vector256.Create(more), Vector256.Create(double.PositiveInfinity));
            who[count++] = s;
        }

        ulong displaced = 0;
        _axes = 0;
        for (int axis = 0; axis < 3; axis++)
        {
            int n = 0;
            for (int i = 0; i < count; i++)
            {
                if (_half[i].GetElement(axis) < double.PositiveInfinity) _sorted[n++] = _centre[i].GetElement(axis);
            }

            // Of 2f+1 the median may be the one honest sensor that errs most, of 3f+1 it never is.
            if (n < (3 * _f) + 1) continue;
            _axes++;
            _sorted.AsSpan(0, n).Sort();
            double median = (_sorted[(n - 1) / 2] + _sorted[n / 2]) / 2;
            for (int i = 0; i < count; i++)
            {
                if (Math.Abs(_centre[i].GetElement(axis) - median) > _half[i].GetElement(axis)) displaced |= 1UL << who[i];
            }
        }

        return displaced;
    }

    /// <summary>Sensors that have lately given a reading of any published track: the others may be out of order, and deny nothing.</summary>
    private ulong Awake()
    {
        ulong awake = 0;
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            ref TrackLife life = ref _tracks.Life[_tracks.Active[i]];
            if (life.Published) awake |= Voices(life);
        }

        return awake;
    }

    /// <summary>Have the silent ones a track of their own on the same spot of the ground, as where heights are contested? Then they deny nothing.</summary>
    private bool SeeBeside(int slot, ulong silent)
    {
        V place = _tracks.Filter[slot].Position;
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            int other = _tracks.Active[i];
            if (other == slot || !_tracks.Life[other].Confirmed || (Voices(_tracks.Life[other]) & silent) == 0) continue;
            V apart = (_tracks.Filter[other].Position - place) * AxisMask.Horizontal;
            if (ConsistencySums.Sum(apart * apart) < BesideM * BesideM) return true;
        }

        return false;
    }

    private void Count(int slot, ulong accused, ulong now)
    {
        for (ulong rest = accused; rest != 0; rest &= rest - 1)
        {
            int s = BitOperations.TrailingZeroCount(rest);
            if (!_sensors.Covers(s, _tracks.Filter[slot].Position)) continue;
            _places[s]++;
            if ((now >> s & 1) != 0) _voices[s]++;
        }
    }

    private int Watching(int slot, ulong sensors)
    {
        int watching = 0;
        for (ulong rest = sensors; rest != 0; rest &= rest - 1)
        {
            if (_sensors.Covers(BitOperations.TrailingZeroCount(rest), _tracks.Filter[slot].Position)) watching++;
        }

        return watching;
    }

    private static ulong Voices(in TrackLife life) => life.Now | life.Previous | life.Earlier | life.Earliest;
}
