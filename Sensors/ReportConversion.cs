using System.Globalization;
using System.Text;
using C3Fusion.Fusion;
using C3Fusion.Rosters;

namespace C3Fusion.Sensors;

/// <summary>From a scan to the tracker's input.</summary>
public static class ReportConversion
{
    /// <summary>Appends one report for each track of <paramref name="scan"/>, in its order.</summary>
    /// <remarks>Axes that the roster does not register for the sensor are dropped: a sensor counts on what it measures alone.</remarks>
    /// <param name="scan">A verified scan.</param>
    /// <param name="sensorIndex">Index of the sensor in the roster.</param>
    /// <param name="axes">What the roster says that it measures.</param>
    /// <param name="receivedUs">Time of arrival, or slot time in the agreed input; microseconds.</param>
    /// <param name="reports">Receives the reports.</param>
    public static void Append(SensorScan scan, int sensorIndex, MeasuredAxes axes, long receivedUs, List<TrackReport> reports)
    {
        foreach (ScanTrack track in scan.Tracks)
        {
            reports.Add(new TrackReport(
                scan.Time.Microseconds,
                receivedUs,
                sensorIndex,
                LocalTrackNumber(track.LocalTrack),
                Measured(track.Position, axes),
                axes.HasFlag(MeasuredAxes.Velocity) ? Measured(track.Velocity, axes) : new Enu(double.NaN, double.NaN, double.NaN),
                track.SigmaPositionM,
                track.SigmaVelocityMps,
                track.Identity.Length == 0 ? 0 : Digest(track.Identity)));
        }
    }

    /// <summary>The number under which the tracker knows a local id: the integer that it spells, else the first 8 bytes of its SHA-256.</summary>
    public static ulong LocalTrackNumber(string localTrack) =>
        ulong.TryParse(localTrack, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            && (localTrack.Length == 1 || localTrack[0] != '0')
            ? number
            : Digest(localTrack);

    private static Enu Measured(Enu value, MeasuredAxes axes)
    {
        bool horizontal = axes.HasFlag(MeasuredAxes.Horizontal), height = axes.HasFlag(MeasuredAxes.Height);
        return new Enu(horizontal ? value.X : double.NaN, horizontal ? value.Y : double.NaN, height ? value.Z : double.NaN);
    }

    private static ulong Digest(string text) => Hash256.Of(Encoding.UTF8.GetBytes(text)).A;
}
