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

    /// <summary>Signs the signing input of a JWS as it is (RFC 7515, section 5.1: <c>BASE64URL(header) "." BASE64URL(payload)</c>).</summary>
    /// <remarks>
    /// Purpose and cluster stand in the protected header there. No such text can be one of the prefixed messages of
    /// <see cref="Sign"/>: those begin with <c>C3FUSION/1</c>, and a slash is no base64url character.
    /// </remarks>
    /// <returns>64 bytes.</returns>
    /// <exception cref="FormatException">The text is no JWS signing input.</exception>
    public byte[] SignJws(ReadOnlySpan<byte> signingInput)
    {
        if (!SignatureCheck.IsJwsSigningInput(signingInput)) throw new FormatException("not a JWS signing input");
        return SignatureAlgorithm.Ed25519.Sign(_key, signingInput);
    }

    /// <summary>The bare signature, without purpose and scope: for published vectors.</summary>
    internal byte[] SignRaw(ReadOnlySpan<byte> message) => SignatureAlgorithm.Ed25519.Sign(_key, message);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
