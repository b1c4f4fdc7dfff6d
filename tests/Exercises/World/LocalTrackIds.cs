namespace C3Fusion.Exercises.World;

/// <summary>A sensor's own track numbers: a target keeps its number until it has been missed in three scans or more.</summary>
public sealed class LocalTrackIds(RandomStream random)
{
    private readonly Dictionary<int, (long Local, int LastScan)> _byTarget = [];
    private long _last = 1000;

    /// <summary>A number that was never used.</summary>
    public long New() => _last += random.Whole(1, 8);

    /// <summary>The number under which a target is reported in this scan.</summary>
    public long Of(int target, int scan)
    {
        bool known = _byTarget.TryGetValue(target, out (long Local, int LastScan) entry);
        long local = known && scan - entry.LastScan <= 3 ? entry.Local : New();
        _byTarget[target] = (local, scan);
        return local;
    }
}
