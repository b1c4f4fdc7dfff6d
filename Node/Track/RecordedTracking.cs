using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;

namespace C3Fusion.Node.Track;

/// <summary>Runs a tracker over recorded reports, scan by scan, with nothing at scan end T that had not come by then.</summary>
internal sealed class RecordedTracking
{
    private readonly SensorsFile _roster;
    private readonly bool _byArrival;
    private readonly long _lagUs;
    private readonly long _futureWindowUs;

    public RecordedTracking(SensorsFile roster, int f, bool byArrival, long lagUs)
    {
        _roster = roster;
        _byArrival = byArrival;
        _lagUs = byArrival ? lagUs : 0;
        var options = new TrackerOptions(f) { ScanPeriodUs = roster.PeriodUs };
        _futureWindowUs = options.FutureWindowUs;
        Tracker = new Tracker(roster.Sensors, options);
    }

    public Tracker Tracker { get; }

    /// <summary>Runs all scans up to that of the last report.</summary>
    public void Run(ReadOnlySpan<TrackReport> reports, PictureWriter writer, bool all)
    {
        if (reports.IsEmpty) return;
        int[] order = Order(reports, out long[] taken);
        long first = FirstTime(reports, order);
        long end = Math.Max(first, first + CeilingScans(taken[order[0]] - _lagUs - first));
        var picture = new List<SystemTrack>();
        int next = 0;
        while (next < order.Length)
        {
            for (; next < order.Length && taken[order[next]] <= end + _lagUs; next++) Tracker.Offer(reports[order[next]]);
            Tracker.CloseScan(end, picture);
            foreach (SystemTrack track in picture)
            {
                if (all || track.IsPublished) writer.Write(track);
            }

            if (next >= order.Length) break;
            long silent = taken[order[next]] - _lagUs - end - _roster.PeriodUs;
            if (picture.Count == 0 && silent > _roster.PeriodUs) end = SkipSilence(end + CeilingScans(silent), picture);
            end += _roster.PeriodUs;
        }
    }

    /// <summary>The time that the scans are counted from: that of the first report, unless it lies farther ahead of its arrival than the tracker takes.</summary>
    /// <remarks>Such a report is refused as of the future; were the scans counted from it, all others would be late.</remarks>
    private long FirstTime(ReadOnlySpan<TrackReport> reports, int[] order)
    {
        if (!_byArrival) return reports[order[0]].TimeUs;
        foreach (int i in order)
        {
            if (reports[i].TimeUs <= reports[i].ReceivedUs + _futureWindowUs) return reports[i].TimeUs;
        }

        return reports[order[0]].ReceivedUs;
    }

    /// <summary>With no track and no report for a while the scans in between have nothing to say: only the last of them is run.</summary>
    private long SkipSilence(long end, List<SystemTrack> picture)
    {
        Tracker.CloseScan(end, picture);
        return end;
    }

    /// <summary>The smallest multiple of the scan period that is at least this long.</summary>
    private long CeilingScans(long us) => us <= 0 ? 0 : (us + _roster.PeriodUs - 1) / _roster.PeriodUs * _roster.PeriodUs;

    private int[] Order(ReadOnlySpan<TrackReport> reports, out long[] taken)
    {
        taken = new long[reports.Length];
        int[] order = new int[reports.Length];
        bool sorted = true;
        for (int i = 0; i < reports.Length; i++)
        {
            taken[i] = _byArrival ? reports[i].ReceivedUs : reports[i].TimeUs;
            order[i] = i;
            sorted &= i == 0 || taken[i - 1] <= taken[i];
        }

        if (sorted) return order;
        long[] keys = taken;
        Array.Sort(order, (a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));
        return order;
    }
}
