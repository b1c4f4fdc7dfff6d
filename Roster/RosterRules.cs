namespace C3Fusion.Rosters;

/// <summary>The rules that a roster's numbers must keep among themselves; a roster that breaks one is refused whole.</summary>
public static class RosterRules
{
    /// <summary>Most nodes in a roster.</summary>
    public const int MaxNodes = 64;

    /// <summary>Most sensors in a roster: as many as the estimators fuse exactly.</summary>
    public const int MaxSensors = 64;

    /// <summary>Longest name of a node or sensor.</summary>
    public const int MaxNameLength = 32;

    /// <summary>Longest slot period and round, microseconds: one day.</summary>
    public const long MaxPeriodUs = 86_400_000_000;

    // Year 2500 and 100 years of slots beyond it stay far inside 64 bits of microseconds.
    private const long LatestStartUs = 16_725_225_600_000_000;

    /// <summary>Every rule that <paramref name="roster"/> breaks, in words; empty where it is sound.</summary>
    public static IReadOnlyList<string> Violations(Roster roster)
    {
        var found = new List<string>();
        CheckNumbers(roster, found);
        CheckTiming(roster, found);
        CheckPosition("the datum", roster.Datum, found);
        foreach (NodeEntry node in roster.Nodes) CheckName("node", node.Name, allowUpperCase: false, found);
        foreach (SensorEntry sensor in roster.Sensors) CheckSensor(sensor, found);
        CheckUnique(roster, found);
        return found;
    }

    private static void CheckNumbers(Roster roster, List<string> found)
    {
        int n = roster.Nodes.Length, sensors = roster.Sensors.Length;
        if (roster.ClusterId.Length is < 1 or > 64) found.Add("the cluster id must have 1 to 64 characters");
        if (roster.Epoch < 0) found.Add($"the epoch is {roster.Epoch}: it must not be negative");
        if (n is < 1 or > MaxNodes) found.Add($"{n} nodes: there must be 1 to {MaxNodes}");
        if (sensors > MaxSensors) found.Add($"{sensors} sensors: there may be at most {MaxSensors}");
        if (n == 1 && roster.FaultyNodes != 0) found.Add($"f_n = {roster.FaultyNodes}: with one node it must be 0");
        if (roster.FaultyNodes < 0 || (n > 1 && roster.FaultyNodes > n - 2)) found.Add($"f_n = {roster.FaultyNodes}: it must be 0 to n-2 = {n - 2}");
        if (roster.FaultySensors < 0) found.Add("f_s must not be negative");
        if (sensors > 0 && roster.FaultySensors >= sensors) found.Add($"f_s = {roster.FaultySensors}: it must be below the number of sensors, {sensors}");
        if (roster.HopDiameter is < 1 or >= MaxNodes) found.Add($"the hop diameter d is {roster.HopDiameter}: it must be 1 to {MaxNodes - 1}");
        if (!(roster.MaxAccelerationMps2 > 0 && double.IsFinite(roster.MaxAccelerationMps2))) found.Add("the acceleration bound must be above 0 m/s2");
    }

    private static void CheckTiming(Roster roster, List<string> found)
    {
        SlotTiming timing = roster.Timing;
        if (timing.Start.Microseconds is < -LatestStartUs or > LatestStartUs) found.Add("T0 must lie between the years 1440 and 2500");
        if (timing.RoundUs is <= 0 or > MaxPeriodUs || timing.PeriodUs is <= 0 or > MaxPeriodUs)
        {
            found.Add("the period P and the round R must be longer than nothing and at most a day");
            return;
        }

        if (timing.ClockGuardUs < 0 || timing.ClockGuardUs >= timing.RoundUs)
            found.Add($"the clock guard is {timing.ClockGuardUs} us: it must be 0 or more and shorter than a round, {timing.RoundUs} us");
        long needed = (roster.Rounds + 1L) * timing.RoundUs;
        if (timing.PeriodUs < needed) found.Add($"P = {timing.PeriodUs} us is shorter than (T+1)R = {needed} us");
    }

    private static void CheckSensor(SensorEntry sensor, List<string> found)
    {
        CheckName("sensor", sensor.Id, allowUpperCase: true, found);
        if (sensor.Kind.Length is < 1 or > MaxNameLength) found.Add($"sensor {sensor.Id}: its kind must have 1 to {MaxNameLength} characters");
        if ((sensor.Axes & ~MeasuredAxes.All) != MeasuredAxes.None || sensor.Axes == MeasuredAxes.None)
            found.Add($"sensor {sensor.Id}: it must measure something of horizontal, height, velocity");
        if (!(sensor.SigmaPositionM > 0 && sensor.SigmaPositionM <= sensor.SigmaPositionCapM && double.IsFinite(sensor.SigmaPositionCapM)))
            found.Add($"sensor {sensor.Id}: sigma of position must be above 0 and at most its cap");
        if (!IsPositive(sensor.SigmaVelocityMps)) found.Add($"sensor {sensor.Id}: sigma of velocity must be above 0");
        if (!IsPositive(sensor.BoundK)) found.Add($"sensor {sensor.Id}: bound_k must be above 0");
        if (!(sensor.BiasCapM >= 0 && double.IsFinite(sensor.BiasCapM))) found.Add($"sensor {sensor.Id}: the bias cap must not be negative");
        if (!(sensor.DetectionProbability is > 0 and <= 1)) found.Add($"sensor {sensor.Id}: the detection probability must be above 0 and at most 1");
        if (!(sensor.CoverageRangeM >= 0 && double.IsFinite(sensor.CoverageRangeM))) found.Add($"sensor {sensor.Id}: the coverage range must not be negative (0: everywhere)");
        if (sensor.ScanPeriodUs is <= 0 or > MaxPeriodUs) found.Add($"sensor {sensor.Id}: the scan period must be longer than nothing and at most a day");
        CheckPosition($"sensor {sensor.Id}", sensor.Position, found);
    }

    private static bool IsPositive(double value) => value > 0 && double.IsFinite(value);

    private static void CheckPosition(string whose, GeodeticPosition position, List<string> found)
    {
        bool inRange = Math.Abs(position.LatitudeDeg) <= 90 && Math.Abs(position.LongitudeDeg) <= 180 && double.IsFinite(position.HeightM);
        if (!inRange) found.Add($"{whose}: latitude must be -90 to 90, longitude -180 to 180 degrees, the height a number");
    }

    private static void CheckName(string what, string name, bool allowUpperCase, List<string> found)
    {
        bool good = name.Length is >= 1 and <= MaxNameLength;
        foreach (char c in name)
        {
            good &= c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' || (allowUpperCase && c is >= 'A' and <= 'Z');
        }

        if (!good) found.Add($"{what} {name}: a name has 1 to {MaxNameLength} characters of a-z{(allowUpperCase ? ", A-Z" : "")}, 0-9 and -");
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
