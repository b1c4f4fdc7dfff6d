using System.Text;
using C3Fusion.Fusion;
using C3Fusion.Rosters;
using CsCheck;
using Xunit;

namespace C3Fusion.Sensors.Tests;

public sealed class ScanJsonTests
{
    private const string Head = "\"sensor\":\"radar-1\",\"boot\":1,\"seq\":2,\"t\":3,\"kind\":\"tracks\"";
    private static readonly LocalFrame Frame = new(new GeodeticPosition(52.25, -1.75, 0));

    private static readonly Gen<double> Coordinate = Gen.Double[-1e6, 1e6];
    private static readonly Gen<double> Optional = Gen.OneOf(Gen.Const(double.NaN), Gen.Double[-9e4, 9e4]);
    private static readonly Gen<double> Sigma = Gen.OneOf(Gen.Const(double.NaN), Gen.Double[0.01, 1e5]);

    private static readonly Gen<ScanTrack> AnyTrack = Gen.Select(
        Gen.OneOf(Gen.Long[0, 1L << 60].Select(number => $"{number}"), Gen.String[Gen.Char.AlphaNumeric, 1, 64], Gen.Const("007")),
        Gen.Select(Coordinate, Coordinate, Optional, (x, y, z) => new Enu(x, y, z)),
        Gen.Select(Optional, Optional, Optional, (x, y, z) => new Enu(x, y, z)),
        Sigma,
        Sigma,
        Gen.String[Gen.Char.AlphaNumeric, 0, 32],
        (k, position, velocity, sg, sv, identity) => new ScanTrack(k, position, velocity, sg, sv, identity));

    [Fact]
    public void What_was_written_reads_back() =>
        Gen.Select(Gen.Long[0, ScanLimits.Integer], Gen.Long[0, ScanLimits.Integer], Gen.Long[0, ScanLimits.Integer], AnyTrack.Array[0, 20]).Sample((boot, sequence, time, tracks) =>
        {
            var scan = new SensorScan("sat-3", boot, sequence, new Instant(time), "tracks", [.. tracks]);
            return ScanJson.TryRead(ScanJson.Write(scan), Frame, out SensorScan? back) == ScanRefusal.None
                && back! with { Tracks = [] } == scan with { Tracks = [] } && back.Tracks.SequenceEqual(scan.Tracks);
        });

    [Fact]
    public void Geodetic_positions_become_local_ones()
    {
        ScanTrack track = Assert.Single(Read("""{"k":"a","lat":51.5,"lon":-0.25,"alt":3000}""")!.Tracks);
        Assert.InRange((track.Position - new Enu(104197.76352280046, -82407.096651152857, 1618.5130685530787)).Length, 0, 1e-8);
        ScanTrack flat = Assert.Single(Read("""{"k":"a","lat":51.5,"lon":-0.25}""")!.Tracks);
        Assert.True(double.IsNaN(flat.Position.Z));
        Assert.InRange(Math.Abs(flat.Position.X - 104197.76), 0, 60);
    }

    [Fact]
    public void Unknown_members_and_nulls_are_ignored()
    {
        ScanTrack track = Assert.Single(Read("""{"k":7,"x":1,"y":2,"z":null,"colour":{"r":[1,2]},"vx":null}""")!.Tracks);
        Assert.Equal("7", track.LocalTrack);
        Assert.True(double.IsNaN(track.Position.Z) && double.IsNaN(track.Velocity.X));
    }

