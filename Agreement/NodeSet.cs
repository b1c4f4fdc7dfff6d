using System.Numerics;

namespace C3Fusion.Agreement;

/// <summary>Sets of nodes as bit masks: a roster has at most 64.</summary>
internal static class NodeSet
{
    public static ulong All(int nodes) => nodes >= 64 ? ulong.MaxValue : (1UL << nodes) - 1;

    public static ulong Of(int node) => 1UL << node;

    public static bool Contains(ulong set, int node) => (set >> node & 1) != 0;

    public static int Count(ulong set) => BitOperations.PopCount(set);
}
