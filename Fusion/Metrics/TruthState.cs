namespace C3Fusion.Fusion.Metrics;

/// <summary>Where a true target was at the time of a scan.</summary>
/// <param name="Id">The target.</param>
/// <param name="Position">Position, m, finite.</param>
/// <param name="Velocity">Velocity, m/s; NaN components where unknown.</param>
public readonly record struct TruthState(long Id, Enu Position, Enu Velocity);
