namespace C3Fusion.Fusion.Estimators;

/// <summary>What <see cref="JointBoxes.Fuse"/> found, over boxes as wholes.</summary>
/// <param name="Status">How far it can be trusted; where sensors see different axes, n is the smallest count of an axis that at least 2f+1 see.</param>
/// <param name="SensorCount">n: the number of boxes.</param>
/// <param name="Dimensions">d.</param>
/// <param name="FaultBound">f.</param>
/// <param name="Agrees">Is there a point in at least n-f boxes (and n >= 2f+1)? Only then is there a joint hull.</param>
/// <param name="MaxOverlap">The largest number of boxes with a common point.</param>
/// <param name="Accused">Bit i is set where box i meets no point of the joint C_f: certainly faulty, given the assumption.</param>
public readonly record struct JointBoxesResult(
    FusionStatus Status,
    int SensorCount,
    int Dimensions,
    int FaultBound,
    bool Agrees,
    int MaxOverlap,
    ulong Accused)
{
    /// <summary>A certified lower bound on the number of boxes that miss the truth.</summary>
    public int MinFaulty => SensorCount - MaxOverlap;
}
