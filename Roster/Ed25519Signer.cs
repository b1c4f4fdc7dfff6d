using System.Buffers;
using NSec.Cryptography;

namespace C3Fusion.Rosters;

/// <summary>Ed25519 (RFC 8032) with a private key in guarded memory. 64-byte signatures, deterministic.</summary>
public sealed class Ed25519Signer : ISigner, IDisposable
{
    /// <summary>Bytes in a private key's seed.</summary>
    public const int SeedLength = 32;

    /// <summary>Bytes in a signature.</summary>
    public const int SignatureLength = 64;

    private readonly Key _key;

    private Ed25519Signer(Key key)
    {
        _key = key;
        PublicKey = PublicKey.Read(key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    /// <inheritdoc/>
    public PublicKey PublicKey { get; }

    /// <summary>The signer of a 32-byte seed.</summary>
    /// <exception cref="FormatException">The seed is not 32 bytes long.</exception>
    public static Ed25519Signer FromSeed(ReadOnlySpan<byte> seed) =>
        new(Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey));

    /// <inheritdoc/>
    public byte[] Sign(SigningScope scope, SignatureDomain domain, ReadOnlySpan<byte> message)
    {
        int length = SigningScope.PrefixLength + message.Length;
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            scope.Write(domain, message, rented);
            return SignatureAlgorithm.Ed25519.Sign(_key, rented.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
