namespace C3Fusion.Fusion.Metrics;

/// <summary>Scores a picture against the truth, scan by scan. Not thread-safe.</summary>
public sealed class PictureScorer
{
    /// <summary>How long a true position keeps a track near it from being a ghost, microseconds: 10 s.</summary>
    public const long GhostWindowUs = 10_000_000;

    private readonly PictureMatching _matching;
    private readonly RecentTruth _recent = new(GhostWindowUs);
    private readonly TrackSwitches _switches = new();
    private readonly SiapAccumulator _siap = new();
    private readonly NearestTarget _nearest = new();
    private readonly BoxRecord _hard = new();
    private readonly BoxRecord _statistical = new();
    private readonly List<Enu> _truthPositions = [];
    private readonly List<Enu> _trackPositions = [];
    private readonly Dictionary<long, int> _targetOfTrack = [];
    private bool[] _isMatched = [];
    private long _timeUs = long.MinValue;
    private int _scans;
    private double _gospa;
    private double _localisation;
    private double _missedCost;
    private double _falseCost;
    private double _ospa;
    private double _squaredError;
    private long _missed;
    private long _false;
    private long _ghosts;
    private long _matched;
    private long _assured;
    private long _published;

    /// <summary>Makes a scorer.</summary>
    /// <param name="cutoff">c of GOSPA and OSPA and the range of ghosts and of SIAP's association, m, above 0.</param>
    /// <param name="order">p of GOSPA and OSPA.</param>
    public PictureScorer(double cutoff, DistanceOrder order) => _matching = new PictureMatching(cutoff, order);

    /// <summary>Takes a scan that is not scored but whose true positions count when ghosts are told.</summary>
    /// <param name="timeUs">Time of the scan, microseconds, later than that of the scan before.</param>
    /// <param name="truth">The true targets.</param>
    public void Remember(long timeUs, ReadOnlySpan<TruthState> truth)
    {
        Advance(timeUs);
        _recent.Add(timeUs, truth);
    }

    /// <summary>Scores one scan.</summary>
    /// <param name="timeUs">Time of the scan, microseconds, later than that of the scan before.</param>
    /// <param name="truth">The true targets, each once.</param>
    /// <param name="tracks">The published tracks, each once.</param>
    public void Score(long timeUs, ReadOnlySpan<TruthState> truth, ReadOnlySpan<ScoredTrack> tracks)
    {
        Remember(timeUs, truth);
        _truthPositions.Clear();
        _trackPositions.Clear();
        foreach (ref readonly TruthState t in truth) _truthPositions.Add(t.Position);
        foreach (ref readonly ScoredTrack t in tracks) _trackPositions.Add(t.Position);
        ReadOnlySpan<Enu> truthPositions = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_truthPositions);
        ReadOnlySpan<Enu> trackPositions = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_trackPositions);
        _matching.Match(truthPositions, trackPositions);
        KeepTracks(truth, tracks, truthPositions, trackPositions);
        AddDistances();
        AddPairs(truth, tracks);
        AddGhosts(tracks);
        AddAssociations(timeUs, truth, tracks, truthPositions);
        _scans++;
    }

    /// <summary>The score over all scans so far.</summary>
    public PictureScore Result() => new(
        _scans,
        PerScan(_gospa),
        PerScan(_localisation),
        PerScan(_missedCost),
        PerScan(_falseCost),
        PerScan(_ospa),
        _matched == 0 ? null : Math.Sqrt(_squaredError / _matched),
        PerScan(_missed),
        PerScan(_false),
        PerScan(_ghosts),
        _switches.IdSwitches,
        _switches.LastingSwitches,
        _matched,
        _published == 0 ? null : (double)_assured / _published,
        _hard.Containment,
        _hard.MeanWidth,
        _statistical.Containment,
        _statistical.MeanWidth,
        _siap.Result());

    /// <summary>Of several best assignments takes the one in which the targets keep their tracks: where two targets are at one place, both ways cost the same.</summary>
    private void KeepTracks(ReadOnlySpan<TruthState> truth, ReadOnlySpan<ScoredTrack> tracks, ReadOnlySpan<Enu> truthPositions, ReadOnlySpan<Enu> trackPositions)
    {
        _targetOfTrack.Clear();
        for (int i = 0; i < truth.Length; i++)
        {
            int j = _matching.TrackOfTruth[i];
            if (j >= 0) _targetOfTrack[tracks[j].Number] = i;
        }

        for (int i = 0; i < truth.Length; i++)
        {
            int j = _matching.TrackOfTruth[i];
            if (j < 0 || _switches.LastTrack(truth[i].Id) is not { } last || last == tracks[j].Number) continue;
            if (!_targetOfTrack.TryGetValue(last, out int other) || _switches.LastTrack(truth[other].Id) == last) continue;
            if (!_matching.TryExchange(truthPositions, trackPositions, i, other)) continue;
            (_targetOfTrack[last], _targetOfTrack[tracks[j].Number]) = (i, other);
        }
    }

    private double? PerScan(double sum) => _scans == 0 ? null : sum / _scans;

    private void Advance(long timeUs)
    {
        if (timeUs <= _timeUs) throw new ArgumentException("scans must come in ascending time", nameof(timeUs));
        _timeUs = timeUs;
    }

    private void AddDistances()
    {
        var gospa = Gospa.Of(_matching);
        _gospa += gospa.Distance;
        _localisation += gospa.Localisation;
        _missedCost += gospa.Missed;
        _falseCost += gospa.False;
        _ospa += Ospa.Of(_matching);
        _missed += _matching.TruthCount - _matching.MatchedCount;
        _false += _matching.TrackCount - _matching.MatchedCount;
        _matched += _matching.MatchedCount;
    }

    private void AddPairs(ReadOnlySpan<TruthState> truth, ReadOnlySpan<ScoredTrack> tracks)
    {
        Assignment.Buffers.Grow(ref _isMatched, tracks.Length);
        _isMatched.AsSpan(0, tracks.Length).Clear();
        _switches.BeginScan();
        for (int i = 0; i < truth.Length; i++)
        {
            int j = _matching.TrackOfTruth[i];
            _switches.Observe(truth[i].Id, j < 0 ? null : tracks[j].Number, _scans == 0);
            if (j < 0) continue;
            _isMatched[j] = true;
            double distance = _matching.Distances[i];
            _squaredError += distance * distance;
            _hard.Observe(tracks[j].Hard, truth[i].Position);
            _statistical.Observe(tracks[j].Statistical, truth[i].Position);
        }
    }

    private void AddGhosts(ReadOnlySpan<ScoredTrack> tracks)
    {
        _published += tracks.Length;
        for (int j = 0; j < tracks.Length; j++)
        {
            if (tracks[j].IsAssured) _assured++;
            if (!_isMatched[j] && !_recent.IsNear(tracks[j].Position, _matching.Cutoff)) _ghosts++;
        }
    }

    private void AddAssociations(long timeUs, ReadOnlySpan<TruthState> truth, ReadOnlySpan<ScoredTrack> tracks, ReadOnlySpan<Enu> truthPositions)
    {
        _siap.BeginScan(timeUs, tracks.Length);
        foreach (ref readonly TruthState t in truth) _siap.ObserveTruth(t.Id);
        _nearest.Index(truthPositions);
        foreach (ref readonly ScoredTrack track in tracks)
        {
            int i = _nearest.Find(track.Position, _matching.Cutoff, out double distance);
            if (i < 0) continue;
            double velocityError = (track.Velocity - truth[i].Velocity).Length;
            _siap.Associate(truth[i].Id, track.Number, distance, velocityError);
        }
    }
}
