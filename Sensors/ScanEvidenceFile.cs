using C3Fusion.Rosters;

namespace C3Fusion.Sensors;

/// <summary>Proof that a sensor equivocates, as a file: checked by anyone who holds the roster, with nothing else.</summary>
/// <remarks><c>"C3F-SCAN" version(1) rosterHash(32) sensor(2) first(blob) second(blob)</c>: two envelopes, the one with the smaller hash first.</remarks>
public static class ScanEvidenceFile
{
    /// <summary>Version of the byte form.</summary>
    public const byte FormatVersion = 1;

    /// <summary>The first bytes of the file.</summary>
    public static ReadOnlySpan<byte> Magic => "C3F-SCAN"u8;

    /// <summary>The canonical bytes.</summary>
    public static byte[] Write(ScanEquivocation proof, Roster roster)
    {
        var writer = new CanonicalWriter(1024);
        writer.Raw(Magic);
        writer.U8(FormatVersion);
        writer.Hash(roster.Hash);
        writer.U16(checked((ushort)roster.IndexOfSensor(proof.First.Scan.Sensor)));
        writer.Blob(proof.First.Envelope.Span);
        writer.Blob(proof.Second.Envelope.Span);
        return writer.ToArray();
    }

    /// <summary>Reads the form; no signature is checked yet.</summary>
    /// <returns>The roster it was made under, the sensor's index and both envelopes; null where the bytes are not the canonical form.</returns>
    public static (Hash256 Roster, int Sensor, ReadOnlyMemory<byte> First, ReadOnlyMemory<byte> Second)? Read(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(Magic)) return null;
        var reader = new CanonicalReader(bytes[Magic.Length..]);
        if (reader.U8() != FormatVersion) reader.Fail();
        Hash256 roster = reader.Hash();
        int sensor = reader.U16();
        byte[] first = reader.Blob(ScanLimits.EnvelopeBytes).ToArray(), second = reader.Blob(ScanLimits.EnvelopeBytes).ToArray();
        bool isOrdered = reader.AtEnd && Hash256.Of(first).CompareTo(Hash256.Of(second)) < 0;
        return isOrdered ? (roster, sensor, first, second) : null;
    }
}
