namespace C3Fusion.Fusion.Tracking;

/// <summary>What the tracker is told beside its sensors. The defaults serve every exercise; there is nothing to tune per sensor.</summary>
/// <param name="FaultBound">f: how many sensors may lie, together if they like; at least 0.</param>
public sealed record TrackerOptions(int FaultBound)
{
    /// <summary>Nominal time between two scan ends, microseconds, above 0.</summary>
    public long ScanPeriodUs { get; init; } = 1_000_000;

    /// <summary>Largest acceleration of a target, m/s²: inflates a reading that is carried over time.</summary>
    public double MaxAccelerationMps2 { get; init; } = 30;

    /// <summary>A report older than this at the end of the scan in which it arrives is refused, microseconds.</summary>
    public long LateWindowUs { get; init; } = 8_000_000;

    /// <summary>A report this far after the expected end of the open scan is refused, microseconds.</summary>
    public long FutureWindowUs { get; init; } = 1_000_000;

    /// <summary>A sensor that sends more tracks than this in one scan is flooding: its whole scan is void.</summary>
    public int MaxReportsPerSensorAndScan { get; init; } = 16_384;

    /// <summary>Most system tracks held at once; bounds memory.</summary>
    public int MaxTracks { get; init; } = 16_384;

    /// <summary>A coordinate beyond this is refused, m.</summary>
    public double MaxCoordinateM { get; init; } = 1e7;

    /// <summary>A velocity component beyond this is refused, m/s.</summary>
    public double MaxSpeedMps { get; init; } = 2e4;
}
