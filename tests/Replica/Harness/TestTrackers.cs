using C3Fusion.Fusion.Tracking;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Tests.Harness;

internal static class TestTrackers
{
    /// <summary>The tracker that is fielded.</summary>
    public static ITracker Real(Roster roster) => new Tracker(
        SensorModels.Of(roster, new LocalFrame(roster.Datum).ToLocal),
        new TrackerOptions(roster.FaultySensors) { ScanPeriodUs = roster.Timing.PeriodUs });

    /// <summary>The same, but it cannot be copied: rolling back replays it.</summary>
    public static ITracker WithoutFork(Roster roster) => new Unforkable(Real(roster));

    /// <summary>The same, but it says that more than f sensors are under evidence for the scans that end from one slot's start to another's.</summary>
    public static ITracker AlarmedBetween(Roster roster, long from, long to) =>
        new Alarmed(Real(roster), roster.Timing.StartOf(from).Microseconds, roster.Timing.StartOf(to).Microseconds);

    private sealed class Alarmed(ITracker inner, long fromUs, long toUs) : ITracker
    {
        public IReadOnlyList<Accusation> Accusations => inner.Accusations;

        public bool SystemAlarm { get; private set; }

        public ReportRefusal Offer(in Fusion.TrackReport report) => inner.Offer(report);

        public void CloseScan(long scanEndUs, List<SystemTrack> picture)
        {
            inner.CloseScan(scanEndUs, picture);
            SystemAlarm = scanEndUs >= fromUs && scanEndUs < toUs;
        }

        public long Refused(ReportRefusal reason) => inner.Refused(reason);

        public ITracker? Fork() => new Alarmed(inner.Fork()!, fromUs, toUs) { SystemAlarm = SystemAlarm };
    }

    private sealed class Unforkable(ITracker inner) : ITracker
    {
        public IReadOnlyList<Accusation> Accusations => inner.Accusations;

        public bool SystemAlarm => inner.SystemAlarm;

        public ReportRefusal Offer(in Fusion.TrackReport report) => inner.Offer(report);

        public void CloseScan(long scanEndUs, List<SystemTrack> picture) => inner.CloseScan(scanEndUs, picture);

        public long Refused(ReportRefusal reason) => inner.Refused(reason);
    }
}
