using C3Fusion.Fusion.Numerics;
using C3Fusion.Rosters;

namespace C3Fusion.Sensors;

/// <summary>A point in the earth-centred, earth-fixed frame of WGS-84, m.</summary>
/// <param name="X">Towards latitude 0, longitude 0.</param>
/// <param name="Y">Towards latitude 0, longitude 90 east.</param>
/// <param name="Z">Towards the north pole.</param>
public readonly record struct EcefPosition(double X, double Y, double Z);

/// <summary>The WGS-84 ellipsoid (NGA.STND.0036, table 3.1): geodetic to earth-centred coordinates and back, bit-deterministic.</summary>
public static class Geodesy
{
    /// <summary>a: semi-major axis, m.</summary>
    public const double SemiMajorAxisM = 6378137.0;

    /// <summary>1/f: inverse flattening.</summary>
    public const double InverseFlattening = 298.257223563;

    private const double Flattening = 1 / InverseFlattening;
    private const double SemiMinorAxisM = SemiMajorAxisM * (1 - Flattening);
    private const double EccentricitySquared = Flattening * (2 - Flattening);
    private const double SecondEccentricitySquared = EccentricitySquared / (1 - EccentricitySquared);
    private const double RadPerDeg = 0.017453292519943295;
    private const double DegPerRad = 57.29577951308232;

    /// <summary>Earth-centred position of a geodetic one.</summary>
    public static EcefPosition ToEcef(GeodeticPosition position)
    {
        (double sinLatitude, double cosLatitude) = DeterministicMath.SinCos(position.LatitudeDeg * RadPerDeg);
        (double sinLongitude, double cosLongitude) = DeterministicMath.SinCos(position.LongitudeDeg * RadPerDeg);
        double primeVertical = SemiMajorAxisM / Math.Sqrt(1 - (EccentricitySquared * sinLatitude * sinLatitude));
        double equatorial = (primeVertical + position.HeightM) * cosLatitude;
        double z = ((primeVertical * (1 - EccentricitySquared)) + position.HeightM) * sinLatitude;
        return new EcefPosition(equatorial * cosLongitude, equatorial * sinLongitude, z);
    }

    /// <summary>Geodetic position of an earth-centred one more than 50 km from the centre: within a micrometre for heights up to 10,000 km.</summary>
    /// <remarks>Bowring's iteration on the reduced latitude, "Transformation from spatial to geographical coordinates", Survey Review 23 (1976).</remarks>
    public static GeodeticPosition ToGeodetic(EcefPosition position)
    {
        double p = Math.Sqrt((position.X * position.X) + (position.Y * position.Y));
        double sine = position.Z * SemiMajorAxisM, cosine = p * SemiMinorAxisM; // of the reduced latitude, times a common factor
        double rise = 0, run = 1;
        for (int i = 0; i < 4; i++)
        {
            double length = Math.Sqrt((sine * sine) + (cosine * cosine));
            double s = sine / length, c = cosine / length;
            rise = position.Z + (SecondEccentricitySquared * SemiMinorAxisM * s * s * s);
            run = p - (EccentricitySquared * SemiMajorAxisM * c * c * c);
            sine = rise * (1 - Flattening);
            cosine = run;
        }

        double norm = Math.Sqrt((rise * rise) + (run * run));
        double sinLatitude = rise / norm, cosLatitude = run / norm;
        double height = (p * cosLatitude) + (position.Z * sinLatitude)
            - (SemiMajorAxisM * Math.Sqrt(1 - (EccentricitySquared * sinLatitude * sinLatitude)));
        return new GeodeticPosition(
            DeterministicMath.Atan2(rise, run) * DegPerRad,
            DeterministicMath.Atan2(position.Y, position.X) * DegPerRad,
            height);
    }
}
