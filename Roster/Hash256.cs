using System.Buffers.Binary;
using System.Security.Cryptography;

namespace C3Fusion.Rosters;

/// <summary>A SHA-256 digest (FIPS 180-4) as a value: 32 bytes, ordered as big-endian numbers.</summary>
public readonly record struct Hash256(ulong A, ulong B, ulong C, ulong D) : IComparable<Hash256>
{
    /// <summary>Bytes in a digest.</summary>
    public const int Length = 32;

    /// <summary>The digest of <paramref name="bytes"/>.</summary>
    public static Hash256 Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[Length];
        SHA256.HashData(bytes, digest);
        return Read(digest);
    }

    /// <summary>Reads a digest from its 32 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 32 bytes were given.</exception>
    public static Hash256 Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));

    /// <summary>Writes the 32 bytes of this digest to <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, A);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], D);
    }

    /// <inheritdoc/>
    public int CompareTo(Hash256 other)
    {
        int order = A.CompareTo(other.A);
        if (order == 0) order = B.CompareTo(other.B);
        if (order == 0) order = C.CompareTo(other.C);
        return order != 0 ? order : D.CompareTo(other.D);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Equal digests have equal first words: no seeded hash is needed.</summary>
    public override int GetHashCode() => (int)(A >> 32);
}
