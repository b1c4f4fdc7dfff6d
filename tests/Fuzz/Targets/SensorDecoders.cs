using C3Fusion.Fusion;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Fuzz.Targets;

/// <summary>Decoders of what sensors publish. JSON has many texts of one value: what was read must write to a text that reads as the same.</summary>
internal static class SensorDecoders
{
    private static readonly Roster Roster = FuzzRoster.Roster;
    private static readonly LocalFrame Frame = new(Roster.Datum);
    private static readonly ScanVerifier Verifier = new(Roster);

    private static readonly SensorScan Scan = new(
        "radar-1", 1_700_000_000, 42, new Instant(1_700_000_100_000_000), "tracks",
        [
            new ScanTrack("1", new Enu(1000.5, -2000, 300), new Enu(10, -5, 0.25), 50, 5, "LH123"),
            new ScanTrack("blip", new Enu(1, 2, double.NaN), new Enu(double.NaN, double.NaN, double.NaN), double.NaN, double.NaN, ""),
        ]);

    private static readonly byte[] Geodetic =
        """{"sensor":"radar-1","boot":1700000000,"seq":43,"t":1700000100000000,"kind":"tracks","tracks":[{"k":7,"lat":48.01,"lon":11.02,"alt":900,"vx":1,"vy":2,"vz":3,"sg":60,"sv":6,"id":"D-ABCD"}]}"""u8.ToArray();

    public static IReadOnlyList<Decoder> All { get; } =
    [
        new("scan-json", AcceptsScan, [ScanJson.Write(Scan), Geodetic]),
        new("scan-header", AcceptsHeader, [Header.Write()]),
        new("jws", AcceptsEnvelope, [Envelope]),
        new("scan-envelope", bytes => Verifier.Verify(Topics.Scans("radar-1"), bytes, out _) == ScanRefusal.None, [Envelope]),
        new("scan-evidence", AcceptsTwoFaces, [ScanEvidenceFile.Write(TwoFaces, Roster)]),
    ];

    /// <summary>A scan as it is published.</summary>
    public static byte[] Envelope => JwsEnvelope.Seal(Header.Write(), ScanJson.Write(Scan), FuzzRoster.SensorKeys[0]);

    /// <summary>Two contents under one number: the proof that a sensor has two faces.</summary>
    private static ScanEquivocation TwoFaces => ScanEquivocation.Of(Signed(Scan), Signed(Scan with { Tracks = [] }));

    private static ScanHeader Header => ScanHeader.Of("radar-1", Roster.ClusterId);

    private static bool AcceptsScan(byte[] bytes)
    {
        if (ScanJson.TryRead(bytes, Frame, out SensorScan? scan) != ScanRefusal.None) return false;
        byte[] written = ScanJson.Write(scan!);
        if (ScanJson.TryRead(written, Frame, out SensorScan? again) != ScanRefusal.None) throw new BrokenProperty("what was read writes to what is refused: " + Convert.ToHexString(written));
        BrokenProperty.UnlessCanonical(written, ScanJson.Write(again!));
        return true;
    }

    private static bool AcceptsHeader(byte[] bytes)
    {
        if (ScanHeader.Read(bytes) is not { } header) return false;
        if (ScanHeader.Read(header.Write()) != header) throw new BrokenProperty($"{header} reads as another");
        return true;
    }

    private static bool AcceptsEnvelope(byte[] bytes)
    {
        Span<byte> signature = stackalloc byte[Ed25519Signer.SignatureLength];
        if (!JwsEnvelope.TrySplit(bytes, out Range header, out Range payload, signature)) return false;
        Span<byte> decoded = new byte[bytes.Length];
        if (!JwsEnvelope.TryDecode(bytes.AsSpan(header), decoded, out int headerLength)) return false;
        string text = System.Buffers.Text.Base64Url.EncodeToString(decoded[..headerLength]);
        if (!JwsEnvelope.TryDecode(bytes.AsSpan(payload), decoded, out int payloadLength)) return false;
        text += "." + System.Buffers.Text.Base64Url.EncodeToString(decoded[..payloadLength]) + "." + System.Buffers.Text.Base64Url.EncodeToString(signature);
        BrokenProperty.UnlessCanonical(bytes, System.Text.Encoding.ASCII.GetBytes(text));
        return true;
    }

    private static bool AcceptsTwoFaces(byte[] bytes)
    {
        if (ScanEvidenceFile.Read(bytes) is not { } read) return false;
        Verified<ScanEquivocation>? proof = ScanEquivocation.Verify(Verifier, read.Sensor, read.First, read.Second);
        if (read.Roster != Roster.Hash || read.Sensor >= Roster.Sensors.Length) return false;
        SensorScan scan = Scan with { Sensor = Roster.Sensors[read.Sensor].Id };
        var said = new ScanEquivocation(new SignedScan(scan, read.First, Hash256.Of(read.First.Span)), new SignedScan(scan, read.Second, Hash256.Of(read.Second.Span)));
        BrokenProperty.UnlessCanonical(bytes, ScanEvidenceFile.Write(said, Roster));
        if (proof is { } proven) BrokenProperty.UnlessCanonical(bytes, ScanEvidenceFile.Write(proven.Value, Roster));
        return true;
    }

    private static SignedScan Signed(SensorScan scan)
    {
        byte[] envelope = JwsEnvelope.Seal(Header.Write(), ScanJson.Write(scan), FuzzRoster.SensorKeys[0]);
        return new SignedScan(scan, envelope, Hash256.Of(envelope));
    }
}
