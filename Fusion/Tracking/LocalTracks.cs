using System.Runtime.Intrinsics;

namespace C3Fusion.Fusion.Tracking;

/// <summary>One track of one sensor, under the sensor's own name for it.</summary>
internal struct LocalTrack
{
    public ulong Key;
    public int Sensor;

    /// <summary>Slot of the system track that this one is bound to, or -1.</summary>
    public int Track;

    /// <summary>How many reports running have missed the gate of that track.</summary>
    public int OutOfGate;

    public int FirstScan;
    public int LastScan;
    public long FirstTimeUs;
    public long LastTimeUs;

    /// <summary>One bit per scan, the lowest the last one: was there a report?</summary>
    public ulong History;

    /// <summary>Scans running in which it has stood alone (see <see cref="LoneTracks"/>).</summary>
    public int LoneScans;

    public Vector256<double> LastPosition;
    public Vector256<double> LastVelocity;
}

/// <summary>How much better a local track fits a rival of the track that it is bound to.</summary>
internal struct RivalVote
{
    public long Rival;
    public double Score;
}

/// <summary>The live local tracks of every sensor, each sensor's in the order of its keys.</summary>
/// <remarks>
/// Reports arrive sorted by key, so finding their local tracks is a merge of two sorted lists: no hash table, whose
/// chains a hostile sensor could choose, and no order that depends on memory.
/// </remarks>
internal sealed class LocalTracks
{
    /// <summary>Rivals that are remembered per local track.</summary>
    public const int VotesPerTrack = 4;

    private readonly int[][] _live;
    private readonly int[] _liveCount;
    private int[] _merged = new int[64];
    private int[] _free = [];
    private int _freeCount;
    private int _used;
    private long _duplicates;

    public LocalTracks(int sensorCount)
    {
        _live = new int[sensorCount][];
        _liveCount = new int[sensorCount];
        for (int s = 0; s < sensorCount; s++) _live[s] = new int[64];
    }

    private LocalTracks(LocalTracks other)
    {
        _live = Array.ConvertAll(other._live, list => (int[])list.Clone());
        _liveCount = (int[])other._liveCount.Clone();
        _free = (int[])other._free.Clone();
        _freeCount = other._freeCount;
        _used = other._used;
        State = (LocalTrack[])other.State.Clone();
        Votes = (RivalVote[])other.Votes.Clone();
    }

    public LocalTrack[] State { get; private set; } = [];

    public RivalVote[] Votes { get; private set; } = [];

    public ReadOnlySpan<int> Live(int sensor) => _live[sensor].AsSpan(0, _liveCount[sensor]);

    public Span<RivalVote> VotesOf(int local) => Votes.AsSpan(local * VotesPerTrack, VotesPerTrack);

    /// <summary>Finds or makes the local track of each of a sensor's reports; forgets those not heard of for too long.</summary>
    /// <param name="reports">The sorted reports; <see cref="ScanReports.Local"/> is filled, -1 for a report that is stale (frozen) or not the newest of its track.</param>
    /// <param name="sensor">The sensor.</param>
    /// <param name="scan">Number of the scan.</param>
    /// <param name="keepScans">Scans without a report after which a local track is forgotten.</param>
    /// <param name="tracks">Where forgotten ones are released.</param>
    /// <returns>How many reports said again what was said before.</returns>
    public long Join(ScanReports reports, int sensor, int scan, int keepScans, SystemTracks tracks)
    {
        int from = reports.SensorStart[sensor];
        int to = reports.SensorStart[sensor + 1];
        int[] old = _live[sensor];
        int oldCount = _liveCount[sensor];
        if (_merged.Length < oldCount + (to - from)) _merged = new int[2 * (oldCount + to - from)];
        _duplicates = 0;
        int merged = 0;
        int i = 0;
        int r = from;
        while (i < oldCount || r < to)
        {
            ulong reportKey = r < to ? reports.Key[reports.Order[r]] : 0;
            if (i < oldCount && (r >= to || State[old[i]].Key < reportKey))
            {
                int local = old[i++];
                if (scan - State[local].LastScan <= keepScans) _merged[merged++] = local;
                else Forget(local, tracks);
                continue;
            }

            int found = i < oldCount && State[old[i]].Key == reportKey ? old[i++] : Make(sensor, reportKey, scan, reports.TimeUs[reports.Order[r]]);
            _merged[merged++] = found;
            r = Take(reports, r, to, found, scan);
        }

        (_live[sensor], _merged) = (_merged, old);
        _liveCount[sensor] = merged;
        return _duplicates;
    }

    public LocalTracks Copy() => new(this);

    /// <summary>Gives the run of reports with one key to their local track: the newest counts, older ones of the same scan do not.</summary>
    private int Take(ScanReports reports, int r, int to, int local, int scan)
    {
        int newest = reports.Order[r];
        ulong key = reports.Key[newest];
        reports.Local[newest] = -1;
        for (r++; r < to && reports.Key[reports.Order[r]] == key; r++)
        {
            if (reports.TimeUs[reports.Order[r]] == reports.TimeUs[newest]) _duplicates++;
            newest = reports.Order[r];
            reports.Local[newest] = -1;
        }

        ref LocalTrack state = ref State[local];
        if (reports.TimeUs[newest] == state.LastTimeUs)
        {
            _duplicates++;
            return r;
        }

        bool frozen = state.History != 0
            && reports.Position[newest] == state.LastPosition && reports.Velocity[newest] == state.LastVelocity;
        int shift = scan - state.LastScan;
        state.History = shift >= 64 ? 0 : state.History << shift;
        state.LastScan = scan;
        if (frozen) return r;
        state.History |= 1;
        state.LastTimeUs = Math.Max(state.LastTimeUs, reports.TimeUs[newest]);
        state.LastPosition = reports.Position[newest];
        state.LastVelocity = reports.Velocity[newest];
        reports.Local[newest] = local;
        return r;
    }

    private int Make(int sensor, ulong key, int scan, long timeUs)
    {
        int local;
        if (_freeCount > 0)
        {
            local = _free[--_freeCount];
        }
        else
        {
            if (_used == State.Length) Grow();
            local = _used++;
        }

        State[local] = new LocalTrack { Key = key, Sensor = sensor, Track = -1, FirstScan = scan, LastScan = scan, FirstTimeUs = timeUs, LastTimeUs = long.MinValue };
        VotesOf(local).Clear();
        return local;
    }

    private void Forget(int local, SystemTracks tracks)
    {
        tracks.Release(ref State[local], local);
        _free[_freeCount++] = local;
    }

    private void Grow()
    {
        int capacity = Math.Max(256, State.Length * 2);
        LocalTrack[] state = State;
        RivalVote[] votes = Votes;
        Array.Resize(ref state, capacity);
        Array.Resize(ref votes, capacity * VotesPerTrack);
        Array.Resize(ref _free, capacity);
        State = state;
        Votes = votes;
    }
}
