namespace C3Fusion.Fusion.Metrics;

/// <summary>Single integrated air picture metrics over a range of scans.</summary>
/// <remarks>
/// Votruba et al., "Single Integrated Air Picture (SIAP) Metrics Implementation", 2001. With J true targets, JT of them
/// tracked, N tracks, NA of them associated, all summed over scans. Where a denominator is 0: completeness 0, ambiguity 1,
/// spuriousness 0, the others null.
/// </remarks>
/// <param name="Completeness">Σ JT / Σ J: share of target scans that are tracked; 1 is best.</param>
/// <param name="Ambiguity">Σ NA / Σ JT: tracks per tracked target; 1 is best.</param>
/// <param name="Spuriousness">Σ (N − NA) / Σ N: share of tracks that belong to no target; 0 is best.</param>
/// <param name="PositionAccuracy">Mean position error of associated tracks, m.</param>
/// <param name="VelocityAccuracy">Mean velocity error of associated tracks where both velocities are known, m/s.</param>
/// <param name="TrackNumberChangeRate">Σ (NU_j − 1) / Σ TT_j over tracked targets j, per second: NU_j the fewest tracks that cover all that is tracked of j, TT_j the time for which j is tracked.</param>
/// <param name="LongestTrackSegment">Σ TL_j / Σ T_j: TL_j the longest time with one and the same track, T_j the life time; 1 is best.</param>
public sealed record Siap(
    double Completeness,
    double Ambiguity,
    double Spuriousness,
    double? PositionAccuracy,
    double? VelocityAccuracy,
    double? TrackNumberChangeRate,
    double? LongestTrackSegment);
