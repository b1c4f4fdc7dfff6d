using C3Fusion.Fusion.Tracking;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Pictures;

/// <summary>What is held of one sensor now.</summary>
/// <param name="Sensor">Index in the roster.</param>
/// <param name="Name">Its id.</param>
/// <param name="Accusation">The standing accusation that was raised last, or null: trusted within its registration.</param>
/// <param name="Since">When that one was raised; null without one.</param>
/// <param name="Evidence">Its evidence in words, or the proof in words where there is one; empty without either.</param>
public sealed record SensorTrust(int Sensor, string Name, AccusationKind? Accusation, Instant? Since, string Evidence)
{
    /// <summary>Is it proved that the sensor signed two contents under one number? Scans of that boot are fused no more.</summary>
    public bool Equivocates { get; init; }

    /// <summary>A proof in words.</summary>
    internal static string Describe(ScanEquivocation proof) =>
        $"signed two contents under number {proof.First.Scan.Sequence} of boot {proof.First.Scan.Boot}";
}
