using System.IO.Compression;
using System.Text.Json;

namespace C3Fusion.Fusion.Tests.Exercises;

/// <summary>An exercise as it stands in files, recorded or generated, read without the generator's help.</summary>
internal sealed class ExerciseFolder
{
    public sealed record Report(double Time, double Received, string Sensor, long Local, Enu Position, Enu Velocity, double ClaimedSigmaM);

    public sealed record Truth(double Time, long Id, Enu Position, Enu Velocity);

    private ExerciseFolder(Report[] reports, Truth[] truth, JsonElement sensors, JsonElement answer)
    {
        Reports = reports;
        States = truth;
        Sensors = sensors;
        Answer = answer;
    }

    public Report[] Reports { get; }

    public Truth[] States { get; }

    public JsonElement Sensors { get; }

    public JsonElement Answer { get; }

    public static ExerciseFolder Read(string folder) => new(
        [.. Lines(Path.Combine(folder, "reports.jsonl.gz")).Select(e => new Report(Number(e, "t"), Number(e, "rx"), e.GetProperty("s").GetString()!, e.GetProperty("k").GetInt64(), Position(e), Velocity(e), Number(e, "sg")))],
        [.. Lines(Path.Combine(folder, "truth.jsonl.gz")).Select(e => new Truth(Number(e, "t"), e.GetProperty("id").GetInt64(), Position(e), Velocity(e)))],
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "sensors.json"))).RootElement,
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "answer.json"))).RootElement);

    /// <summary>The true state that a report is of: the nearest one at its time within a range, or null for clutter.</summary>
    public Func<Report, Truth?> Identify(double range)
    {
        var byTime = States.GroupBy(s => s.Time).ToDictionary(g => g.Key, g => g.ToArray());
        return report =>
        {
            Truth? nearest = null;
            double least = range;
            foreach (Truth state in byTime.GetValueOrDefault(report.Time, []))
            {
                double distance = (state.Position - report.Position).Length;
                if (distance < least) (nearest, least) = (state, distance);
            }

            return nearest;
        };
    }

    private static IEnumerable<JsonElement> Lines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line) yield return JsonDocument.Parse(line).RootElement;
    }

    private static Enu Position(JsonElement e) => new(Number(e, "x"), Number(e, "y"), Number(e, "z"));

    private static Enu Velocity(JsonElement e) => new(Number(e, "vx"), Number(e, "vy"), Number(e, "vz"));

    private static double Number(JsonElement e, string name) => e.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : double.NaN;
}
