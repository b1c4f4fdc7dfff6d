namespace C3Fusion.Fusion.Metrics;

/// <summary>A published track of a scan, as the scorer sees it.</summary>
/// <param name="Number">The track.</param>
/// <param name="Position">Position, m, finite.</param>
/// <param name="Velocity">Velocity, m/s; NaN components where unknown.</param>
/// <param name="IsAssured">Is it published as Assured, not only as Supported?</param>
/// <param name="Hard">The hard box; null where the picture gives none.</param>
/// <param name="Statistical">The statistical box; null where the picture gives none.</param>
public readonly record struct ScoredTrack(long Number, Enu Position, Enu Velocity, bool IsAssured, ScoredBox? Hard, ScoredBox? Statistical);

/// <summary>An axis-aligned closed box, m.</summary>
/// <param name="Low">Lower corner.</param>
/// <param name="High">Upper corner.</param>
public readonly record struct ScoredBox(Enu Low, Enu High)
{
    /// <summary>Does the box contain the point, on all axes?</summary>
    public bool Contains(Enu point) =>
        Low.X <= point.X && point.X <= High.X
        && Low.Y <= point.Y && point.Y <= High.Y
        && Low.Z <= point.Z && point.Z <= High.Z;

    /// <summary>Mean of the three widths, m.</summary>
    public double MeanWidth => ((High.X - Low.X) + (High.Y - Low.Y) + (High.Z - Low.Z)) / 3;
}
