using System.Buffers.Binary;
using System.Text;

namespace C3Fusion.Rosters;

/// <summary>Reads what <see cref="CanonicalWriter"/> wrote and refuses every other encoding.</summary>
/// <remarks>
/// Never throws on hostile input: the first error sets <see cref="Failed"/>, and every later read returns a zero value.
/// Callers check <see cref="Failed"/> before they allocate by a length that was read, and <see cref="AtEnd"/> when done.
/// </remarks>
public ref struct CanonicalReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private ReadOnlySpan<byte> _rest;

    /// <summary>Reads from <paramref name="bytes"/>.</summary>
    public CanonicalReader(ReadOnlySpan<byte> bytes)
    {
        _rest = bytes;
        Failed = false;
    }

    /// <summary>Was something read that is not there or not canonical?</summary>
    public bool Failed { get; private set; }

    /// <summary>Was everything read, and all of it canonical?</summary>
    public readonly bool AtEnd => !Failed && _rest.IsEmpty;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>Marks the input as refused, for a check that the caller made.</summary>
    public void Fail()
    {
        Failed = true;
        _rest = default;
    }

    /// <summary>One byte.</summary>
    public byte U8() => Take(1, out ReadOnlySpan<byte> bytes) ? bytes[0] : (byte)0;

    /// <summary>16 bits, unsigned.</summary>
    public ushort U16() => Take(2, out ReadOnlySpan<byte> bytes) ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;

    /// <summary>32 bits, unsigned.</summary>
    public uint U32() => Take(4, out ReadOnlySpan<byte> bytes) ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;

    /// <summary>64 bits, unsigned.</summary>
    public ulong U64() => Take(8, out ReadOnlySpan<byte> bytes) ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;

    /// <summary>64 bits, two's complement.</summary>
    public long I64() => unchecked((long)U64());

    /// <summary>A finite real number other than -0.</summary>
    public double F64()
    {
        double value = BitConverter.UInt64BitsToDouble(U64());
        if (double.IsFinite(value) && !(value == 0 && double.IsNegative(value))) return value;
        Fail();
        return 0;
    }

    /// <summary>An instant.</summary>
    public Instant Time() => new(I64());

    /// <summary>A digest.</summary>
    public Hash256 Hash() => Take(Hash256.Length, out ReadOnlySpan<byte> bytes) ? Hash256.Read(bytes) : default;

    /// <summary><paramref name="count"/> bytes without a length.</summary>
    public ReadOnlySpan<byte> Raw(int count) => Take(count, out ReadOnlySpan<byte> bytes) ? bytes : default;

    /// <summary>A count of at most <paramref name="limit"/>, as the writer's <c>U32</c>.</summary>
    public int Count(int limit)
    {
        uint count = U32();
        if (count <= (uint)limit) return (int)count;
        Fail();
        return 0;
    }

    /// <summary>Bytes behind a length of at most <paramref name="limit"/>.</summary>
    public ReadOnlySpan<byte> Blob(int limit) => Raw(Count(limit));

    /// <summary>Strict UTF-8 of at most <paramref name="limit"/> bytes.</summary>
    public string Text(int limit)
    {
        ReadOnlySpan<byte> bytes = Blob(limit);
        if (Failed) return "";
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            Fail();
            return "";
        }
    }

    private bool Take(int count, out ReadOnlySpan<byte> bytes)
    {
        if (Failed || count < 0 || count > _rest.Length)
        {
            Fail();
            bytes = default;
            return false;
        }

        bytes = _rest[..count];
        _rest = _rest[count..];
        return true;
    }
}
