using System.Collections.Immutable;
using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace C3Fusion.Node.Cluster;

/// <summary>The one serializer for messages between the boxes of a node: four messages, bounded, no type names on the wire.</summary>
public sealed class BoxMessageSerializer : SerializerWithStringManifest
{
    private const int MaxReasons = 64;
    private const int MaxEnvelope = 1 << 20;

    /// <summary>Called by Akka.</summary>
    public BoxMessageSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <inheritdoc/>
    public override int Identifier => 7301;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        KeepIngesting => "K",
        IngestReport => "R",
        IngestedScan or ForwardedScan => "S",
        _ => throw new NotSupportedException($"{o?.GetType()} does not travel between boxes"),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8))
        {
            switch (obj)
            {
                case KeepIngesting keep:
                    writer.Write(keep.Sensor);
                    break;
                case IngestReport report:
                    WriteReport(writer, report);
                    break;
                case IngestedScan scan:
                    WriteScan(writer, scan.Topic, scan.Scan.Value.Envelope.Span);
                    break;
                case ForwardedScan scan:
                    WriteScan(writer, scan.Topic, scan.Envelope);
                    break;
                default:
                    throw new NotSupportedException($"{obj?.GetType()} does not travel between boxes");
            }
        }

        return stream.ToArray();
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        return manifest switch
        {
            "K" => new KeepIngesting(reader.ReadString()),
            "R" => ReadReport(reader),
            "S" => ReadScan(reader),
            _ => throw new NotSupportedException($"no message has the manifest '{manifest}'"),
        };
    }

    private static void WriteReport(BinaryWriter writer, IngestReport report)
    {
        writer.Write(report.Sensor);
        writer.Write(report.Box);
        writer.Write(report.Accepted);
        writer.Write(report.Refused.Count);
        foreach ((string reason, long count) in report.Refused)
        {
            writer.Write(reason);
            writer.Write(count);
        }
    }

    private static IngestReport ReadReport(BinaryReader reader)
    {
        string sensor = reader.ReadString();
        string box = reader.ReadString();
        long accepted = reader.ReadInt64();
        int reasons = reader.ReadInt32();
        if (reasons is < 0 or > MaxReasons) throw new InvalidDataException($"{reasons} reasons");
        ImmutableSortedDictionary<string, long>.Builder refused = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        for (int i = 0; i < reasons; i++) refused[reader.ReadString()] = reader.ReadInt64();
        return new IngestReport(sensor, box, accepted, refused.ToImmutable());
    }

    private static void WriteScan(BinaryWriter writer, string topic, ReadOnlySpan<byte> envelope)
    {
        writer.Write(topic);
        writer.Write(envelope.Length);
        writer.Write(envelope);
    }

    private static ForwardedScan ReadScan(BinaryReader reader)
    {
        string topic = reader.ReadString();
        int length = reader.ReadInt32();
        if (length is < 0 or > MaxEnvelope) throw new InvalidDataException($"an envelope of {length} bytes");
        return new ForwardedScan(topic, reader.ReadBytes(length));
    }
}
