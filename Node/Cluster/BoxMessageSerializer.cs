using System.Collections.Immutable;
using System.Text;
using Akka.Actor;
using Akka.Serialization;
using C3Fusion.Replica.Plans;

namespace C3Fusion.Node.Cluster;

/// <summary>The one serializer for messages between the boxes of a node: bounded, no type names on the wire.</summary>
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
        SensorProof => "E",
        ProposePlan => "P",
        VetoPlan => "V",
        FenceAsk => "A",
        StopNode => "X",
        FenceAnswer => "F",
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
                case SensorProof proof:
                    WriteScan(writer, proof.Sensor, proof.First);
                    WriteScan(writer, proof.Sensor, proof.Second);
                    break;
                case ProposePlan propose:
                    WriteDraft(writer, propose.Draft);
                    break;
                case VetoPlan veto:
                    writer.Write(veto.PlanId);
                    writer.Write(veto.Reason);
                    break;
                case StopNode stop:
                    writer.Write(stop.Reason);
                    break;
                case FenceAsk ask:
                    writer.Write(ask.Box);
                    writer.Write(ask.UpTo);
                    writer.Write(ask.Held);
                    writer.Write(ask.Depends);
                    break;
                case FenceAnswer answer:
                    writer.Write(answer.Box);
                    writer.Write(answer.From);
                    writer.Write(answer.UpTo);
                    writer.Write(answer.Signs);
                    writer.Write(answer.Leaves);
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
            "E" => ReadProof(reader),
            "P" => new ProposePlan(ReadDraft(reader)),
            "V" => new VetoPlan(reader.ReadString(), reader.ReadString()),
            "X" => new StopNode(reader.ReadString()),
            "A" => new FenceAsk(reader.ReadString(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadBoolean()),
            "F" => new FenceAnswer(reader.ReadString(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadBoolean()),
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

    private static void WriteDraft(BinaryWriter writer, PlanDraft draft)
    {
        writer.Write(draft.Key);
        writer.Write((byte)draft.Task);
        writer.Write(draft.Units.Length);
        foreach (string unit in draft.Units) writer.Write(unit);
        writer.Write(draft.Text);
        writer.Write(draft.LifetimeSlots);
        writer.Write(draft.Irreversible);
    }

    private static PlanDraft ReadDraft(BinaryReader reader)
    {
        string key = reader.ReadString();
        var task = (PlanTask)reader.ReadByte();
        int count = reader.ReadInt32();
        if (count is < 0 or > PlanRules.MaxUnits) throw new InvalidDataException($"{count} units");
        ImmutableArray<string> units = [.. Enumerable.Range(0, count).Select(_ => reader.ReadString())];
        return new PlanDraft(key, task, units, reader.ReadString(), reader.ReadInt64(), reader.ReadBoolean());
    }

    private static void WriteScan(BinaryWriter writer, string topic, ReadOnlySpan<byte> envelope)
    {
        writer.Write(topic);
        writer.Write(envelope.Length);
        writer.Write(envelope);
    }

    private static SensorProof ReadProof(BinaryReader reader)
    {
        ForwardedScan first = ReadScan(reader), second = ReadScan(reader);
        return new SensorProof(first.Topic, first.Envelope, second.Envelope);
    }

    private static ForwardedScan ReadScan(BinaryReader reader)
    {
        string topic = reader.ReadString();
        int length = reader.ReadInt32();
        if (length is < 0 or > MaxEnvelope) throw new InvalidDataException($"an envelope of {length} bytes");
        return new ForwardedScan(topic, reader.ReadBytes(length));
    }
}
