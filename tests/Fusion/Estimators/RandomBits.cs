using CsCheck;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>Draws for the generators and what is derived from a case's salt.</summary>
internal static class RandomBits
{
    /// <summary>0 to <paramref name="count"/> - 1.</summary>
    public static int Below(this PCG random, int count) => (int)((ulong)random.Next() * (uint)count >> 32);

    /// <summary>-1 to 1.</summary>
    public static double Signed(this PCG random) => (random.Next() * (2 / 4294967291.0)) - 1;

    /// <summary>The next of a sequence that <paramref name="state"/> determines, from 0 to <paramref name="count"/> - 1.</summary>
    public static int Next(ref uint state, int count)
    {
        state = (state * 1664525) + 1013904223;
        return (int)((ulong)state * (uint)count >> 32);
    }

    /// <summary>The same, -1 to 1.</summary>
    public static double NextSigned(ref uint state) => (Next(ref state, 1 << 30) / (double)(1 << 29)) - 1;

    /// <summary>Puts <paramref name="items"/> into an order that <paramref name="salt"/> determines.</summary>
    public static void Shuffle<T>(Span<T> items, uint salt)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Next(ref salt, i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
