namespace C3Fusion.Agreement.Tests.Exhaustive;

/// <summary>Gives equal things one small number.</summary>
internal sealed class Interner<T>(IEqualityComparer<T> comparer)
    where T : notnull
{
    private readonly Dictionary<T, int> _ids = new(comparer);
    private readonly List<T> _things = [];

    public int Count => _things.Count;

    public T this[int id] => _things[id];

    public int IdOf(T thing)
    {
        if (_ids.TryGetValue(thing, out int id)) return id;
        id = _things.Count;
        _ids.Add(thing, id);
        _things.Add(thing);
        return id;
    }
}

/// <summary>Compares number sequences by content.</summary>
internal sealed class SequenceComparer : IEqualityComparer<int[]>
{
    public static readonly SequenceComparer Instance = new();

    public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(int[] obj)
    {
        uint hash = 2166136261;
        foreach (int number in obj) hash = (hash ^ (uint)number) * 16777619;
        return (int)(hash ^ (hash >> 15));
    }
}
