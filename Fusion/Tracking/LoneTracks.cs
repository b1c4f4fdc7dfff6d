using System.Globalization;
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
    private readonly (int Tracks, int Scans, int Others)[] _found;

    public LoneTracks(SensorTable sensors, LocalTracks locals, SystemTracks tracks, int faultBound)
    {
        (_sensors, _locals, _tracks, _f) = (sensors, locals, tracks, faultBound);
        _hot = new int[sensors.Count];
        _found = new (int, int, int)[sensors.Count];
    }

    public void CopyTo(LoneTracks other) => _hot.CopyTo(other._hot, 0);

    /// <summary>Sensors that keep lone tracks in this scan, whether or not there are too many of them to accuse.</summary>
    public ulong Hot { get; private set; }

    /// <summary>Sensors that keep lone tracks, those that stand accused too.</summary>
    public ulong Keeping { get; private set; }

    /// <returns>The sensors to accuse; none where more qualify than may still lie.</returns>
    public ulong Judge(int scan, long nowUs, ulong free, int maxLiars)
    {
        ulong hot = 0;
        Keeping = 0;
        for (ulong rest = _sensors.All; rest != 0; rest &= rest - 1)
        {
            int s = BitOperations.TrailingZeroCount(rest);
            bool qualifies = Stands(s, scan, nowUs, free, maxLiars);
            if (qualifies) Keeping |= 1UL << s;
            _hot[s] = qualifies && (free >> s & 1) != 0 ? _hot[s] + 1 : 0;
            if (_hot[s] >= HotScans) hot |= 1UL << s;
        }

        Hot = hot;
        return BitOperations.PopCount(hot) <= maxLiars ? hot : 0;
    }

    /// <summary>What the last judgement found of a sensor, in words: how many tracks, for how long, who should have seen them.</summary>
    public string Evidence(int sensor)
    {
        (int tracks, int scans, int others) = _found[sensor];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"lone tracks: {tracks} of its own, the longest for {scans} scans, that nobody confirms while at least {others} others cover each place");
    }

    private bool Stands(int sensor, int scan, long nowUs, ulong free, int maxLiars)
    {
        int least = Math.Min((2 * _f) + 1, Math.Max((2 * maxLiars) + 1, _sensors.Count - _f));
        int lone = 0;
        int longest = 0;
        int fewest = int.MaxValue;
        foreach (int local in _locals.Live(sensor))
        {
            ref LocalTrack state = ref _locals.State[local];
            bool stands = state.LastScan == scan && nowUs - state.FirstTimeUs >= LeastAgeUs
                && BitOperations.PopCount(state.History & LastEightScans) >= LeastReports
                && (state.Track < 0 || !_tracks.Life[state.Track].Confirmed)
                && Watchers(ref state, free) >= least;
            if (!stands)
            {
                if (state.LastScan == scan) state.LoneScans = 0;
                continue;
            }

            lone++;
            state.LoneScans++;
            longest = Math.Max(longest, state.LoneScans);
            fewest = Math.Min(fewest, Watchers(ref state, free & ~(1UL << sensor)));
        }

        _found[sensor] = (lone, longest, fewest);
        return lone >= 2 || longest >= LongScans;
    }

    /// <summary>How many of these sensors should see that place: the silence of 2f+1 says something.</summary>
    private int Watchers(ref LocalTrack state, ulong sensors)
    {
        int watchers = 0;
        for (ulong rest = sensors; rest != 0; rest &= rest - 1)
        {
            if (_sensors.Covers(BitOperations.TrailingZeroCount(rest), state.LastPosition)) watchers++;
        }

        return watchers;
    }
}
