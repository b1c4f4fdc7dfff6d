namespace C3Fusion.Fusion.Metrics;

/// <summary>Counts changes of the track that is matched to a true target, in the senses in use.</summary>
public sealed class TrackSwitches
{
    /// <summary>In how many matched scans in a row a track must be the one, to be a target's lasting track.</summary>
    public const int LastingScans = 10;

    private readonly Dictionary<long, long> _lastTrack = [];
    private readonly Dictionary<long, Run> _runs = [];
    private Dictionary<long, long> _before = [];
    private Dictionary<long, long> _now = [];

    /// <summary>Id switches so far: the track differs between two scans in which the target is matched, whatever lay between.</summary>
    public long IdSwitches { get; private set; }

    /// <summary>Changes of the lasting track of a target: the one that was matched to it in at least <see cref="LastingScans"/> matched scans in a row.</summary>
    /// <remarks>Where two targets are closer than the tracks' errors, the best assignment of single scans goes to and fro although no track changes sides; this count does not.</remarks>
    public long LastingSwitches { get; private set; }

    /// <summary>Switches from the scan before to this one in GOSPA's sense: 1 for a change from one track to another, a half for a change to or from none.</summary>
    public double SinceLastScan { get; private set; }

    /// <summary>The track that was matched to a target when it was last matched; null if it never was.</summary>
    public long? LastTrack(long truth) => _lastTrack.TryGetValue(truth, out long track) ? track : null;

    /// <summary>Starts a scan.</summary>
    public void BeginScan()
    {
        (_before, _now) = (_now, _before);
        _now.Clear();
        SinceLastScan = 0;
    }

    /// <summary>Takes one true target of this scan.</summary>
    /// <param name="truth">The target.</param>
    /// <param name="track">Its track; null where it has none.</param>
    /// <param name="isFirstScan">In the first scan there is nothing to compare with.</param>
    public void Observe(long truth, long? track, bool isFirstScan = false)
    {
        bool hadTrack = _before.TryGetValue(truth, out long before);
        if (!isFirstScan)
        {
            if (hadTrack && track is { } other && other != before) SinceLastScan += 1;
            else if (hadTrack != track.HasValue) SinceLastScan += 0.5;
        }

        if (track is not { } now) return;
        _now[truth] = now;
        if (_lastTrack.TryGetValue(truth, out long last) && last != now) IdSwitches++;
        _lastTrack[truth] = now;
        ObserveRun(truth, now);
    }

    private void ObserveRun(long truth, long track)
    {
        _runs.TryGetValue(truth, out Run run);
        run = run.Length > 0 && run.Track == track ? run with { Length = run.Length + 1 } : run with { Track = track, Length = 1 };
        if (run.Length == LastingScans)
        {
            if (run.Lasting is { } lasting && lasting != track) LastingSwitches++;
            run = run with { Lasting = track };
        }

        _runs[truth] = run;
    }

    private readonly record struct Run(long Track, int Length, long? Lasting);
}
