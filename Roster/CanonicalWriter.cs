using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace C3Fusion.Rosters;

/// <summary>Writes the one byte form of a value that signatures and hashes cover.</summary>
/// <remarks>
/// Fixed-width big-endian integers; IEEE-754 bits for reals, with -0 written as +0 and non-finite numbers refused;
/// variable data carries a 32-bit length. There is exactly one encoding of every value: <see cref="CanonicalReader"/>
/// refuses every other.
/// </remarks>
public sealed class CanonicalWriter
{
    private readonly ArrayBufferWriter<byte> _buffer;

    /// <summary>An empty writer that grows from <paramref name="capacity"/> bytes.</summary>
    public CanonicalWriter(int capacity = 256) => _buffer = new ArrayBufferWriter<byte>(capacity);

    /// <summary>What has been written so far; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>Bytes written so far.</summary>
    public int Length => _buffer.WrittenCount;

    /// <summary>A copy of what has been written.</summary>
    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    /// <summary>Forgets all that was written and keeps the memory.</summary>
    public void Clear() => _buffer.ResetWrittenCount();

    /// <summary>One byte.</summary>
    public void U8(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    /// <summary>16 bits, unsigned.</summary>
    public void U16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.GetSpan(2), value);
        _buffer.Advance(2);
    }

    /// <summary>32 bits, unsigned.</summary>
    public void U32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    /// <summary>64 bits, unsigned.</summary>
    public void U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    /// <summary>64 bits, two's complement.</summary>
    public void I64(long value) => U64(unchecked((ulong)value));

    /// <summary>A finite real number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">NaN or an infinity.</exception>
    public void F64(double value)
    {
        if (!double.IsFinite(value)) throw new ArgumentOutOfRangeException(nameof(value), value, "only finite numbers have a canonical form");
        U64(value == 0 ? 0UL : BitConverter.DoubleToUInt64Bits(value));
    }

    /// <summary>An instant.</summary>
    public void Time(Instant value) => I64(value.Microseconds);

    /// <summary>A digest, 32 bytes without a length.</summary>
    public void Hash(in Hash256 value)
    {
        value.Write(_buffer.GetSpan(Hash256.Length));
        _buffer.Advance(Hash256.Length);
    }

    /// <summary>Bytes as they are, without a length: the reader must know it.</summary>
    public void Raw(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    /// <summary>A 32-bit length, then the bytes.</summary>
    public void Blob(ReadOnlySpan<byte> bytes)
    {
        U32((uint)bytes.Length);
        _buffer.Write(bytes);
    }

    /// <summary>A 32-bit length in bytes, then UTF-8.</summary>
    public void Text(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        U32((uint)length);
        Encoding.UTF8.GetBytes(text, _buffer.GetSpan(length));
        _buffer.Advance(length);
    }
}
