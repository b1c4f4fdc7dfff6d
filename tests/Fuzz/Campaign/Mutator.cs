using System.Buffers.Binary;

namespace C3Fusion.Fuzz.Campaign;

/// <summary>Makes new inputs from old ones: flips, numbers at the edges, cut, repeated and spliced blocks, words of the format. Deterministic from its seed.</summary>
internal sealed class Mutator(ulong seed, int maxLength)
{
    private static readonly ulong[] Edges = [0, 1, 2, 3, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff, ulong.MaxValue];

    private static readonly byte[][] Words =
    [
        .. new[] { "\"", "{", "}", "[", "]", ",", ":", "\\u0000", "\\", "1e400", "-0", "null", "true", "-", ".", "e", "0", "9007199254740992", "\u00e9", "\"x\":", "\"lat\":" }
            .Select(System.Text.Encoding.UTF8.GetBytes),
    ];

    private ulong _state = seed | 1;

    /// <summary>A changed copy of <paramref name="input"/>; <paramref name="other"/> lends blocks.</summary>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        byte[] bytes = (byte[])input.Clone();
        int changes = 1 << Below(5);
        for (int i = 0; i < changes; i++) bytes = Change(bytes, other);
        return bytes.Length <= maxLength ? bytes : bytes[..maxLength];
    }

    /// <summary>Uniform from 0 to <paramref name="bound"/> - 1.</summary>
    public int Below(int bound) => bound <= 1 ? 0 : (int)(Next() % (uint)bound);

    private byte[] Change(byte[] bytes, byte[] other)
    {
        if (bytes.Length == 0) return [(byte)Next()];
        int at = Below(bytes.Length);
        switch (Below(11))
        {
            case 0: bytes[at] ^= (byte)(1 << Below(8)); return bytes;
            case 1: bytes[at] = (byte)Next(); return bytes;
            case 2: bytes[at] += (byte)(Below(2) == 0 ? 1 : 255); return bytes;
            case 3: return WriteEdge(bytes, at);
            case 4: return Replace(bytes, at, Below(Math.Min(64, bytes.Length - at)) + 1, []);
            case 5: return Replace(bytes, at, 0, Block(bytes));
            case 6: return Replace(bytes, at, 0, Block(other));
            case 7: return Replace(bytes, at, Below(Math.Min(64, bytes.Length - at)) + 1, Block(other));
            case 8: return Replace(bytes, at, 0, Words[Below(Words.Length)]);
            case 9: return Replace(bytes, at, Math.Min(Below(4), bytes.Length - at), Words[Below(Words.Length)]);
            default: return bytes.Length > 1 ? bytes[..at] : bytes;
        }
    }

    private byte[] WriteEdge(byte[] bytes, int at)
    {
        Span<byte> number = stackalloc byte[8];
        ulong edge = Edges[Below(Edges.Length)];
        BinaryPrimitives.WriteUInt64BigEndian(number, edge);
        int width = 1 << Below(4);
        if (width > bytes.Length - at) width = bytes.Length - at;
        if (Below(2) == 0) number.Reverse();
        number[(8 - width)..].CopyTo(bytes.AsSpan(at, width));
        return bytes;
    }

    private byte[] Block(byte[] from)
    {
        if (from.Length == 0) return [];
        int start = Below(from.Length);
        int longest = Below(4) == 0 ? from.Length - start : Math.Min(64, from.Length - start);
        return from.AsSpan(start, Below(longest) + 1).ToArray();
    }

    private static byte[] Replace(byte[] bytes, int at, int count, byte[] with)
    {
        byte[] result = new byte[bytes.Length - count + with.Length];
        bytes.AsSpan(0, at).CopyTo(result);
        with.CopyTo(result.AsSpan(at));
        bytes.AsSpan(at + count).CopyTo(result.AsSpan(at + with.Length));
        return result;
    }

    // xorshift64* (Vigna 2016): fast, and good enough to choose mutations.
    private uint Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (uint)((_state * 0x2545F4914F6CDD1DUL) >> 32);
    }
}
