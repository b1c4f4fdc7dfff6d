using System.Buffers;
using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Sensors;

/// <summary>Turns what came over the wire into verified scans, or says why not. The only stage that makes a verified scan. Thread-safe.</summary>
/// <remarks>
/// The order is the one that costs an attacker most: size, topic, form, signature; only then is anything parsed. The key
/// is that of the topic's sensor, so one sensor cannot speak on another's topic.
/// </remarks>
public sealed class ScanVerifier
{
    private readonly Roster _roster;
    private readonly LocalFrame _frame;
    private readonly ImmutableArray<SignatureCheck> _checks;

    /// <summary>A verifier for the sensors of <paramref name="roster"/>.</summary>
    public ScanVerifier(Roster roster)
    {
        _roster = roster;
        _frame = new LocalFrame(roster.Datum);
        _checks = [.. roster.Sensors.Select(sensor => new SignatureCheck(sensor.Key))];
    }

    /// <summary>Checks what was published on <paramref name="topic"/>.</summary>
    /// <param name="topic">The MQTT topic.</param>
    /// <param name="envelope">The message; referred to by the scan, so the caller must not reuse it.</param>
    /// <param name="scan">The scan where the result is <see cref="ScanRefusal.None"/>.</param>
    /// <returns>Why it was refused, or <see cref="ScanRefusal.None"/>. Never throws on hostile input.</returns>
    public ScanRefusal Verify(string topic, ReadOnlyMemory<byte> envelope, out Verified<SignedScan> scan)
    {
        scan = default;
        if (envelope.Length > ScanLimits.EnvelopeBytes) return ScanRefusal.TooLarge;
        if (!Topics.TryParseScans(topic, out string sensor)) return ScanRefusal.WrongTopic;
        int index = _roster.IndexOfSensor(sensor);
        return index < 0 ? ScanRefusal.UnknownSensor : Verify(index, envelope, out scan);
    }

    /// <summary>Checks an envelope that was carried in the name of a sensor of the roster.</summary>
    /// <param name="sensorIndex">Index of the sensor.</param>
    /// <param name="envelope">The envelope; referred to by the scan.</param>
    /// <param name="scan">The scan where the result is <see cref="ScanRefusal.None"/>.</param>
    /// <returns>As for the other form.</returns>
    public ScanRefusal Verify(int sensorIndex, ReadOnlyMemory<byte> envelope, out Verified<SignedScan> scan)
    {
        scan = default;
        if ((uint)sensorIndex >= (uint)_checks.Length) return ScanRefusal.UnknownSensor;
        ReadOnlySpan<byte> text = envelope.Span;
        if (text.Length > ScanLimits.EnvelopeBytes) return ScanRefusal.TooLarge;
        Span<byte> signature = stackalloc byte[Ed25519Signer.SignatureLength];
        if (!JwsEnvelope.TrySplit(text, out Range header, out Range payload, signature)) return ScanRefusal.BadEnvelope;
        if (!_checks[sensorIndex].VerifyJws(JwsEnvelope.SigningInput(text), signature)) return ScanRefusal.BadSignature;
        ScanRefusal refusal = CheckHeader(sensorIndex, text[header]);
        if (refusal != ScanRefusal.None) return refusal;
        refusal = ReadPayload(text[payload], out SensorScan? read);
        if (refusal != ScanRefusal.None) return refusal;
        if (!string.Equals(read!.Sensor, _roster.Sensors[sensorIndex].Id, StringComparison.Ordinal)) return ScanRefusal.WrongTopic;
        scan = new Verified<SignedScan>(new SignedScan(read, envelope, Hash256.Of(text)));
        return ScanRefusal.None;
    }

    private ScanRefusal CheckHeader(int sensorIndex, ReadOnlySpan<byte> text)
    {
        Span<byte> bytes = stackalloc byte[ScanLimits.HeaderBytes];
        if (!JwsEnvelope.TryDecode(text, bytes, out int length)) return ScanRefusal.BadEnvelope;
        if (ScanHeader.Read(bytes[..length]) is not { } header || header.Algorithm != ScanHeader.EdDsa) return ScanRefusal.BadEnvelope;
        if (header.Domain != ScanHeader.ScanDomain || header.Cluster != _roster.ClusterId) return ScanRefusal.WrongCluster;
        string sensor = _roster.Sensors[sensorIndex].Id;
        return header.KeyId == sensor && header.Topic == Topics.Scans(sensor) ? ScanRefusal.None : ScanRefusal.WrongTopic;
    }

    private ScanRefusal ReadPayload(ReadOnlySpan<byte> text, out SensorScan? scan)
    {
        scan = null;
        byte[] rented = ArrayPool<byte>.Shared.Rent(Math.Max(1, JwsEnvelope.DecodedLength(text.Length)));
        try
        {
            return JwsEnvelope.TryDecode(text, rented, out int length)
                ? ScanJson.TryRead(rented.AsSpan(0, length), _frame, out scan)
                : ScanRefusal.BadEnvelope;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
