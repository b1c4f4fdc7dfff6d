using System.Text.Json;

namespace C3Fusion.Rosters;

/// <summary>Writes the fields of a roster file.</summary>
internal static class RosterJsonWriter
{
    public static void WriteFields(Utf8JsonWriter json, Roster roster)
    {
        json.WriteString("cluster", roster.ClusterId);
        json.WriteNumber("epoch", roster.Epoch);
        json.WriteNumber("f_n", roster.FaultyNodes);
        json.WriteNumber("f_s", roster.FaultySensors);
        json.WriteNumber("d", roster.HopDiameter);
        json.WriteStartObject("timing");
        json.WriteNumber("start_us", roster.Timing.Start.Microseconds);
        json.WriteNumber("period_us", roster.Timing.PeriodUs);
        json.WriteNumber("round_us", roster.Timing.RoundUs);
        json.WriteNumber("clock_guard_us", roster.Timing.ClockGuardUs);
        json.WriteEndObject();
        WritePosition(json, "datum", roster.Datum);
        json.WriteNumber("max_acceleration_mps2", roster.MaxAccelerationMps2);
        json.WriteStartArray("nodes");
        foreach (NodeEntry node in roster.Nodes)
        {
            json.WriteStartObject();
            json.WriteString("name", node.Name);
            json.WriteString("key", node.Key.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("sensors");
        foreach (SensorEntry sensor in roster.Sensors) WriteSensor(json, sensor);
        json.WriteEndArray();
    }

    private static void WriteSensor(Utf8JsonWriter json, SensorEntry sensor)
    {
        json.WriteStartObject();
        json.WriteString("id", sensor.Id);
        json.WriteString("kind", sensor.Kind);
        json.WriteString("key", sensor.Key.ToString());
        json.WriteStartArray("axes");
        if (sensor.Axes.HasFlag(MeasuredAxes.Horizontal)) json.WriteStringValue("horizontal");
        if (sensor.Axes.HasFlag(MeasuredAxes.Height)) json.WriteStringValue("height");
        if (sensor.Axes.HasFlag(MeasuredAxes.Velocity)) json.WriteStringValue("velocity");
        json.WriteEndArray();
        json.WriteNumber("sigma_pos_m", sensor.SigmaPositionM);
        json.WriteNumber("sigma_pos_cap_m", sensor.SigmaPositionCapM);
        json.WriteNumber("sigma_vel_mps", sensor.SigmaVelocityMps);
        json.WriteNumber("bound_k", sensor.BoundK);
        json.WriteNumber("bias_cap_m", sensor.BiasCapM);
        json.WriteNumber("pd", sensor.DetectionProbability);
        WritePosition(json, "position", sensor.Position);
        json.WriteNumber("coverage_m", sensor.CoverageRangeM);
        json.WriteNumber("scan_period_us", sensor.ScanPeriodUs);
        json.WriteEndObject();
    }

    private static void WritePosition(Utf8JsonWriter json, string name, GeodeticPosition position)
    {
        json.WriteStartObject(name);
        json.WriteNumber("lat", position.LatitudeDeg);
        json.WriteNumber("lon", position.LongitudeDeg);
        json.WriteNumber("height_m", position.HeightM);
        json.WriteEndObject();
    }
}
