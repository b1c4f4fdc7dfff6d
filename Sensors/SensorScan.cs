using System.Collections.Immutable;
using C3Fusion.Fusion;
using C3Fusion.Rosters;

namespace C3Fusion.Sensors;

/// <summary>One track in a scan: what a sensor says of one thing that it sees.</summary>
/// <param name="LocalTrack">The sensor's own name of the track, at most 64 characters.</param>
/// <param name="Position">Local east-north-up, m; up is NaN for a 2-D sensor.</param>
/// <param name="Velocity">m/s; NaN where not measured.</param>
/// <param name="SigmaPositionM">Claimed 1-sigma per position axis, m; NaN where absent.</param>
/// <param name="SigmaVelocityMps">Claimed 1-sigma per velocity axis, m/s; NaN where absent.</param>
/// <param name="Identity">Callsign, ICAO address or MMSI; carried, never trusted; empty where absent.</param>
public sealed record ScanTrack(string LocalTrack, Enu Position, Enu Velocity, double SigmaPositionM, double SigmaVelocityMps, string Identity);

/// <summary>One scan of one sensor (DESIGN section 3).</summary>
/// <param name="Sensor">The sensor's id in the roster.</param>
/// <param name="Boot">Boot number: the larger of the persisted one + 1 and Unix seconds.</param>
/// <param name="Sequence">Strictly rising within a boot.</param>
/// <param name="Time">Time of validity.</param>
/// <param name="Kind">Free word: <c>tracks</c> for now.</param>
/// <param name="Tracks">The tracks.</param>
public sealed record SensorScan(string Sensor, long Boot, long Sequence, Instant Time, string Kind, ImmutableArray<ScanTrack> Tracks);
