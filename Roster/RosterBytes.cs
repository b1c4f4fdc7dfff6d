using System.Collections.Immutable;

namespace C3Fusion.Rosters;

/// <summary>The canonical bytes of a roster: what its hash and the authority's signature cover.</summary>
public static class RosterBytes
{
    /// <summary>Version of the byte form, its first byte.</summary>
    public const byte FormatVersion = 1;

    /// <summary>The bytes of <paramref name="roster"/>.</summary>
    public static byte[] Write(Roster roster)
    {
        var writer = new CanonicalWriter(4096);
        writer.U8(FormatVersion);
        writer.Text(roster.ClusterId);
        writer.I64(roster.Epoch);
        writer.U16(checked((ushort)roster.FaultyNodes));
        writer.U16(checked((ushort)roster.FaultySensors));
        writer.U16(checked((ushort)roster.HopDiameter));
        writer.Time(roster.Timing.Start);
        writer.I64(roster.Timing.PeriodUs);
        writer.I64(roster.Timing.RoundUs);
        writer.I64(roster.Timing.ClockGuardUs);
        Write(writer, roster.Datum);
        writer.F64(roster.MaxAccelerationMps2);
        writer.U16(checked((ushort)roster.Nodes.Length));
        foreach (NodeEntry node in roster.Nodes)
        {
            writer.Text(node.Name);
            writer.Hash(node.Key.Bytes);
        }

        writer.U16(checked((ushort)roster.Sensors.Length));
        foreach (SensorEntry sensor in roster.Sensors) Write(writer, sensor);
        return writer.ToArray();
    }

    /// <summary>Reads a roster; null where the bytes are not the canonical form of one that breaks no rule.</summary>
    public static Roster? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        if (reader.U8() != FormatVersion) return null;
        string cluster = reader.Text(256);
        long epoch = reader.I64();
        int faultyNodes = reader.U16(), faultySensors = reader.U16(), hops = reader.U16();
        var timing = new SlotTiming(reader.Time(), reader.I64(), reader.I64(), reader.I64());
        GeodeticPosition datum = ReadPosition(ref reader);
        double acceleration = reader.F64();
        var nodes = ImmutableArray.CreateBuilder<NodeEntry>();
        int count = reader.U16();
        for (int i = 0; i < count && !reader.Failed && i < RosterRules.MaxNodes; i++) nodes.Add(new NodeEntry(reader.Text(256), new PublicKey(reader.Hash())));
        if (nodes.Count != count) return null;
        var sensors = ImmutableArray.CreateBuilder<SensorEntry>();
        count = reader.U16();
        for (int i = 0; i < count && !reader.Failed && i < RosterRules.MaxSensors; i++) sensors.Add(ReadSensor(ref reader));
        if (sensors.Count != count || !reader.AtEnd) return null;
        var roster = new Roster(cluster, epoch, nodes.DrainToImmutable(), sensors.DrainToImmutable(), faultyNodes, faultySensors, hops, timing, datum, acceleration);
        return RosterRules.Violations(roster).Count == 0 ? roster : null;
    }

    private static SensorEntry ReadSensor(ref CanonicalReader reader) => new(
        reader.Text(256),
        reader.Text(256),
        new PublicKey(reader.Hash()),
        (MeasuredAxes)reader.U8(),
        reader.F64(),
        reader.F64(),
        reader.F64(),
        reader.F64(),
        reader.F64(),
        reader.F64(),
        ReadPosition(ref reader),
        reader.F64(),
        reader.I64());

    private static GeodeticPosition ReadPosition(ref CanonicalReader reader) => new(reader.F64(), reader.F64(), reader.F64());

    private static void Write(CanonicalWriter writer, SensorEntry sensor)
    {
        writer.Text(sensor.Id);
        writer.Text(sensor.Kind);
        writer.Hash(sensor.Key.Bytes);
        writer.U8((byte)sensor.Axes);
        writer.F64(sensor.SigmaPositionM);
        writer.F64(sensor.SigmaPositionCapM);
        writer.F64(sensor.SigmaVelocityMps);
        writer.F64(sensor.BoundK);
        writer.F64(sensor.BiasCapM);
        writer.F64(sensor.DetectionProbability);
        Write(writer, sensor.Position);
        writer.F64(sensor.CoverageRangeM);
        writer.I64(sensor.ScanPeriodUs);
    }

    private static void Write(CanonicalWriter writer, GeodeticPosition position)
    {
        writer.F64(position.LatitudeDeg);
        writer.F64(position.LongitudeDeg);
        writer.F64(position.HeightM);
    }
}
