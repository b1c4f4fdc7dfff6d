using System.Collections.Immutable;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Replica;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Node.Replicas;

/// <summary>The tracker that every node of a roster makes alike: what it is told follows from the roster alone.</summary>
internal static class NodeTracker
{
    /// <summary>A factory of trackers without history.</summary>
    public static Func<ITracker> Of(Roster roster)
    {
        ImmutableArray<SensorModel> sensors = SensorModels.Of(roster, new LocalFrame(roster.Datum).ToLocal);
        var options = new TrackerOptions(roster.FaultySensors)
        {
            ScanPeriodUs = roster.Timing.PeriodUs,
            MaxAccelerationMps2 = roster.MaxAccelerationMps2,
        };
        return () => new Tracker(sensors, options);
    }
}
