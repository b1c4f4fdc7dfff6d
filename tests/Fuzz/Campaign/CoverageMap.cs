using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SharpFuzz.Common;

namespace C3Fusion.Fuzz.Campaign;

/// <summary>Edges taken by instrumented code, counted as AFL does: a byte for each of 65,536 edges, compared in eight classes of counts.</summary>
/// <remarks>Instrumented assemblies write to <see cref="Trace.SharedMem"/>; in an assembly without instrumentation the map stays empty.</remarks>
internal sealed unsafe class CoverageMap
{
    private const int Size = 1 << 16;
    private static readonly byte[] Classes = BuildClasses();

    private readonly byte* _counts = (byte*)NativeMemory.AlignedAlloc(Size, 64);
    private readonly byte[] _seen = new byte[Size];

    public CoverageMap() => Trace.SharedMem = _counts;

    /// <summary>Edges seen so far.</summary>
    public int Edges
    {
        get
        {
            int edges = 0;
            foreach (byte seen in _seen) edges += seen != 0 ? 1 : 0;
            return edges;
        }
    }

    /// <summary>Forgets the last run.</summary>
    public void Clear()
    {
        new Span<byte>(_counts, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Did the last run take an edge, or take it in a class of counts, that no run before did? Remembers it.</summary>
    public bool TakeNews()
    {
        bool news = false;
        for (int at = 0; at < Size; at += Vector256<byte>.Count)
        {
            if (Vector256.LoadAligned(_counts + at) == Vector256<byte>.Zero) continue;
            for (int i = at; i < at + Vector256<byte>.Count; i++)
            {
                byte bit = Classes[_counts[i]];
                if ((_seen[i] & bit) == bit) continue;
                _seen[i] |= bit;
                news = true;
            }
        }

        return news;
    }

    // 1, 2, 3, 4-7, 8-15, 16-31, 32-127, 128-255: one bit each.
    private static byte[] BuildClasses()
    {
        byte[] classes = new byte[256];
        for (int count = 1; count < 256; count++)
        {
            int bit = count <= 3 ? count - 1 : count >= 128 ? 7 : Math.Min(BitOperations.Log2((uint)count) + 1, 6);
            classes[count] = (byte)(1 << bit);
        }

        return classes;
    }
}
