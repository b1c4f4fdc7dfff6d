namespace C3Fusion.Fusion.Metrics;

/// <summary>True positions of the last seconds, to tell a ghost from a track that lags behind or outlives its target.</summary>
/// <param name="windowUs">How far back a position counts, microseconds, both ends included.</param>
internal sealed class RecentTruth(long windowUs)
{
    private readonly Queue<Scan> _scans = new();

    public void Add(long timeUs, ReadOnlySpan<TruthState> truth)
    {
        while (_scans.TryPeek(out Scan oldest) && oldest.TimeUs < timeUs - windowUs) _scans.Dequeue();
        var positions = new Enu[truth.Length];
        for (int i = 0; i < truth.Length; i++) positions[i] = truth[i].Position;
        double[] east = Array.ConvertAll(positions, p => p.X);
        Array.Sort(east, positions);
        _scans.Enqueue(new Scan(timeUs, east, positions));
    }

    /// <summary>Is any recent true position within <paramref name="range"/> of the point?</summary>
    public bool IsNear(Enu point, double range)
    {
        foreach (Scan scan in _scans)
        {
            for (int k = PictureMatching.FirstNotBelow(scan.East, point.X - range); k < scan.East.Length && scan.East[k] <= point.X + range; k++)
            {
                if ((scan.Positions[k] - point).Length <= range) return true;
            }
        }

        return false;
    }

    private readonly record struct Scan(long TimeUs, double[] East, Enu[] Positions);
}
