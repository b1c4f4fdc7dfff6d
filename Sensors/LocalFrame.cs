using C3Fusion.Fusion;
using C3Fusion.Fusion.Numerics;
using C3Fusion.Rosters;

namespace C3Fusion.Sensors;

/// <summary>The local east-north-up frame of a roster's datum: tangent to the WGS-84 ellipsoid there (EPSG method 9837).</summary>
public sealed class LocalFrame
{
    private const double RadPerDeg = 0.017453292519943295;
    private readonly EcefPosition _origin;
    private readonly double _sinLatitude, _cosLatitude, _sinLongitude, _cosLongitude;

    /// <summary>The frame with its origin at <paramref name="datum"/>.</summary>
    public LocalFrame(GeodeticPosition datum)
    {
        Datum = datum;
        _origin = Geodesy.ToEcef(datum);
        (_sinLatitude, _cosLatitude) = DeterministicMath.SinCos(datum.LatitudeDeg * RadPerDeg);
        (_sinLongitude, _cosLongitude) = DeterministicMath.SinCos(datum.LongitudeDeg * RadPerDeg);
    }

    /// <summary>The origin.</summary>
    public GeodeticPosition Datum { get; }

    /// <summary>East-north-up position, m, of a geodetic one.</summary>
    public Enu ToLocal(GeodeticPosition position)
    {
        EcefPosition point = Geodesy.ToEcef(position);
        double x = point.X - _origin.X, y = point.Y - _origin.Y, z = point.Z - _origin.Z;
        double outward = (_cosLongitude * x) + (_sinLongitude * y);
        return new Enu(
            (_cosLongitude * y) - (_sinLongitude * x),
            (_cosLatitude * z) - (_sinLatitude * outward),
            (_cosLatitude * outward) + (_sinLatitude * z));
    }

    /// <summary>Geodetic position of an east-north-up one, m.</summary>
    public GeodeticPosition ToGeodetic(Enu position)
    {
        double outward = (_cosLatitude * position.Z) - (_sinLatitude * position.Y);
        return Geodesy.ToGeodetic(new EcefPosition(
            _origin.X + ((_cosLongitude * outward) - (_sinLongitude * position.X)),
            _origin.Y + ((_sinLongitude * outward) + (_cosLongitude * position.X)),
            _origin.Z + ((_cosLatitude * position.Y) + (_sinLatitude * position.Z))));
    }
}
