using C3Fusion.Fusion;
using C3Fusion.Sensors;

namespace C3Fusion.Sim.Sensing;

/// <summary>A report as the honest sensor would make it, with what it is of: a liar may know the truth.</summary>
/// <param name="Target">Number of the target, or -1 for a false alarm.</param>
/// <param name="TruePosition">m; that of the report where it is a false alarm.</param>
/// <param name="TrueVelocity">m/s; likewise.</param>
/// <param name="Track">The report.</param>
public sealed record SensedTrack(int Target, Enu TruePosition, Enu TrueVelocity, ScanTrack Track);

/// <summary>A scan that a simulated sensor made.</summary>
/// <param name="Scan">What it says, to be signed.</param>
/// <param name="PublishAt">When it is to be published: validity plus latency.</param>
public sealed record SimulatedScan(SensorScan Scan, Rosters.Instant PublishAt);
