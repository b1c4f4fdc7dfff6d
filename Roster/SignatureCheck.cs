using System.Buffers;
using NSec.Cryptography;
using NSecKey = NSec.Cryptography.PublicKey;

namespace C3Fusion.Rosters;

/// <summary>Verifies Ed25519 signatures of one public key (RFC 8032, cofactorless; see docs/agreement.md for the exact rule set).</summary>
public sealed class SignatureCheck
{
    private static readonly SearchValues<byte> Base64UrlAlphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    private readonly NSecKey? _key;

    /// <summary>The check for <paramref name="key"/>; where the bytes are no valid key, every check fails.</summary>
    public SignatureCheck(PublicKey key)
    {
        Span<byte> bytes = stackalloc byte[PublicKey.Length];
        key.Bytes.Write(bytes);
        _key = NSecKey.TryImport(SignatureAlgorithm.Ed25519, bytes, KeyBlobFormat.RawPublicKey, out NSecKey? imported) ? imported : null;
    }

    /// <summary>Does <paramref name="signature"/> cover <paramref name="message"/> for this purpose and scope?</summary>
    public bool Verify(SigningScope scope, SignatureDomain domain, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (_key is null || signature.Length != Ed25519Signer.SignatureLength) return false;
        int length = SigningScope.PrefixLength + message.Length;
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            scope.Write(domain, message, rented);
            return VerifyRaw(rented.AsSpan(0, length), signature);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Does <paramref name="signature"/> cover this JWS signing input (RFC 7515, section 5.1; EdDSA of RFC 8037)?</summary>
    public bool VerifyJws(ReadOnlySpan<byte> signingInput, ReadOnlySpan<byte> signature) =>
        _key is not null && signature.Length == Ed25519Signer.SignatureLength && IsJwsSigningInput(signingInput)
        && SignatureAlgorithm.Ed25519.Verify(_key, signingInput, signature);

    /// <summary>Is this two base64url texts with a dot between?</summary>
    internal static bool IsJwsSigningInput(ReadOnlySpan<byte> text)
    {
        int dot = text.IndexOf((byte)'.');
        return dot > 0 && IsBase64Url(text[..dot]) && IsBase64Url(text[(dot + 1)..]);
    }

    private static bool IsBase64Url(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(Base64UrlAlphabet);

    /// <summary>The bare signature check, without purpose and scope: for published vectors.</summary>
    internal bool VerifyRaw(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        _key is not null && signature.Length == Ed25519Signer.SignatureLength && SignatureAlgorithm.Ed25519.Verify(_key, message, signature);
}
