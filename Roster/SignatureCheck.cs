using System.Buffers;
using NSec.Cryptography;
using NSecKey = NSec.Cryptography.PublicKey;

namespace C3Fusion.Rosters;

/// <summary>Verifies Ed25519 signatures of one public key (RFC 8032, cofactorless; see docs/agreement.md for the exact rule set).</summary>
public sealed class SignatureCheck
{
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
            return SignatureAlgorithm.Ed25519.Verify(_key, rented.AsSpan(0, length), signature);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
