using C3Fusion.Fusion;

namespace C3Fusion.Node.Track;

/// <summary>Gives reports on in the order of their arrival times as soon as no earlier one can follow.</summary>
/// <remarks>
/// Reports may stand in the order of arrival, as a live feed has them, or of validity, as recordings have them; in both no
/// line that follows has arrived before min(t, rx) of a line at hand, for nothing arrives before it holds. A report may be
/// stamped wrong, so f+1 sensors must have shown such a time: the watermark is the (f+1)-th largest over sensors. Equal
/// arrivals keep the order of their lines. A report that stands after its turn all the same is given on at once.
/// </remarks>
internal sealed class ArrivalOrder
{
    private readonly PriorityQueue<TrackReport, (long ReceivedUs, long Line)> _pending = new();
    private readonly long[] _shown;
    private readonly long[] _sorted;
    private readonly int _voices;
    private readonly int _capacity;
    private long _lines;

    /// <param name="sensors">Number of sensors.</param>
    /// <param name="faultBound">f.</param>
    /// <param name="capacity">Most reports that may wait.</param>
    public ArrivalOrder(int sensors, int faultBound, int capacity)
    {
        _shown = new long[sensors];
        Array.Fill(_shown, long.MinValue);
        _sorted = new long[sensors];
        _voices = faultBound + 1;
        _capacity = capacity;
    }

    /// <summary>No report to come should have arrived before this, microseconds.</summary>
    public long WatermarkUs { get; private set; } = long.MinValue;

    /// <summary>Reports that stood after their turn.</summary>
    public long OutOfTurn { get; private set; }

    /// <summary>Takes the next line's report.</summary>
    /// <exception cref="InputTooLargeException">More reports wait than may.</exception>
    public void Add(in TrackReport report)
    {
        if (_pending.Count >= _capacity)
            throw new InputTooLargeException($"more than {_capacity} reports wait for their turn, since fewer than {_voices} sensors (f+1) go on reporting");
        if (report.ReceivedUs < WatermarkUs) OutOfTurn++;
        _pending.Enqueue(report, (report.ReceivedUs, _lines++));
        long shown = Math.Min(report.TimeUs, report.ReceivedUs);
        if (shown <= _shown[report.Sensor]) return;
        _shown[report.Sensor] = shown;
        if (_voices > _shown.Length || shown <= WatermarkUs) return;
        _shown.CopyTo(_sorted, 0);
        Array.Sort(_sorted);
        WatermarkUs = Math.Max(WatermarkUs, _sorted[^_voices]);
    }

    /// <summary>No line follows: whatever waits may go.</summary>
    public void End() => WatermarkUs = long.MaxValue;

    /// <summary>The earliest report that waits, if it is surely the next.</summary>
    public bool TryTake(out TrackReport report)
    {
        report = default;
        if (!_pending.TryPeek(out _, out (long ReceivedUs, long Line) key) || key.ReceivedUs >= WatermarkUs) return false;
        report = _pending.Dequeue();
        return true;
    }
}
