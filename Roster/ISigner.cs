namespace C3Fusion.Rosters;

/// <summary>Signs for one identity. Real keys live in <see cref="Ed25519Signer"/>; an exhaustive search signs symbolically.</summary>
public interface ISigner
{
    /// <summary>The key that verifies what this signer signs.</summary>
    PublicKey PublicKey { get; }

    /// <summary>Signs <paramref name="message"/> for one purpose in one scope.</summary>
    /// <returns>64 bytes (RFC 8032, section 5.1.6): equal input gives equal bytes.</returns>
    byte[] Sign(SigningScope scope, SignatureDomain domain, ReadOnlySpan<byte> message);
}
