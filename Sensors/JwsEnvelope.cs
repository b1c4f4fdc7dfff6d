using System.Buffers.Text;
using C3Fusion.Rosters;

namespace C3Fusion.Sensors;

/// <summary>JWS compact serialization (RFC 7515, section 7.1) with EdDSA (RFC 8037): three base64url texts with dots between.</summary>
/// <remarks>
/// Read strictly, so that one signed message has one byte form: no padding, no white space, no unused bits set. Signatures
/// are checked over the bytes as they arrived; nothing is encoded again before.
/// </remarks>
public static class JwsEnvelope
{
    /// <summary>Characters of a signature in base64url.</summary>
    public const int SignatureTextLength = 86;

    /// <summary>Signs <paramref name="payload"/> under <paramref name="header"/>, both as they are.</summary>
    /// <param name="header">The protected header, JSON in UTF-8.</param>
    /// <param name="payload">Any bytes.</param>
    /// <param name="signer">The key.</param>
    /// <returns>The compact form, ASCII.</returns>
    public static byte[] Seal(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Ed25519Signer signer)
    {
        int headerLength = Base64Url.GetEncodedLength(header.Length), payloadLength = Base64Url.GetEncodedLength(payload.Length);
        int inputLength = headerLength + 1 + payloadLength;
        byte[] text = new byte[inputLength + 1 + SignatureTextLength];
        Base64Url.EncodeToUtf8(header, text);
        text[headerLength] = (byte)'.';
        Base64Url.EncodeToUtf8(payload, text.AsSpan(headerLength + 1));
        byte[] signature = signer.SignJws(text.AsSpan(0, inputLength));
        text[inputLength] = (byte)'.';
        Base64Url.EncodeToUtf8(signature, text.AsSpan(inputLength + 1));
        return text;
    }

    /// <summary>Takes the three parts of <paramref name="envelope"/> apart without looking into them.</summary>
    /// <returns>False where it is not in strict compact form with a 64-byte signature.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> envelope, out Range header, out Range payload, Span<byte> signature)
    {
        header = payload = default;
        int first = envelope.IndexOf((byte)'.');
        int second = envelope.Length - SignatureTextLength - 1;
        if (first <= 0 || second <= first || envelope[second] != '.') return false;
        header = ..first;
        payload = (first + 1)..second;
        return TryDecode(envelope[(second + 1)..], signature, out int length) && length == Ed25519Signer.SignatureLength;
    }

    /// <summary>The part of <paramref name="envelope"/> that the signature covers.</summary>
    public static ReadOnlySpan<byte> SigningInput(ReadOnlySpan<byte> envelope) => envelope[..^(SignatureTextLength + 1)];

    /// <summary>The payload of a well-formed <paramref name="envelope"/>, still in base64url.</summary>
    public static ReadOnlySpan<byte> PayloadText(ReadOnlySpan<byte> envelope)
    {
        ReadOnlySpan<byte> input = SigningInput(envelope);
        return input[(input.IndexOf((byte)'.') + 1)..];
    }

    /// <summary>Decodes strict base64url (RFC 4648, section 5, without padding).</summary>
    /// <returns>False where it is not the one encoding of its bytes or does not fit into <paramref name="bytes"/>.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> bytes, out int length)
    {
        length = 0;
        int wanted = DecodedLength(text.Length);
        if (wanted < 0 || wanted > bytes.Length || text.ContainsAny("= \t\r\n"u8)) return false;
        if (Base64Url.DecodeFromUtf8(text, bytes, out int consumed, out length) != System.Buffers.OperationStatus.Done) return false;
        return consumed == text.Length && length == wanted && LastCharacterIsCanonical(text);
    }

    /// <summary>Bytes that a base64url text of this length stands for; -1 where no text has this length.</summary>
    public static int DecodedLength(int textLength) => textLength % 4 == 1 ? -1 : (int)((long)textLength * 3 / 4);

    private static bool LastCharacterIsCanonical(ReadOnlySpan<byte> text)
    {
        int rest = text.Length % 4;
        if (rest == 0) return true;
        Span<byte> tail = stackalloc byte[3], again = stackalloc byte[4];
        int length = rest - 1;
        Base64Url.DecodeFromUtf8(text[^rest..], tail, out _, out _);
        Base64Url.EncodeToUtf8(tail[..length], again);
        return again[rest - 1] == text[^1];
    }
}
