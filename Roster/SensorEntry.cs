namespace C3Fusion.Rosters;

/// <summary>One sensor in the roster: its key and the error model that fusion trusts in place of what its messages claim.</summary>
/// <param name="Id">Unique name, 1 to 32 characters of <c>a-z A-Z 0-9 -</c>; it stands in topics.</param>
/// <param name="Kind">Free word for people: <c>radar</c>, <c>satellite</c>, <c>adsb</c> ...</param>
/// <param name="Key">Verifies the sensor's scans.</param>
/// <param name="Axes">What it measures.</param>
/// <param name="SigmaPositionM">Registered 1-sigma of position per axis, m: the floor of any claim.</param>
/// <param name="SigmaPositionCapM">The widest 1-sigma that a message may claim, m.</param>
/// <param name="SigmaVelocityMps">Registered 1-sigma of velocity per axis, m/s.</param>
/// <param name="BoundK">Half width of a reading's interval in sigmas; 4 by default (DESIGN section 3).</param>
/// <param name="BiasCapM">Largest registration bias of an honest sensor of this kind, m, added to the interval.</param>
/// <param name="DetectionProbability">Chance that a covered target is reported in one scan, above 0 and at most 1.</param>
/// <param name="Position">Where it stands (or its coverage is centred).</param>
/// <param name="CoverageRangeM">Horizontal range in which it should see targets, m; 0 means the whole area.</param>
/// <param name="ScanPeriodUs">Microseconds between two scans.</param>
public sealed record SensorEntry(
    string Id,
    string Kind,
    PublicKey Key,
    MeasuredAxes Axes,
    double SigmaPositionM,
    double SigmaPositionCapM,
    double SigmaVelocityMps,
    double BoundK,
    double BiasCapM,
    double DetectionProbability,
    GeodeticPosition Position,
    double CoverageRangeM,
    long ScanPeriodUs);
