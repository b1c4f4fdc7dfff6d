namespace C3Fusion.Rosters;

/// <summary>The rules that a roster's numbers must keep among themselves; a roster that breaks one is refused whole.</summary>
public static class RosterRules
{
    /// <summary>Most nodes in a roster.</summary>
    public const int MaxNodes = 64;

    /// <summary>Most sensors in a roster: as many as the estimators fuse exactly.</summary>
    public const int MaxSensors = 64;

    /// <summary>Every rule that <paramref name="roster"/> breaks, in words; empty where it is sound.</summary>
    public static IReadOnlyList<string> Violations(Roster roster)
    {
        var found = new List<string>();
        int n = roster.Nodes.Length;
        if (roster.ClusterId.Length is < 1 or > 64) found.Add("the cluster id must have 1 to 64 characters");
        if (n is < 1 or > MaxNodes) found.Add($"{n} nodes: there must be 1 to {MaxNodes}");
        if (roster.Sensors.Length > MaxSensors) found.Add($"{roster.Sensors.Length} sensors: there may be at most {MaxSensors}");
        if (roster.FaultyNodes < 0 || (n > 1 && roster.FaultyNodes > n - 2)) found.Add($"f_n = {roster.FaultyNodes}: it must be 0 to n-2 = {n - 2}");
        if (roster.FaultySensors < 0) found.Add("f_s must not be negative");
        if (roster.HopDiameter < 1) found.Add("the hop diameter d must be at least 1");
        SlotTiming timing = roster.Timing;
        if (timing.RoundUs <= 0) found.Add("the round R must be longer than nothing");
        if (timing.ClockGuardUs < 0) found.Add("the clock guard must not be negative");
        if (timing.PeriodUs < (roster.Rounds + 1) * timing.RoundUs)
            found.Add($"P = {timing.PeriodUs} us is shorter than (T+1)R = {(roster.Rounds + 1) * timing.RoundUs} us");
        if (!(roster.MaxAccelerationMps2 > 0)) found.Add("the acceleration bound must be above 0 m/s2");
        foreach (SensorEntry sensor in roster.Sensors) CheckSensor(sensor, found);
        CheckUnique(roster, found);
        return found;
    }

    private static void CheckSensor(SensorEntry sensor, List<string> found)
    {
        if (!(sensor.SigmaPositionM > 0 && sensor.SigmaPositionM <= sensor.SigmaPositionCapM))
            found.Add($"sensor {sensor.Id}: sigma of position must be above 0 and at most its cap");
        if (!(sensor.SigmaVelocityMps > 0)) found.Add($"sensor {sensor.Id}: sigma of velocity must be above 0");
        if (!(sensor.BoundK > 0)) found.Add($"sensor {sensor.Id}: bound_k must be above 0");
        if (!(sensor.BiasCapM >= 0)) found.Add($"sensor {sensor.Id}: the bias cap must not be negative");
        if (!(sensor.DetectionProbability is > 0 and <= 1)) found.Add($"sensor {sensor.Id}: the detection probability must be above 0 and at most 1");
        if (sensor.ScanPeriodUs <= 0) found.Add($"sensor {sensor.Id}: the scan period must be longer than nothing");
    }

    private static void CheckUnique(Roster roster, List<string> found)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var keys = new SortedSet<PublicKey>();
        foreach (NodeEntry node in roster.Nodes)
        {
            if (!names.Add(node.Name)) found.Add($"node {node.Name} is named twice");
            if (!keys.Add(node.Key)) found.Add($"node {node.Name} has a key that another entry has");
        }

        names.Clear();
        foreach (SensorEntry sensor in roster.Sensors)
        {
            if (!names.Add(sensor.Id)) found.Add($"sensor {sensor.Id} is named twice");
            if (!keys.Add(sensor.Key)) found.Add($"sensor {sensor.Id} has a key that another entry has");
        }
    }
}
