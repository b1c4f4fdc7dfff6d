using C3Fusion.Fusion;
using C3Fusion.Rosters;
using CsCheck;
using Xunit;

namespace C3Fusion.Sensors.Tests;

public sealed class GeodesyTests
{
    [Theory]
    [InlineData(0, 0, 0, 6378137, 0, 0)]
    [InlineData(0, 90, 0, 0, 6378137, 0)]
    [InlineData(90, 0, 0, 0, 0, 6356752.314245179)]
    [InlineData(-90, 0, 1000, 0, 0, -6357752.314245179)]
    // 40-digit evaluation of the closed formula.
    [InlineData(51.5, -0.25, 3000, 3980478.1829305798, -17368.222746274825, 4970710.2817615857)]
    [InlineData(-33.8567844, 151.213108, 20, -4646886.3603019359, 2553263.1624305855, -3533276.8329302117)]
    [InlineData(27.988056, 86.925278, 8848.86, 302742.71109021899, 5636029.9826080986, 2979489.1791653735)]
    public void Known_points_on_and_above_the_ellipsoid(double latitude, double longitude, double height, double x, double y, double z)
    {
        EcefPosition position = Geodesy.ToEcef(new GeodeticPosition(latitude, longitude, height));
        Assert.Equal(x, position.X, 6e-9 * 1e3);
        Assert.Equal(y, position.Y, 6e-9 * 1e3);
        Assert.Equal(z, position.Z, 6e-9 * 1e3);
    }

    [Fact]
    public void The_worked_example_of_drake_2002()
    {
        // S. P. Drake, Converting GPS coordinates to navigation coordinates, DSTO-TN-0432: Los Angeles, to 0.1 m.
        EcefPosition position = Geodesy.ToEcef(new GeodeticPosition(34.00000048, -117.3335693, 251.702));
        Assert.Equal(-2430601.8, position.X, 0.06);
        Assert.Equal(-4702442.7, position.Y, 0.06);
        Assert.Equal(3546587.4, position.Z, 0.06);
    }

    [Fact]
    public void Local_coordinates_of_known_points()
    {
        // 40-digit evaluation; and a point 1 km away in azimuth 33 and elevation 70 degrees, rounded to 7 decimals of a degree.
        Near(new Enu(104197.76352280046, -82407.096651152857, 1618.5130685530787), Local(51.5, -0.25, 3000, 52.25, -1.75, 0), 1e-8);
        Near(new Enu(186.277521, 286.842228, 939.692621), Local(42.0025818, -81.9977519, 1139.7018, 42, -82, 200), 0.02);
    }

    [Fact]
    public void Geodetic_positions_come_back_from_the_centre_of_the_earth() =>
        Gen.Select(Gen.Double[-90, 90], Gen.Double[-180, 180], Gen.Double[-10_000, 2_000_000]).Sample((latitude, longitude, height) =>
        {
            EcefPosition there = Geodesy.ToEcef(new GeodeticPosition(latitude, longitude, height));
            EcefPosition again = Geodesy.ToEcef(Geodesy.ToGeodetic(there));
            return Math.Abs(again.X - there.X) < 1e-6 && Math.Abs(again.Y - there.Y) < 1e-6 && Math.Abs(again.Z - there.Z) < 1e-6;
        });

    [Fact]
    public void Local_positions_come_back_from_geodetic_ones() =>
        Gen.Select(Gen.Double[-89, 89], Gen.Double[-180, 180], Gen.Double[-3e5, 3e5].Array[2], Gen.Double[-100, 20_000]).Sample((latitude, longitude, plane, up) =>
        {
            var frame = new LocalFrame(new GeodeticPosition(latitude, longitude, 0));
            var there = new Enu(plane[0], plane[1], up);
            return (frame.ToLocal(frame.ToGeodetic(there)) - there).Length < 1e-6;
        });

    private static Enu Local(double latitude, double longitude, double height, double latitude0, double longitude0, double height0) =>
        new LocalFrame(new GeodeticPosition(latitude0, longitude0, height0)).ToLocal(new GeodeticPosition(latitude, longitude, height));

    private static void Near(Enu expected, Enu actual, double metres) => Assert.InRange((actual - expected).Length, 0, metres);
}
