using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Pictures;

/// <summary>The local picture: this node's own fusion of what it received itself, at once, on the grid of the slots.</summary>
internal sealed class LocalFusion
{
    private readonly Roster _roster;
    private readonly ITracker _tracker;
    private readonly List<TrackReport> _reports = [];
    private readonly List<SystemTrack> _tracks = [];
    private long _closed = long.MinValue;

    public LocalFusion(Roster roster, ITracker tracker)
    {
        _roster = roster;
        _tracker = tracker;
    }

    public void Take(int sensor, SensorScan scan, Instant now)
    {
        _reports.Clear();
        ReportConversion.Append(scan, sensor, _roster.Sensors[sensor].Axes, now.Microseconds, _reports);
        foreach (TrackReport report in _reports) _tracker.Offer(report);
    }

    /// <summary>The picture at the start of a slot; null where that slot or a later one was closed already.</summary>
    public Picture? Close(long slot)
    {
        if (slot <= _closed) return null;
        _closed = slot;
        Instant end = _roster.Timing.StartOf(slot);
        _tracker.CloseScan(end.Microseconds, _tracks);
        return new Picture(PictureOrigin.Local, end, [.. _tracks], [.. _tracker.Accusations], _tracker.SystemAlarm);
    }
}
