using System.Collections.Immutable;
using System.Text;
using C3Fusion.Fusion;
using C3Fusion.Node.Cluster;
using C3Fusion.Node.Track;
using C3Fusion.Replica.Plans;

namespace C3Fusion.Fuzz.Targets;

/// <summary>Decoders of what the boxes of a node exchange, and of the reports that <c>track</c> reads.</summary>
internal static class NodeDecoders
{
    private static readonly BoxMessageSerializer Boxes = new(null!);
    private static readonly SensorModel[] Sensors = [new("radar-1", 50, 5), new("2", 30, 3)];

    // An escaped name at the front: only the platform's JSON reader takes such a line.
    private static readonly byte[] EscapedField = """{"\u0071":0,"""u8.ToArray();

    public static IReadOnlyList<Decoder> All { get; } =
    [
        new("box-message", AcceptsBoxMessage, [.. BoxMessages().Select(message => (byte[])[Encoding.ASCII.GetBytes(Boxes.Manifest(message))[0], .. Boxes.ToBinary(message)])]),
        new("report-line", AcceptsReport, [.. Reports.Select(Encoding.UTF8.GetBytes)]),
    ];

    private static string[] Reports =>
    [
        """{"t":12.5,"s":"radar-1","k":7,"x":1000.25,"y":-2000,"z":300,"vx":10,"vy":-5,"vz":0.25,"sg":50,"sv":5}""",
        """{"t":1.7e9,"rx":"1700000000.25","s":2,"k":"blip","x":"2.7","y":0.1234567890123456789,"z":null,"note":[{"a":1}]}""",
    ];

    /// <summary>The first byte is the manifest. Akka drops a message whose deserialization throws; only these words of refusal may come.</summary>
    private static bool AcceptsBoxMessage(byte[] bytes)
    {
        if (bytes.Length == 0) return false;
        object message;
        try
        {
            message = Boxes.FromBinary(bytes[1..], ((char)bytes[0]).ToString());
        }
        catch (Exception refusal) when (refusal is IOException or InvalidDataException or FormatException or NotSupportedException)
        {
            return false;
        }

        byte[] written = Boxes.ToBinary(message);
        BrokenProperty.UnlessCanonical(written, Boxes.ToBinary(Boxes.FromBinary(written, Boxes.Manifest(message))));
        return true;
    }

    /// <summary>The hand-written path and the platform's reader say the same of every line.</summary>
    private static bool AcceptsReport(byte[] bytes)
    {
        ReportLineStatus status = new ReportLine(Sensors).Read(bytes, out TrackReport report);
        if (bytes.Length > 0 && bytes[0] == '{')
        {
            ReportLineStatus slowStatus = new ReportLine(Sensors).Read([.. EscapedField, .. bytes.AsSpan(1)], out TrackReport slow);
            if (status != slowStatus || !report.Equals(slow)) throw new BrokenProperty($"one path says {status} {report}, the other {slowStatus} {slow}");
        }

        return status == ReportLineStatus.Read;
    }

    private static IEnumerable<IBoxMessage> BoxMessages()
    {
        yield return new KeepIngesting("radar-1");
        yield return new IngestReport("radar-1", "box-1", 12, ImmutableSortedDictionary<string, long>.Empty.Add("BadSignature", 3).Add("Late", 4));
        yield return new ForwardedScan("c3/fuzz/scans/radar-1", SensorDecoders.Envelope);
        yield return new SensorProof("radar-1", "first"u8.ToArray(), "second"u8.ToArray());
        yield return new ProposePlan(new PlanDraft("bridge", PlanTask.Protection, ["alpha", "bravo"], "hold the bridge", 60, true));
        yield return new VetoPlan("node-1/3", "no fuel");
        yield return new StopNode("its key is in other hands");
        yield return new FenceAsk("box-1", 40, 32, true);
        yield return new FenceAnswer("box-2", 33, 40, -1, false);
    }
}
