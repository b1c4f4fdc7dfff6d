namespace C3Fusion.Fusion.Estimators;

/// <summary>What <see cref="IntervalFusion.Fuse"/> found on one axis.</summary>
/// <param name="Status">How far it can be trusted.</param>
/// <param name="SensorCount">n: the number of intervals.</param>
/// <param name="FaultBound">f: the assumed largest number of intervals that miss the truth.</param>
/// <param name="RegionCount">Number of regions of C_f.</param>
/// <param name="Marzullo">M_f, the hull of C_f: the safe interval; null where there is none.</param>
/// <param name="FaultTolerant">F_f; null where its low exceeds its high.</param>
/// <param name="MaxOverlap">The largest coverage of any point.</param>
/// <param name="Accused">Bit i is set where sensor i is certainly faulty, given the assumption; none in <see cref="FusionStatus.Alarm"/> and <see cref="FusionStatus.Insufficient"/>, when the assumption itself has failed.</param>
public readonly record struct IntervalFusionResult(
    FusionStatus Status,
    int SensorCount,
    int FaultBound,
    int RegionCount,
    Interval? Marzullo,
    Interval? FaultTolerant,
    int MaxOverlap,
    ulong Accused)
{
    /// <summary>A certified lower bound on the number of intervals that miss the truth: n - <see cref="MaxOverlap"/>.</summary>
    public int MinFaulty => SensorCount - MaxOverlap;
}
