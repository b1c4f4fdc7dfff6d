using C3Fusion.Fusion.Tracking;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Pictures;

/// <summary>What is held of one sensor now.</summary>
/// <param name="Sensor">Index in the roster.</param>
/// <param name="Name">Its id.</param>
/// <param name="Accusation">The standing accusation that was raised last, or null: trusted within its registration.</param>
/// <param name="Since">When that one was raised; null without one.</param>
/// <param name="Evidence">Its evidence in words, empty without one.</param>
public sealed record SensorTrust(int Sensor, string Name, AccusationKind? Accusation, Instant? Since, string Evidence);
