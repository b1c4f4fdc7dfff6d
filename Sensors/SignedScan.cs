using C3Fusion.Rosters;

namespace C3Fusion.Sensors;

/// <summary>A scan with the very bytes that its sensor signed: what is verified, carried, agreed and kept as evidence.</summary>
/// <param name="Scan">The decoded scan.</param>
/// <param name="Envelope">The exact envelope bytes; never re-encoded.</param>
/// <param name="Hash">SHA-256 of <paramref name="Envelope"/>.</param>
public sealed record SignedScan(SensorScan Scan, ReadOnlyMemory<byte> Envelope, Hash256 Hash)
{
    /// <summary>SHA-256 of the signed payload text: equal for one scan signed twice, different for two scans under one number.</summary>
    public Hash256 ContentHash => Hash256.Of(JwsEnvelope.PayloadText(Envelope.Span));
}
