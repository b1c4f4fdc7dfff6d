using System.Globalization;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Replica.Pictures;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Node.Mqtt;

/// <summary>The flat JSON of one track, with the field names that Node-RED worldmap reads (docs/mqtt.md).</summary>
internal sealed class TrackJson(Roster roster)
{
    /// <summary>Seconds after which a map forgets a track that is not renewed; worldmap takes no less than 20.</summary>
    private const int TimeToLiveS = 20;

    /// <summary>MIL-STD-2525C: air track of unknown affiliation. Identity is carried, never trusted, so it stays unknown.</summary>
    private const string UnknownAirTrack = "SUAP--------";

    private readonly LocalFrame _frame = new(roster.Datum);

    /// <summary>The name of a track: <c>T17</c>.</summary>
    public static string NameOf(in SystemTrack track) => string.Create(CultureInfo.InvariantCulture, $"T{track.Number}");

    /// <summary>The UTF-8 text.</summary>
    public byte[] Write(SystemTrack track, PictureOrigin origin)
    {
        GeodeticPosition place = _frame.ToGeodetic(track.Position);
        return FlatJson.Of(json =>
        {
            json.WriteString("name", NameOf(track));
            json.Rounded("lat", place.LatitudeDeg, 7);
            json.Rounded("lon", place.LongitudeDeg, 7);
            json.Rounded("alt", place.HeightM, 1);
            json.Rounded("speed", Horizontal(track.Velocity), 1);
            json.Rounded("bearing", Bearing(track.Velocity), 1);
            json.WriteNumber("ts", track.TimeUs / 1000);
            json.WriteNumber("ttl", TimeToLiveS);
            json.WriteString("SIDC", UnknownAirTrack);
            json.WriteString("layer", (origin == PictureOrigin.Agreed ? "agreed" : "local") + (track.IsPublished ? "" : "-unconfirmed"));
            json.WriteString("assurance", track.Assurance.ToString());
            json.WriteNumber("n", track.ReadingCount);
            json.WriteNumber("f", track.FaultBound);
            json.WriteNumber("support", track.Support);
            json.WriteNumber("rejected", System.Numerics.BitOperations.PopCount(track.Rejected));
            json.WriteString("rejectedBy", Names(track.Rejected));
            json.WriteString("sensors", Names(track.Sensors));
            json.Rounded("ce", CircleAroundBox(track), 1);
            json.Rounded("x", track.Position.X, 2);
            json.Rounded("y", track.Position.Y, 2);
            json.Rounded("z", track.Position.Z, 2);
            json.Rounded("xLo", track.Low.X, 2);
            json.Rounded("yLo", track.Low.Y, 2);
            json.Rounded("zLo", track.Low.Z, 2);
            json.Rounded("xHi", track.High.X, 2);
            json.Rounded("yHi", track.High.Y, 2);
            json.Rounded("zHi", track.High.Z, 2);
        });
    }

    /// <summary>Radius of the horizontal circle around the position that holds the whole hard box, m.</summary>
    private static double CircleAroundBox(in SystemTrack track)
    {
        double east = Math.Max(track.High.X - track.Position.X, track.Position.X - track.Low.X);
        double north = Math.Max(track.High.Y - track.Position.Y, track.Position.Y - track.Low.Y);
        return Math.Sqrt((east * east) + (north * north));
    }

    private static double Horizontal(Enu velocity) => Math.Sqrt((velocity.X * velocity.X) + (velocity.Y * velocity.Y));

    private static double Bearing(Enu velocity) => ((Math.Atan2(velocity.X, velocity.Y) * (180 / Math.PI)) + 360) % 360;

    private string Names(ulong mask)
    {
        var names = new List<string>();
        for (int i = 0; i < roster.Sensors.Length; i++)
        {
            if ((mask >> i & 1) != 0) names.Add(roster.Sensors[i].Id);
        }

        return string.Join(',', names);
    }
}
