namespace C3Fusion.Fusion.Metrics;

/// <summary>Sums what <see cref="Siap"/> is made of, scan by scan. Association is the caller's: several tracks may belong to one target.</summary>
public sealed class SiapAccumulator
{
    private readonly SortedDictionary<long, TargetHistory> _targets = [];
    private readonly HashSet<long> _tracksSeen = [];
    private long _truths;
    private long _tracked;
    private long _tracks;
    private long _associated;
    private long _associations;
    private double _positionError;
    private double _velocityError;
    private long _velocities;
    private long _timeUs;
    private int _scan = -1;

    /// <summary>Starts a scan; times ascend.</summary>
    /// <param name="timeUs">Time of the scan, microseconds.</param>
    /// <param name="trackCount">N: published tracks of this scan.</param>
    public void BeginScan(long timeUs, int trackCount)
    {
        _scan++;
        _timeUs = timeUs;
        _tracks += trackCount;
        _tracksSeen.Clear();
    }

    /// <summary>Takes one true target that exists in this scan.</summary>
    public void ObserveTruth(long truth)
    {
        _truths++;
        if (!_targets.TryGetValue(truth, out TargetHistory? history)) _targets.Add(truth, history = new TargetHistory(_timeUs));
        history.EndUs = _timeUs;
        history.Times.Add((_scan, _timeUs));
    }

    /// <summary>Takes one association of this scan; its truth has been observed.</summary>
    /// <param name="truth">The true target.</param>
    /// <param name="track">The track.</param>
    /// <param name="positionError">Distance, m.</param>
    /// <param name="velocityError">Length of the velocity difference, m/s; NaN where unknown.</param>
    public void Associate(long truth, long track, double positionError, double velocityError)
    {
        TargetHistory history = _targets[truth];
        if (history.LastTrackedScan != _scan) _tracked++;
        history.LastTrackedScan = _scan;
        if (_tracksSeen.Add(track)) _associated++;
        _associations++;
        _positionError += positionError;
        if (!double.IsNaN(velocityError))
        {
            _velocityError += velocityError;
            _velocities++;
        }

        history.Extend(track);
    }

    /// <summary>The metrics over all scans so far.</summary>
    public Siap Result()
    {
        double changes = 0, trackedSeconds = 0, longest = 0, life = 0;
        foreach (TargetHistory target in _targets.Values)
        {
            life += (target.EndUs - target.BeginUs) / 1e6;
            longest += target.LongestSegment();
            trackedSeconds += target.TrackedSeconds();
            changes += Math.Max(0, target.FewestTracks() - 1);
        }

        return new Siap(
            _truths == 0 ? 0 : (double)_tracked / _truths,
            _tracked == 0 ? 1 : (double)_associated / _tracked,
            _tracks == 0 ? 0 : (double)(_tracks - _associated) / _tracks,
            _associations == 0 ? null : _positionError / _associations,
            _velocities == 0 ? null : _velocityError / _velocities,
            trackedSeconds == 0 ? null : changes / trackedSeconds,
            life == 0 ? null : longest / life);
    }

    /// <summary>One true target: when it lived, and the unbroken segments in which one track was associated with it. Indices count its own scans.</summary>
    private sealed class TargetHistory(long beginUs)
    {
        private readonly Dictionary<long, int> _openSegment = [];
        private readonly List<Segment> _segments = [];

        public long BeginUs { get; } = beginUs;

        public long EndUs { get; set; }

        public int LastTrackedScan { get; set; } = -1;

        public List<(int Scan, long TimeUs)> Times { get; } = [];

        public void Extend(long track)
        {
            int now = Times.Count - 1;
            if (_openSegment.TryGetValue(track, out int open) && _segments[open].Last >= now - 1)
            {
                _segments[open] = _segments[open] with { Last = now };
                return;
            }

            _openSegment[track] = _segments.Count;
            _segments.Add(new Segment(now, now));
        }

        public double LongestSegment()
        {
            double longest = 0;
            foreach (Segment segment in _segments) longest = Math.Max(longest, Seconds(segment.First, segment.Last));
            return longest;
        }

        /// <summary>Time between neighbouring scans that one segment spans.</summary>
        public double TrackedSeconds()
        {
            int[] reach = Reach();
            double total = 0;
            for (int i = 0; i + 1 < Times.Count; i++)
            {
                if (reach[i] > i) total += Seconds(i, i + 1);
            }

            return total;
        }

        /// <summary>Greedy cover: from each tracked scan on, the segment that lasts longest.</summary>
        public int FewestTracks()
        {
            int[] reach = Reach();
            int needed = 0;
            for (int i = 0; i < reach.Length; i++)
            {
                if (reach[i] < i) continue;
                needed++;
                i = reach[i];
            }

            return needed;
        }

        /// <summary>For each scan, the last scan of the longest-lasting segment that covers it; -1 where none does.</summary>
        private int[] Reach()
        {
            var reach = new int[Times.Count];
            Array.Fill(reach, -1);
            foreach (Segment segment in _segments) reach[segment.First] = Math.Max(reach[segment.First], segment.Last);
            for (int i = 1; i < reach.Length; i++)
            {
                if (reach[i - 1] >= i) reach[i] = Math.Max(reach[i], reach[i - 1]);
            }

            return reach;
        }

        private double Seconds(int first, int last) => (Times[last].TimeUs - Times[first].TimeUs) / 1e6;
    }

    private readonly record struct Segment(int First, int Last);
}
