using System.Numerics;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Offset and precision of every sensor in every test of <see cref="ResidualWindows"/>, of one track or of all together, on the axes that can be decided.</summary>
/// <remarks>
/// An axis counts only where at least 2r+1 sensors measure it, r the number that may still lie: with fewer the liars can be
/// the majority, and the smaller explanation is theirs. Where fewer than 3r+1 sensors are free that would let liars stop
/// every trial by keeping away from tracks; there those that r absent liars leave suffice. The liars' set explains those
/// windows too, so no honest sensor is accused for it.
/// </remarks>
internal sealed class TrialOffsets
{
    private readonly SensorTable _sensors;
    private readonly SystemTracks _tracks;
    private readonly V[] _common;
    private V _least;

    public TrialOffsets(SensorTable sensors, SystemTracks tracks)
    {
        (_sensors, _tracks) = (sensors, tracks);
        _common = new V[sensors.Count * ResidualWindows.BlockLength];
        Offset = new V[sensors.Count * ResidualWindows.Tests];
        Precision = new V[sensors.Count * ResidualWindows.Tests];
    }

    /// <summary>Offsets at hand, of sensor s in test t at s·<see cref="ResidualWindows.Tests"/>+t.</summary>
    public V[] Offset { get; }

    /// <summary>Their precisions, 0 where there is nothing to say.</summary>
    public V[] Precision { get; }

    /// <summary>The windows of every sensor, added up over the tracks of this scan.</summary>
    public ReadOnlySpan<V> Common => _common;

    /// <summary>Begins a scan.</summary>
    public void Begin(ulong free, int maxLiars)
    {
        Array.Clear(_common);
        _least = LeastVoices(free, maxLiars);
    }

    /// <summary>Offsets of the free sensors on one track, without the axes that are undecided.</summary>
    public void OfTrack(int slot, ulong free)
    {
        for (int s = 0; s < _sensors.Count; s++)
        {
            Span<V> offset = Offset.AsSpan(s * ResidualWindows.Tests, ResidualWindows.Tests);
            Span<V> precision = Precision.AsSpan(s * ResidualWindows.Tests, ResidualWindows.Tests);
            if ((free >> s & 1) != 0) ResidualWindows.Offsets(_tracks.ResidualsOf(slot, s), _sensors, s, offset, precision);
            else precision.Clear();
        }

        LeaveOutUndecided();
    }

    /// <summary>How many sensors must speak of a track, per axis: 2r+1, but where 2r+1 sensors measure the axis no more than the r liars leave when they keep away.</summary>
    private V LeastVoices(ulong free, int maxLiars)
    {
        double enough = (2.0 * maxLiars) + 1;
        double remain = BitOperations.PopCount(free) - maxLiars;
        if (remain >= enough) return Vector256.Create(enough);
        V measuring = V.Zero;
        for (ulong rest = free; rest != 0; rest &= rest - 1)
        {
            int s = BitOperations.TrailingZeroCount(rest);
            V weight = V.Zero;
            for (int i = 0; i < _tracks.ActiveCount; i++) weight += ResidualWindows.Weight(_tracks.ResidualsOf(_tracks.Active[i], s));
            measuring += V.One & Vector256.GreaterThan(weight, V.Zero);
        }

        return Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(measuring, Vector256.Create(enough)), Vector256.Create(remain), Vector256.Create(enough));
    }

    /// <summary>Takes the axes out of each test of which too few sensors speak.</summary>
    private void LeaveOutUndecided()
    {
        for (int test = 0; test < ResidualWindows.Tests; test++)
        {
            V voices = Voices(test);
            V few = Vector256.GreaterThan(voices, V.Zero) & Vector256.LessThan(voices, _least);
            if (few == V.Zero) continue;
            for (int s = 0; s < _sensors.Count; s++)
            {
                ref V precision = ref Precision[(s * ResidualWindows.Tests) + test];
                precision = Vector256.ConditionalSelect(few, V.Zero, precision);
            }
        }
    }

    /// <summary>How many sensors have something to say in a test, per axis.</summary>
    private V Voices(int test)
    {
        V voices = V.Zero;
        for (int s = 0; s < _sensors.Count; s++) voices += V.One & Vector256.GreaterThan(Precision[(s * ResidualWindows.Tests) + test], V.Zero);
        return voices;
    }

    /// <summary>Adds the windows of a track, without the axes that too few sensors measure.</summary>
    public void AddToCommon(int slot)
    {
        const int Position = ResidualWindows.FirstAlternating - 2;
        const int Velocity = ResidualWindows.FirstAlternating - 1;
        V position = V.One & Vector256.GreaterThan(Voices(Position), V.Zero);
        V velocity = V.One & Vector256.GreaterThan(Voices(Velocity), V.Zero);
        int length = _sensors.Count * ResidualWindows.BlockLength;
        Span<V> from = _tracks.Residuals.AsSpan(slot * length, length);
        for (int i = 0; i < length; i += 2)
        {
            _common[i] += from[i] * position;
            _common[i + 1] += from[i + 1] * velocity;
        }
    }

    /// <summary>Offsets of the free sensors over all tracks that were added up.</summary>
    public void OfAll(ulong free)
    {
        for (int s = 0; s < _sensors.Count; s++)
        {
            Span<V> offset = Offset.AsSpan(s * ResidualWindows.Tests, ResidualWindows.Tests);
            Span<V> precision = Precision.AsSpan(s * ResidualWindows.Tests, ResidualWindows.Tests);
            if ((free >> s & 1) != 0) ResidualWindows.Offsets(_common.AsSpan(s * ResidualWindows.BlockLength, ResidualWindows.BlockLength), _sensors, s, offset, precision);
            else precision.Clear();
        }

        LeaveOutUndecided();
    }
}
