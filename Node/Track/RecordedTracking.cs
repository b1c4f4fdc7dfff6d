using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;

namespace C3Fusion.Node.Track;

/// <summary>Runs a tracker over reports that come in order, scan by scan, with nothing at scan end T that had not come by then.</summary>
internal sealed class RecordedTracking
{
    private readonly long _periodUs;
    private readonly bool _byArrival;
    private readonly long _lagUs;
    private readonly long _futureWindowUs;
    private readonly Action<IReadOnlyList<SystemTrack>> _publish;
    private readonly List<SystemTrack> _picture = [];
    private readonly List<TrackReport> _waiting = [];
    private bool _started;
    private bool _closed;
    private long _end;

    /// <param name="roster">The sensors and the scan period.</param>
    /// <param name="f">How many may lie.</param>
    /// <param name="byArrival">Are reports taken by their arrival, or by their time of validity?</param>
    /// <param name="lagUs">With arrival: how long after T the picture of T is made, microseconds.</param>
    /// <param name="publish">Takes the picture of each scan that ends.</param>
    public RecordedTracking(SensorsFile roster, int f, bool byArrival, long lagUs, Action<IReadOnlyList<SystemTrack>> publish)
    {
        _periodUs = roster.PeriodUs;
        _byArrival = byArrival;
        _lagUs = byArrival ? lagUs : 0;
        _publish = publish;
        var options = new TrackerOptions(f) { ScanPeriodUs = roster.PeriodUs };
        _futureWindowUs = options.FutureWindowUs;
        Tracker = new Tracker(roster.Sensors, options);
    }

    public Tracker Tracker { get; }

    /// <summary>Takes the next report; ends the scans before it.</summary>
    /// <remarks>
    /// Scans are counted from the time of the first report, unless it lies farther ahead of its arrival than the tracker
    /// takes: such a report is refused as of the future; were the scans counted from it, all others would be late.
    /// </remarks>
    public void Take(in TrackReport report)
    {
        if (_started)
        {
            Place(report);
            return;
        }

        _waiting.Add(report);
        if (!_byArrival || report.TimeUs <= report.ReceivedUs + _futureWindowUs) Start(report.TimeUs);
    }

    /// <summary>Ends the scans that no report to come can belong to.</summary>
    /// <param name="watermarkUs">No report to come is taken before this time, microseconds.</param>
    public void EndScansBefore(long watermarkUs)
    {
        while (_started && _end + _lagUs < watermarkUs)
        {
            if (!_closed) Close();

            // How far a silence without tracks is skipped depends on when the next report comes.
            if (_picture.Count == 0) return;
            Open(_end + _periodUs);
        }
    }

    /// <summary>Ends the scan of the last report.</summary>
    public void Finish()
    {
        if (!_started && _waiting.Count > 0) Start(_waiting[0].ReceivedUs);
        if (_started && !_closed) Close();
    }

    private long Taken(in TrackReport report) => _byArrival ? report.ReceivedUs : report.TimeUs;

    private void Start(long first)
    {
        _started = true;
        _end = first + CeilingScans(Taken(_waiting[0]) - _lagUs - first);
        foreach (TrackReport report in _waiting) Place(report);
        _waiting.Clear();
        _waiting.Capacity = 0;
    }

    private void Place(in TrackReport report)
    {
        long taken = Taken(report);
        while (taken > _end + _lagUs)
        {
            if (!_closed) Close();
            long silent = taken - _lagUs - _end - _periodUs;
            if (_picture.Count == 0 && silent > _periodUs)
            {
                // With no track and no report the scans in between have nothing to say: only the last of them is run.
                _end += CeilingScans(silent);
                Close();
            }

            Open(_end + _periodUs);
        }

        Tracker.Offer(report);
    }

    private void Open(long end) => (_end, _closed) = (end, false);

    private void Close()
    {
        Tracker.CloseScan(_end, _picture);
        _closed = true;
        _publish(_picture);
    }

    /// <summary>The smallest multiple of the scan period that is at least this long.</summary>
    private long CeilingScans(long us) => us <= 0 ? 0 : (us + _periodUs - 1) / _periodUs * _periodUs;
}
