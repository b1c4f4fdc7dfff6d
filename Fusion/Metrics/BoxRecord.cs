namespace C3Fusion.Fusion.Metrics;

/// <summary>How often boxes held the truth, and how wide they were.</summary>
public sealed class BoxRecord
{
    private long _boxes;
    private long _held;
    private double _width;

    /// <summary>Takes the box of a matched pair; no box counts for nothing.</summary>
    public void Observe(ScoredBox? box, Enu truth)
    {
        if (box is not { } b) return;
        _boxes++;
        if (b.Contains(truth)) _held++;
        _width += b.MeanWidth;
    }

    /// <summary>Share of boxes that held the truth on all axes; null without boxes.</summary>
    public double? Containment => _boxes == 0 ? null : (double)_held / _boxes;

    /// <summary>Mean over boxes and axes of high − low, m; null without boxes.</summary>
    public double? MeanWidth => _boxes == 0 ? null : _width / _boxes;
}
