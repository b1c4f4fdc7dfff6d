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

    /// <summary>Means of what is said under one local number: so simple that it never needs to change.</summary>
    public static ITracker Frozen() => new MeanTracker([]);

    private sealed class MeanTracker(SortedDictionary<ulong, (Fusion.Enu Sum, int Count, ulong Sensors)> open) : ITracker
    {
        public IReadOnlyList<Accusation> Accusations => [];

        public bool SystemAlarm => false;

        public ReportRefusal Offer(in Fusion.TrackReport report)
        {
            (Fusion.Enu Sum, int Count, ulong Sensors) now = open.GetValueOrDefault(report.LocalTrack);
            open[report.LocalTrack] = (now.Sum + report.Position, now.Count + 1, now.Sensors | (1UL << report.Sensor));
            return ReportRefusal.None;
        }

        public void CloseScan(long scanEndUs, List<SystemTrack> picture)
        {
            picture.Clear();
            foreach ((ulong number, (Fusion.Enu sum, int count, ulong sensors)) in open)
            {
                Fusion.Enu mean = sum * (1.0 / count);
                picture.Add(new SystemTrack(scanEndUs, (long)number, mean, default, Assurance.Supported, 0, sensors, 0, count, mean, mean, mean, mean));
            }

            open.Clear();
        }

        public long Refused(ReportRefusal reason) => 0;

        public ITracker? Fork() => new MeanTracker(new(open));
    }

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
