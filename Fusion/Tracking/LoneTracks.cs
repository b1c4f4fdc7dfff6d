using System.Numerics;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Tracks that one sensor keeps and nobody bears out: ghosts and displaced copies convict their author.</summary>
internal sealed class LoneTracks
{
    private const long LeastAgeUs = 6_000_000;
    private const ulong LastEightScans = 0xFF;
    private const int LeastReports = 5;
    private const int LongScans = 15;
    private const int HotScans = 2;

    private readonly SensorTable _sensors;
    private readonly LocalTracks _locals;
    private readonly SystemTracks _tracks;
    private readonly int _f;
    private readonly int[] _hot;

    public LoneTracks(SensorTable sensors, LocalTracks locals, SystemTracks tracks, int faultBound)
    {
        (_sensors, _locals, _tracks, _f) = (sensors, locals, tracks, faultBound);
        _hot = new int[sensors.Count];
    }

    public void CopyTo(LoneTracks other) => _hot.CopyTo(other._hot, 0);

    /// <summary>Sensors that keep lone tracks in this scan, whether or not there are too many of them to accuse.</summary>
    public ulong Hot { get; private set; }

    /// <returns>The sensors to accuse; none where more qualify than may still lie.</returns>
    public ulong Judge(int scan, long nowUs, ulong free, int maxLiars)
    {
        ulong hot = 0;
        for (ulong rest = free; rest != 0; rest &= rest - 1)
        {
            int s = BitOperations.TrailingZeroCount(rest);
            bool qualifies = Stands(s, scan, nowUs, free);
            _hot[s] = qualifies ? _hot[s] + 1 : 0;
            if (_hot[s] >= HotScans) hot |= 1UL << s;
        }

        Hot = hot;
        return BitOperations.PopCount(hot) <= maxLiars ? hot : 0;
    }

    private bool Stands(int sensor, int scan, long nowUs, ulong free)
    {
        int lone = 0;
        bool lasting = false;
        foreach (int local in _locals.Live(sensor))
        {
            ref LocalTrack state = ref _locals.State[local];
            bool stands = state.LastScan == scan && nowUs - state.FirstTimeUs >= LeastAgeUs
                && BitOperations.PopCount(state.History & LastEightScans) >= LeastReports
                && (state.Track < 0 || !_tracks.Life[state.Track].Confirmed)
                && IsWatched(ref state, free);
            if (!stands)
            {
                if (state.LastScan == scan) state.LoneScans = 0;
                continue;
            }

            lone++;
            state.LoneScans++;
            lasting |= state.LoneScans >= LongScans;
        }

        return lone >= 2 || lasting;
    }

    /// <summary>Should at least 2f+1 sensors see that place, so that silence of the others says something?</summary>
    private bool IsWatched(ref LocalTrack state, ulong free)
    {
        int watchers = 0;
        for (ulong rest = free; rest != 0; rest &= rest - 1)
        {
            if (_sensors.Covers(BitOperations.TrailingZeroCount(rest), state.LastPosition)) watchers++;
        }

        return watchers >= Math.Min((2 * _f) + 1, _sensors.Count - _f);
    }
}
