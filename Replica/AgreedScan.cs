using C3Fusion.Rosters;

namespace C3Fusion.Replica;

/// <summary>Names a scan that entered the agreed picture; a host measures latency with it.</summary>
/// <param name="Sensor">Index of the sensor in the roster.</param>
/// <param name="Boot">Boot number.</param>
/// <param name="Sequence">Sequence number within the boot.</param>
/// <param name="Time">Time of validity that the scan claims.</param>
public readonly record struct AgreedScan(int Sensor, long Boot, long Sequence, Instant Time);
