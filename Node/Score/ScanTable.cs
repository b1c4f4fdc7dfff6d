namespace C3Fusion.Node.Score;

/// <summary>Lines grouped by time stamp, and the numbers given to the ids they name.</summary>
/// <typeparam name="T">One line's content.</typeparam>
internal sealed class ScanTable<T>
{
    private readonly SortedDictionary<long, List<T>> _scans = [];
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly HashSet<(long TimeUs, long Number)> _seen = [];

    /// <summary>Time stamps with their lines, ascending, microseconds.</summary>
    public IReadOnlyDictionary<long, List<T>> Scans => _scans;

    /// <summary>The first time stamp, microseconds; meaningless without scans.</summary>
    public long FirstUs { get; private set; } = long.MaxValue;

    /// <summary>The last time stamp, microseconds; meaningless without scans.</summary>
    public long LastUs { get; private set; } = long.MinValue;

    /// <summary>The number of an id; the same id always has the same.</summary>
    public long NumberOf(string id)
    {
        if (!_numbers.TryGetValue(id, out long number)) _numbers.Add(id, number = _numbers.Count);
        return number;
    }

    /// <summary>Notes that an id has a line at a time; false where it has one already.</summary>
    public bool TryClaim(long timeUs, long number) => _seen.Add((timeUs, number));

    /// <summary>Adds a line.</summary>
    public void Add(long timeUs, T line)
    {
        FirstUs = Math.Min(FirstUs, timeUs);
        LastUs = Math.Max(LastUs, timeUs);
        if (!_scans.TryGetValue(timeUs, out List<T>? scan)) _scans.Add(timeUs, scan = []);
        scan.Add(line);
    }
}
