namespace C3Fusion.Fusion.Tracking;

/// <summary>One line of the fused picture: a track with how far it can be trusted. Sensor sets are bit masks by sensor index.</summary>
/// <param name="TimeUs">The end of the scan for which this holds, microseconds.</param>
/// <param name="Number">Stable track number, equal on all honest nodes; shown as <c>T17</c>.</param>
/// <param name="Position">Fused position, m; inside both boxes.</param>
/// <param name="Velocity">Fused velocity, m/s.</param>
/// <param name="Assurance">How far this line can be trusted.</param>
/// <param name="FaultBound">f: the number of lying sensors that was assumed.</param>
/// <param name="Sensors">Sensors whose reading now supports this track.</param>
/// <param name="Rejected">Sensors with a reading for this track now that was not used.</param>
/// <param name="Support">Number of sensors that vouch for the existence of this track.</param>
/// <param name="Low">Lower corner of the hard box: C_f of the current readings at bound_k with motion and bias margins, m.</param>
/// <param name="High">Upper corner of the hard box, m.</param>
/// <param name="StatLow">Lower corner of the windowed statistical box, m.</param>
/// <param name="StatHigh">Upper corner of the windowed statistical box, m.</param>
public readonly record struct SystemTrack(
    long TimeUs,
    long Number,
    Enu Position,
    Enu Velocity,
    Assurance Assurance,
    int FaultBound,
    ulong Sensors,
    ulong Rejected,
    int Support,
    Enu Low,
    Enu High,
    Enu StatLow,
    Enu StatHigh)
{
    /// <summary>n: sensors with a reading for this track now, used or not.</summary>
    public int ReadingCount => System.Numerics.BitOperations.PopCount(Sensors | Rejected);

    /// <summary>May this line be shown as a confirmed track?</summary>
    public bool IsPublished => Assurance is Assurance.Assured or Assurance.Supported;
}
