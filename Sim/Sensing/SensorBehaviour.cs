using C3Fusion.Rosters;

namespace C3Fusion.Sim.Sensing;

/// <summary>How a simulated sensor errs, beyond what the roster registers of it.</summary>
/// <param name="Polar">Errors in range and bearing (a radar) in place of equal ones on each axis; never larger than registered within <paramref name="ReferenceRangeM"/>.</param>
/// <param name="ReferenceRangeM">Range at which the cross-range error reaches the registered sigma, m.</param>
/// <param name="FalseAlarmsPerScan">Mean number of reports of nothing in a scan (Poisson).</param>
/// <param name="MinLatencyUs">Shortest time from validity to publication, microseconds.</param>
/// <param name="MaxLatencyUs">Longest.</param>
public sealed record SensorBehaviour(bool Polar, double ReferenceRangeM, double FalseAlarmsPerScan, long MinLatencyUs, long MaxLatencyUs)
{
    /// <summary>A radar: 20 to 120 ms, two false alarms a scan.</summary>
    public static SensorBehaviour Radar => new(false, 150_000, 2, 20_000, 120_000);

    /// <summary>A satellite: 0.2 to 2 s for the down-link, one false alarm a scan.</summary>
    public static SensorBehaviour Satellite => new(false, 0, 1, 200_000, 2_000_000);

    /// <summary>What fits the entry's kind.</summary>
    public static SensorBehaviour Of(SensorEntry entry) => entry.Kind == "satellite" ? Satellite : Radar;
}
