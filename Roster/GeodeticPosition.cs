namespace C3Fusion.Rosters;

/// <summary>A place on the WGS-84 ellipsoid (NGA.STND.0036).</summary>
/// <param name="LatitudeDeg">Geodetic latitude, degrees, -90 to 90, north positive.</param>
/// <param name="LongitudeDeg">Longitude, degrees, -180 to 180, east positive.</param>
/// <param name="HeightM">Height above the ellipsoid, m.</param>
public readonly record struct GeodeticPosition(double LatitudeDeg, double LongitudeDeg, double HeightM);
