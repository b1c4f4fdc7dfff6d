namespace C3Fusion.Fusion.Metrics;

/// <summary>What a picture is worth against the truth. A mean over nothing is null.</summary>
/// <param name="Scans">Number of scans scored.</param>
/// <param name="Gospa">Mean over scans of the GOSPA distance (alpha 2), m.</param>
/// <param name="GospaLocalisation">Mean over scans of Σ d^p over matched pairs.</param>
/// <param name="GospaMissed">Mean over scans of c^p / 2 per missed target.</param>
/// <param name="GospaFalse">Mean over scans of c^p / 2 per false track.</param>
/// <param name="Ospa">Mean over scans of the OSPA distance, m.</param>
/// <param name="Rmse">Root of the mean squared distance of all matched pairs, m.</param>
/// <param name="Missed">Mean over scans of the number of targets without a track.</param>
/// <param name="False">Mean over scans of the number of tracks without a target.</param>
/// <param name="Ghosts">Mean over scans of the number of tracks farther than c from every true position of the last 10 s.</param>
/// <param name="IdSwitches">Changes of the track matched to a target, between two scans in which it is matched.</param>
/// <param name="LastingIdSwitches">Changes of the track that is matched to a target in ten scans or more in a row: swaps that stay.</param>
/// <param name="Matched">Number of matched pairs.</param>
/// <param name="AssuredShare">Share of the published lines that are Assured.</param>
/// <param name="Containment">Share of matched pairs whose truth lies in the hard box on all axes.</param>
/// <param name="MeanWidth">Mean width of the hard box over pairs and axes, m.</param>
/// <param name="StatContainment">The same share for the statistical box.</param>
/// <param name="StatMeanWidth">The same width for the statistical box, m.</param>
/// <param name="Siap">SIAP metrics; a track is associated with the nearest true target within c.</param>
public sealed record PictureScore(
    int Scans,
    double? Gospa,
    double? GospaLocalisation,
    double? GospaMissed,
    double? GospaFalse,
    double? Ospa,
    double? Rmse,
    double? Missed,
    double? False,
    double? Ghosts,
    long IdSwitches,
    long LastingIdSwitches,
    long Matched,
    double? AssuredShare,
    double? Containment,
    double? MeanWidth,
    double? StatContainment,
    double? StatMeanWidth,
    Siap Siap);
