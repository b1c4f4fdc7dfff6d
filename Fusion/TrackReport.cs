namespace C3Fusion.Fusion;

/// <summary>What one sensor says of one of its tracks at one time: the tracker's only input.</summary>
/// <remarks>A component that the sensor did not measure is <see cref="double.NaN"/>; nothing else may be.</remarks>
/// <param name="TimeUs">Time of validity, microseconds since the Unix epoch (or since the start of a recording).</param>
/// <param name="ReceivedUs">Time of arrival, same scale; equal to <paramref name="TimeUs"/> where it is unknown.</param>
/// <param name="Sensor">Index of the sensor in the list that the tracker was made with.</param>
/// <param name="LocalTrack">The sensor's own name of the track; means nothing outside that sensor.</param>
/// <param name="Position">Position, m; up may be missing.</param>
/// <param name="Velocity">Velocity, m/s; any component may be missing.</param>
/// <param name="ClaimedSigmaPositionM">1-sigma per position axis that the message claims, m; NaN where absent. Never narrows the registered one.</param>
/// <param name="ClaimedSigmaVelocityMps">1-sigma per velocity axis that the message claims, m/s; NaN where absent.</param>
/// <param name="IdentityHint">Hash of a callsign, ICAO address or MMSI, 0 where there is none. Carried, never trusted.</param>
public readonly record struct TrackReport(
    long TimeUs,
    long ReceivedUs,
    int Sensor,
    ulong LocalTrack,
    Enu Position,
    Enu Velocity,
    double ClaimedSigmaPositionM,
    double ClaimedSigmaVelocityMps,
    ulong IdentityHint = 0);
