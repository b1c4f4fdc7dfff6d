using System.Buffers;
using System.Globalization;
using System.Text.Json;
using C3Fusion.Fusion;
using C3Fusion.Rosters;

namespace C3Fusion.Sensors;

/// <summary>The JSON text of a <see cref="SensorScan"/> (docs/sensors.md).</summary>
/// <remarks>
/// <c>{"sensor":"radar-1","boot":1763815000,"seq":17,"t":1763815123456789,"kind":"tracks","tracks":[{"k":1007,"x":..,"y":..,"z":..,
/// "vx":..,"vy":..,"vz":..,"sg":30,"sv":5,"id":"BAW123"}]}</c>: <c>t</c> in whole microseconds; positions as <c>x y z</c> (local
/// east-north-up of the roster's datum, m) or <c>lat lon alt</c> (WGS-84, degrees, m above the ellipsoid); velocities
/// east-north-up, m/s; <c>sg sv</c> the claimed 1-sigma. Only <c>k</c> and a horizontal position must be there. Unknown
/// members are ignored; a member twice, a nesting beyond <see cref="ScanLimits.JsonDepth"/> and trailing text are refused.
/// </remarks>
public static class ScanJson
{
    /// <summary>The text of <paramref name="scan"/>, positions in the local frame.</summary>
    /// <exception cref="ArgumentException">A position that is not finite: a sensor never publishes what every receiver refuses.</exception>
    public static byte[] Write(SensorScan scan)
    {
        var buffer = new ArrayBufferWriter<byte>(256 + (scan.Tracks.Length * 128));
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("sensor", scan.Sensor);
        json.WriteNumber("boot", scan.Boot);
        json.WriteNumber("seq", scan.Sequence);
        json.WriteNumber("t", scan.Time.Microseconds);
        json.WriteString("kind", scan.Kind);
        json.WriteStartArray("tracks");
        foreach (ScanTrack track in scan.Tracks) Write(json, track);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a scan. Never throws, whatever the bytes are.</summary>
    /// <param name="utf8">The JSON text.</param>
    /// <param name="frame">Where geodetic positions are turned into local ones.</param>
    /// <param name="scan">The scan where the result is <see cref="ScanRefusal.None"/>.</param>
    public static ScanRefusal TryRead(ReadOnlySpan<byte> utf8, LocalFrame frame, out SensorScan? scan)
    {
        var parser = new ScanJsonParser(utf8, frame);
        scan = parser.Parse();
        return parser.Refusal;
    }

    private static void Write(Utf8JsonWriter json, ScanTrack track)
    {
        json.WriteStartObject();
        if (long.TryParse(track.LocalTrack, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= ScanLimits.Integer
            && number.ToString(CultureInfo.InvariantCulture) == track.LocalTrack)
            json.WriteNumber("k", number);
        else
            json.WriteString("k", track.LocalTrack);
        json.WriteNumber("x", track.Position.X);
        json.WriteNumber("y", track.Position.Y);
        WriteMeasured(json, "z", track.Position.Z);
        WriteMeasured(json, "vx", track.Velocity.X);
        WriteMeasured(json, "vy", track.Velocity.Y);
        WriteMeasured(json, "vz", track.Velocity.Z);
        WriteMeasured(json, "sg", track.SigmaPositionM);
        WriteMeasured(json, "sv", track.SigmaVelocityMps);
        if (track.Identity.Length > 0) json.WriteString("id", track.Identity);
        json.WriteEndObject();
    }

    private static void WriteMeasured(Utf8JsonWriter json, string name, double value)
    {
        if (!double.IsNaN(value)) json.WriteNumber(name, value);
    }
}