    [Theory]
    [InlineData("""{"k":1,"x":NaN,"y":2}""", ScanRefusal.NonFinite)]
    [InlineData("""{"k":1,"x":1,"y": -Infinity}""", ScanRefusal.NonFinite)]
    [InlineData("""{"k":1,"x":"NaN","y":2}""", ScanRefusal.NonFinite)]
    [InlineData("""{"k":1,"x":1e999,"y":2}""", ScanRefusal.NonFinite)]
    [InlineData("""{"k":1,"x":1.1e7,"y":2}""", ScanRefusal.OutOfRange)]
    [InlineData("""{"k":1,"x":1,"y":2,"vx":2e5}""", ScanRefusal.OutOfRange)]
    [InlineData("""{"k":1,"x":1,"y":2,"sg":0}""", ScanRefusal.OutOfRange)]
    [InlineData("""{"k":1,"x":1,"y":2,"sv":-3}""", ScanRefusal.OutOfRange)]
    [InlineData("""{"k":1,"lat":91,"lon":2}""", ScanRefusal.OutOfRange)]
    [InlineData("""{"k":1,"lat":1,"lon":181}""", ScanRefusal.OutOfRange)]
    [InlineData("""{"k":1,"lat":-52.25,"lon":178.25,"alt":0}""", ScanRefusal.OutOfRange)]
    [InlineData("""{"k":-1,"x":1,"y":2}""", ScanRefusal.OutOfRange)]
    [InlineData("""{"k":1,"x":1}""", ScanRefusal.Malformed)]
    [InlineData("""{"x":1,"y":2}""", ScanRefusal.Malformed)]
    [InlineData("""{"k":"","x":1,"y":2}""", ScanRefusal.Malformed)]
    [InlineData("""{"k":1,"x":1,"y":2,"lat":1,"lon":2}""", ScanRefusal.Malformed)]
    [InlineData("""{"k":1,"x":1,"y":2,"alt":5}""", ScanRefusal.Malformed)]
    [InlineData("""{"k":1,"lat":1,"lon":2,"z":5}""", ScanRefusal.Malformed)]
    [InlineData("""{"k":1,"k":2,"x":1,"y":2}""", ScanRefusal.Malformed)]
    [InlineData("""{"k":1,"x":"1","y":2}""", ScanRefusal.Malformed)]
    [InlineData("""{"k":1.5,"x":1,"y":2}""", ScanRefusal.Malformed)]
    [InlineData("""{"k":"a\nb","x":1,"y":2}""", ScanRefusal.Malformed)]
    [InlineData("""{"k":1,"x":1,"y":2,"id":"123456789012345678901234567890123"}""", ScanRefusal.Malformed)]
    [InlineData("""{"k":1,"x":1,"y":2,"deep":[[[[[[[[1]]]]]]]]}""", ScanRefusal.Malformed)]
    [InlineData("""[1]""", ScanRefusal.Malformed)]
    [InlineData("""{"k":1,"x":1,"y":2""", ScanRefusal.Malformed)]
    public void A_track_that_breaks_a_rule_refuses_the_scan(string track, ScanRefusal expected) =>
        Assert.Equal(expected, Judge($"{{{Head},\"tracks\":[{track}]}}"));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"sensor\":\"radar-1\",\"boot\":1,\"seq\":2,\"t\":3,\"tracks\":[]}")]
    [InlineData("{" + Head + ",\"tracks\":[]} {}")]
    [InlineData("{" + Head + ",\"tracks\":[],\"boot\":2}")]
    [InlineData("{" + Head + ",\"tracks\":[],}")]
    [InlineData("{" + Head + ",\"tracks\":{}}")]
    [InlineData("\uFEFF{" + Head + ",\"tracks\":[]}")]
    public void What_is_no_scan_is_malformed(string text) => Assert.Equal(ScanRefusal.Malformed, Judge(text));

    [Fact]
    public void Text_that_is_not_utf8_is_malformed()
    {
        byte[] bytes = Encoding.Latin1.GetBytes("{" + Head + ",\"tracks\":[{\"k\":\"\u00ff\",\"x\":1,\"y\":2}]}");
        Assert.Equal(ScanRefusal.Malformed, ScanJson.TryRead(bytes, Frame, out _));
    }

    [Fact]
    public void One_track_more_than_allowed_refuses_the_scan()
    {
        string Text(int count) => "{" + Head + ",\"tracks\":[" + string.Join(',', Enumerable.Range(0, count).Select(k => $"{{\"k\":{k},\"x\":1,\"y\":2}}")) + "]}";
        Assert.Equal(ScanRefusal.None, Judge(Text(ScanLimits.Tracks)));
        Assert.Equal(ScanRefusal.TooManyTracks, Judge(Text(ScanLimits.Tracks + 1)));
    }

    [Fact]
    public void Only_finite_numbers_within_their_limits_ever_come_out_of_mutated_texts()
    {
        byte[] honest = ScanJson.Write(new SensorScan("radar-1", 1, 2, new Instant(3), "tracks", [
            new ScanTrack("42", new Enu(1000.5, -2000.25, 3000), new Enu(200, -10.5, 0), 30, 5, "BAW123"),
            new ScanTrack("A-1", new Enu(1e6, 2, double.NaN), new Enu(double.NaN, 0, 0), double.NaN, double.NaN, "")]));
        Fuzz.Mutations(honest, TimeSpan.FromSeconds(4)).Run(text =>
            ScanJson.TryRead(text, Frame, out SensorScan? scan) == ScanRefusal.None ? IsSound(scan!) : scan is null);
    }

    private static bool IsSound(SensorScan scan) => scan.Tracks.Length <= ScanLimits.Tracks && scan.Tracks.All(track =>
        Math.Abs(track.Position.X) <= 1e7 && Math.Abs(track.Position.Y) <= 1e7 && !(Math.Abs(track.Position.Z) > 1e7)
        && !double.IsInfinity(track.Velocity.X) && !double.IsInfinity(track.Velocity.Y) && !double.IsInfinity(track.Velocity.Z)
        && !(track.SigmaPositionM <= 0) && track.LocalTrack.Length is >= 1 and <= 64 && track.Identity.Length <= 32);

    private static ScanRefusal Judge(string text) => ScanJson.TryRead(Encoding.UTF8.GetBytes(text), Frame, out _);

    private static SensorScan? Read(string track)
    {
        ScanJson.TryRead(Encoding.UTF8.GetBytes($"{{{Head},\"tracks\":[{track}]}}"), Frame, out SensorScan? scan);
        return scan;
    }
}
