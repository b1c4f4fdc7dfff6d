using C3Fusion.Fusion;

namespace C3Fusion.Exercises.World;

/// <summary>What the roster registers of a sensor.</summary>
/// <param name="Id">Name.</param>
/// <param name="Kind">"radar" or "satellite".</param>
/// <param name="SigmaPositionM">1-sigma per position axis, m.</param>
/// <param name="SigmaVelocityMps">1-sigma per velocity axis, m/s.</param>
/// <param name="Site">Where a radar stands: range and azimuth errors turn about it.</param>
public sealed record SensorSpec(string Id, string Kind, double SigmaPositionM, double SigmaVelocityMps, Enu Site)
{
    /// <summary>Registered bias cap, m; null where the roster names none.</summary>
    public double? BiasCapM { get; init; }

    /// <summary>Does it measure height?</summary>
    public bool HasHeight { get; init; } = true;

    /// <summary>Is it a satellite, late by seconds?</summary>
    public bool IsSatellite => Kind == "satellite";

    /// <summary>The eight sensors of the recorded exercises.</summary>
    public static IReadOnlyList<SensorSpec> Standard { get; } =
    [
        Radar("R1", 30, 5, 20_000, 20_000),
        Radar("R2", 40, 6, 80_000, 25_000),
        Radar("R3", 50, 8, 50_000, 85_000),
        Radar("R4", 60, 8, 15_000, 70_000),
        Radar("R5", 80, 10, 85_000, 75_000),
        new("S1", "satellite", 150, 20, default),
        new("S2", "satellite", 200, 25, default),
        new("S3", "satellite", 250, 30, default),
    ];

    private static SensorSpec Radar(string id, double sigma, double sigmaVelocity, double east, double north) =>
        new(id, "radar", sigma, sigmaVelocity, new Enu(east, north, 0));
}
