namespace C3Fusion.Fusion.Estimators;

/// <summary>A closed interval [low, high] on one axis; both ends belong to it, and low may equal high.</summary>
/// <remarks>Finite ends with low &lt;= high are the caller's duty at the boundary: <see cref="IsValid"/> tests it, and a reading that fails it is a faulty report.</remarks>
/// <param name="Low">Lower end, in the axis's unit.</param>
/// <param name="High">Upper end, in the axis's unit.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Are both ends finite and in order?</summary>
    public bool IsValid => double.IsFinite(Low) && double.IsFinite(High) && Low <= High;

    /// <summary>High - low; may overflow to infinity for ends of opposite sign near the double range.</summary>
    public double Width => High - Low;

    /// <summary>The middle, without overflow for any finite ends.</summary>
    public double Midpoint => (0.5 * Low) + (0.5 * High);

    /// <summary>Is <paramref name="value"/> in the closed interval?</summary>
    public bool Contains(double value) => Low <= value && value <= High;
}
