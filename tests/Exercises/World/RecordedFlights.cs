using System.Globalization;
using System.IO.Compression;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Numerics;

namespace C3Fusion.Exercises.World;

/// <summary>True paths of real aircraft from OpenSky state vectors (<c>time,icao24,lat,lon,...</c>, a row per aircraft and 10 s), as truth under simulated sensors.</summary>
/// <remarks>
/// Rows that repeat a position, carry an old one, or contradict the reported speed give no new fix. Between fixes of at most 30 s a cubic Hermite curve
/// through the positions flies on; an aircraft exists in the longest stretch without a larger gap. The frame is a plane
/// about the middle of the file: good enough, since sensors and truth share it.
/// </remarks>
public static class RecordedFlights
{
    private const double EarthRadiusM = 6_371_000, LargestGapS = 30, LargestSpeedErrorMps = 40, Degree = Math.PI / 180;

    private readonly record struct Fix(double Time, Enu Position);

    /// <summary>Reads the flights of a window.</summary>
    /// <param name="path">CSV file, gunzipped where it ends in .gz.</param>
    /// <param name="from">Start of the window after the file's first time, s.</param>
    /// <param name="scans">Length, s.</param>
    public static IReadOnlyList<TargetPath> Read(string path, double from, int scans)
    {
        var fixes = new SortedDictionary<string, List<Fix>>(StringComparer.Ordinal);
        double start = double.NaN;
        foreach (string[] row in Rows(path))
        {
            double time = Number(row[0]), updated = Number(row[14]), height = Number(row[13]);
            if (double.IsNaN(start)) start = time;
            if (row[8] == "True" || double.IsNaN(height) || double.IsNaN(updated)) continue;
            if (!fixes.TryGetValue(row[1], out List<Fix>? flight)) fixes.Add(row[1], flight = []);
            var fix = new Fix(updated - start - from, Local(Number(row[2]), Number(row[3]), height));
            if (flight.Count == 0 || IsNext(flight[^1], fix, Number(row[4]))) flight.Add(fix);
        }

        var paths = new List<TargetPath>();
        foreach (List<Fix> flight in fixes.Values)
        {
            if (Fly(flight, paths.Count, scans) is { } target) paths.Add(target);
        }

        return paths;
    }

    /// <summary>Is this a fix of its own, at a place where the aircraft can have come by its reported speed? Two aircraft of the file jump by kilometres and back.</summary>
    private static bool IsNext(Fix last, Fix fix, double speed)
    {
        double seconds = fix.Time - last.Time, flown = (fix.Position - last.Position).Length;
        return seconds > 1 && flown > 0 && Math.Abs((flown / seconds) - speed) < LargestSpeedErrorMps;
    }

    private static TargetPath? Fly(List<Fix> flight, int id, int scans)
    {
        (int first, int end) = LongestStretch(flight, scans);
        if (end - first < 10) return null;
        var positions = new List<Enu>();
        var velocities = new List<Enu>();
        for (int scan = first; scan < end; scan++)
        {
            (Enu position, Enu velocity) = At(flight, scan);
            positions.Add(position);
            velocities.Add(velocity);
        }

        return new TargetPath(id, first, positions, velocities);
    }

    private static (int First, int End) LongestStretch(List<Fix> flight, int scans)
    {
        (int First, int End) best = (0, 0);
        int begin = 0;
        for (int i = 1; i <= flight.Count; i++)
        {
            if (i < flight.Count && flight[i].Time - flight[i - 1].Time <= LargestGapS) continue;
            int first = Math.Max(0, (int)Math.Ceiling(flight[begin].Time)), end = Math.Min(scans, (int)Math.Floor(flight[i - 1].Time) + 1);
            if (i - begin >= 2 && end - first > best.End - best.First) best = (first, end);
            begin = i;
        }

        return best;
    }

    private static (Enu Position, Enu Velocity) At(List<Fix> flight, double time)
    {
        int i = 0;
        while (i + 2 < flight.Count && flight[i + 1].Time < time) i++;
        Fix a = flight[i], b = flight[i + 1];
        double span = b.Time - a.Time, s = (time - a.Time) / span, s2 = s * s, s3 = s2 * s;
        Enu from = Slope(flight, i) * span, to = Slope(flight, i + 1) * span;
        Enu position = (a.Position * ((2 * s3) - (3 * s2) + 1)) + (from * (s3 - (2 * s2) + s)) + (b.Position * ((3 * s2) - (2 * s3))) + (to * (s3 - s2));
        Enu velocity = ((a.Position * ((6 * s2) - (6 * s))) + (from * ((3 * s2) - (4 * s) + 1)) + (b.Position * ((6 * s) - (6 * s2))) + (to * ((3 * s2) - (2 * s)))) * (1 / span);
        return (position, velocity);
    }

    /// <summary>Velocity at a fix: the slope between its neighbours, as far as they are in the same stretch.</summary>
    private static Enu Slope(List<Fix> flight, int i)
    {
        int before = i > 0 && flight[i].Time - flight[i - 1].Time <= LargestGapS ? i - 1 : i;
        int after = i + 1 < flight.Count && flight[i + 1].Time - flight[i].Time <= LargestGapS ? i + 1 : i;
        return (flight[after].Position - flight[before].Position) * (1 / (flight[after].Time - flight[before].Time));
    }

    private static Enu Local(double latitude, double longitude, double height) => new(
        (longitude + 1.7) * Degree * EarthRadiusM * DeterministicMath.Cos(52.25 * Degree),
        (latitude - 52.25) * Degree * EarthRadiusM,
        height);

    private static IEnumerable<string[]> Rows(string path)
    {
        Stream file = File.OpenRead(path);
        using var reader = new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        reader.ReadLine();
        while (reader.ReadLine() is { } line) yield return line.Split(',');
    }

    private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
}
