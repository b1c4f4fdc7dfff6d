namespace C3Fusion.Rosters;

/// <summary>An Ed25519 public key (RFC 8032, section 5.1.5): 32 bytes, compared and ordered by content.</summary>
public readonly record struct PublicKey(Hash256 Bytes) : IComparable<PublicKey>
{
    /// <summary>Bytes in a key.</summary>
    public const int Length = 32;

    /// <summary>Reads a key from its 32 bytes; whether they are a point on the curve shows at the first verification.</summary>
    public static PublicKey Read(ReadOnlySpan<byte> bytes) => new(Hash256.Read(bytes));

    /// <inheritdoc/>
    public int CompareTo(PublicKey other) => Bytes.CompareTo(other.Bytes);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Bytes.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => Bytes.GetHashCode();
}
