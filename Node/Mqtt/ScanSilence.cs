using C3Fusion.Node.Cluster;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Mqtt;

/// <summary>
/// Finds the boxes that hear no scan: a refused subscription, a broker's access list or a cut wire looks like a quiet sky otherwise.
/// A box is deaf when nothing at all, not even something to refuse, came for any sensor that it works for.
/// </summary>
/// <param name="afterUs">How long nothing may come, microseconds.</param>
internal sealed class ScanSilence(long afterUs)
{
    /// <summary>A box that reports no more is gone, and not deaf, microseconds.</summary>
    private const long GoneAfterUs = 5_000_000;

    private readonly SortedDictionary<string, Box> _boxes = new(StringComparer.Ordinal);

    /// <summary>The boxes that hear no scan now.</summary>
    public IEnumerable<string> Deaf => _boxes.Where(box => box.Value.IsDeaf).Select(box => box.Key);

    /// <summary>Takes what one sensor's ingest reports, about once a second.</summary>
    public void Take(IngestReport report, Instant now)
    {
        if (!_boxes.TryGetValue(report.Box, out Box? box)) _boxes.Add(report.Box, box = new Box { Heard = now });
        box.Reported = now;
        long count = report.Accepted + report.Refused.Values.Sum();
        if (box.Counts.TryGetValue(report.Sensor, out long before) ? count != before : count > 0) box.Heard = now;
        box.Counts[report.Sensor] = count;
    }

    /// <summary>Looks who is deaf.</summary>
    /// <returns>The boxes for which that changed.</returns>
    public IReadOnlyList<(string Box, bool IsDeaf, double SilentS)> Look(Instant now)
    {
        var changed = new List<(string, bool, double)>();
        foreach ((string name, Box box) in _boxes.ToList())
        {
            bool gone = now.Since(box.Reported) > GoneAfterUs, deaf = !gone && now.Since(box.Heard) > afterUs;
            if (deaf != box.IsDeaf) changed.Add((name, deaf, now.Since(box.Heard) / 1e6));
            box.IsDeaf = deaf;
            if (gone) _boxes.Remove(name);
        }

        return changed;
    }

    private sealed class Box
    {
        public Dictionary<string, long> Counts { get; } = new(StringComparer.Ordinal);

        public Instant Heard { get; set; }

        public Instant Reported { get; set; }

        public bool IsDeaf { get; set; }
    }
}
