using C3Fusion.Fusion.Estimators;

namespace C3Fusion.Node.Fuse;

/// <summary>What a line of input asks to be fused.</summary>
internal enum FuseForm
{
    None,
    Intervals,
    Boxes,
    Points,
}

/// <summary>One parsed line; the lists are reused from line to line.</summary>
internal sealed class FuseCase
{
    /// <summary>Which of the three lists was given.</summary>
    public FuseForm Form { get; set; }

    /// <summary>f as it was given: a whole number, at least 0.</summary>
    public double FaultBound { get; set; }

    /// <summary>f for the estimators: beyond this size every n is insufficient all the same.</summary>
    public int BoundedFaultBound => (int)Math.Min(FaultBound, 1 << 24);

    /// <summary>n.</summary>
    public int Count { get; set; }

    /// <summary>d; 1 for intervals.</summary>
    public int Dimensions { get; set; }

    /// <summary>The intervals, or the sides of the boxes, box by box.</summary>
    public List<Interval> Sides { get; } = [];

    /// <summary>The coordinates of the points, point by point.</summary>
    public List<double> Coordinates { get; } = [];

    /// <summary>Empties it for the next line.</summary>
    public void Clear()
    {
        Form = FuseForm.None;
        FaultBound = 0;
        Count = 0;
        Dimensions = 0;
        Sides.Clear();
        Coordinates.Clear();
    }
}
