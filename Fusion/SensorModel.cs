namespace C3Fusion.Fusion;

/// <summary>What the roster registers of a sensor's errors: the only bounds that fusion believes.</summary>
/// <param name="Id">The sensor's name, for output and for tie-breaking.</param>
/// <param name="SigmaPositionM">1-sigma per position axis, m, above 0.</param>
/// <param name="SigmaVelocityMps">1-sigma per velocity axis, m/s, above 0.</param>
/// <param name="SigmaPositionCapM">The widest 1-sigma that a message may claim, m.</param>
/// <param name="BoundK">Half width of a reading's hard interval in sigmas.</param>
/// <param name="BiasCapM">Largest honest registration bias, m.</param>
/// <param name="DetectionProbability">Chance that a covered target is reported in a scan, above 0 and at most 1.</param>
/// <param name="CoverageCentre">Centre of the coverage, m; used where <paramref name="CoverageRangeM"/> is above 0.</param>
/// <param name="CoverageRangeM">Horizontal range of coverage, m; 0 means the whole area.</param>
public sealed record SensorModel(
    string Id,
    double SigmaPositionM,
    double SigmaVelocityMps,
    double SigmaPositionCapM = double.PositiveInfinity,
    double BoundK = 4,
    double BiasCapM = 0,
    double DetectionProbability = 0.9,
    Enu CoverageCentre = default,
    double CoverageRangeM = 0);
