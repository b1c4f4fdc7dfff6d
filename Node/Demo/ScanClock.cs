using C3Fusion.Rosters;

namespace C3Fusion.Node.Demo;

/// <summary>When each scan was published; remembers the newest only, for a scan that is not agreed soon never is.</summary>
internal sealed class ScanClock
{
    private const int Kept = 20_000;

    private readonly Dictionary<(int Sensor, long Boot, long Sequence), Instant> _published = [];
    private readonly Queue<(int Sensor, long Boot, long Sequence)> _order = [];

    /// <summary>A scan is published now.</summary>
    public void Published(int sensor, long boot, long sequence, Instant now)
    {
        if (_published.TryAdd((sensor, boot, sequence), now)) _order.Enqueue((sensor, boot, sequence));
        if (_order.Count > Kept) _published.Remove(_order.Dequeue());
    }

    /// <summary>When it was published; null where that is not known (any more).</summary>
    public Instant? Of(int sensor, long boot, long sequence) => _published.TryGetValue((sensor, boot, sequence), out Instant when) ? when : null;
}
