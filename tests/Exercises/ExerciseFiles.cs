using System.IO.Compression;
using System.Text.Json;
using C3Fusion.Exercises.World;
using C3Fusion.Fusion;

namespace C3Fusion.Exercises;

/// <summary>Writes an exercise in the form of the recorded ones: <c>reports.jsonl.gz truth.jsonl.gz sensors.json answer.json</c>.</summary>
public static class ExerciseFiles
{
    private const string Fields = "t=measurement time s; rx=arrival time s; s=sensor; k=sensor-local track id; x,y,z m (local ENU); vx,vy,vz m/s; sg=claimed 1-sigma per position axis m; sv=claimed 1-sigma per velocity axis m/s. z and vz are absent where a sensor has no height. Local id changes after >=3 missed scans. Clutter: single-scan reports with own id.";

    /// <summary>Writes the four files into a folder, which is made.</summary>
    public static void Write(Exercise exercise, string folder)
    {
        Directory.CreateDirectory(folder);
        WriteLines(Path.Combine(folder, "reports.jsonl.gz"), json => exercise.Reports.Select(report => (Action)(() => Report(json, report))));
        WriteLines(Path.Combine(folder, "truth.jsonl.gz"), json => Truth(json, exercise));
        WriteObject(Path.Combine(folder, "sensors.json"), json => Sensors(json, exercise.Settings));
        WriteObject(Path.Combine(folder, "answer.json"), json => Answer(json, exercise));
    }

    private static void WriteLines(string path, Func<Utf8JsonWriter, IEnumerable<Action>> lines)
    {
        using var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        using var buffer = new MemoryStream();
        using var json = new Utf8JsonWriter(buffer);
        foreach (Action line in lines(json))
        {
            json.WriteStartObject();
            line();
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            buffer.WriteByte((byte)'\n');
            buffer.WriteTo(gzip);
            buffer.SetLength(0);
        }
    }

    private static void WriteObject(string path, Action<Utf8JsonWriter> content)
    {
        using FileStream file = File.Create(path);
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        content(json);
        json.WriteEndObject();
    }

    private static void Report(Utf8JsonWriter json, ExerciseReport report)
    {
        json.WriteNumber("t", report.Time);
        json.WriteNumber("rx", report.Received);
        json.WriteString("s", report.Sensor);
        json.WriteNumber("k", report.Local);
        State(json, report.Position, report.Velocity);
        json.WriteNumber("sg", report.ClaimedSigmaM);
        json.WriteNumber("sv", report.ClaimedSigmaMps);
    }

    private static IEnumerable<Action> Truth(Utf8JsonWriter json, Exercise exercise)
    {
        for (int scan = 0; scan < exercise.Settings.Scans; scan++)
        {
            foreach (TargetPath target in exercise.Targets)
            {
                if (!target.IsAlive(scan)) continue;
                int time = scan;
                yield return () =>
                {
                    (Enu position, Enu velocity) = target.At(time);
                    json.WriteNumber("t", (double)time);
                    json.WriteNumber("id", target.Id);
                    State(json, new Enu(Math.Round(position.X, 2), Math.Round(position.Y, 2), Math.Round(position.Z, 2)), new Enu(Math.Round(velocity.X, 2), Math.Round(velocity.Y, 2), 0));
                };
            }
        }
    }

    private static void State(Utf8JsonWriter json, Enu position, Enu velocity)
    {
        json.WriteNumber("x", position.X);
        json.WriteNumber("y", position.Y);
        if (!double.IsNaN(position.Z)) json.WriteNumber("z", position.Z);
        json.WriteNumber("vx", velocity.X);
        json.WriteNumber("vy", velocity.Y);
        if (!double.IsNaN(velocity.Z)) json.WriteNumber("vz", velocity.Z);
    }

    private static void Sensors(Utf8JsonWriter json, ExerciseSettings settings)
    {
        json.WriteNumber("targets", settings.RecordedTruth?.Count ?? settings.Targets + (2 * settings.Pairs));
        json.WriteNumber("scans", settings.Scans);
        json.WriteNumber("dt", 1.0);
        json.WriteNumber("area_m", settings.AreaM);
        json.WriteNumber("pd", settings.RegisteredDetectionProbability);
        json.WriteStartObject("clutter_per_scan");
        json.WriteNumber("radar", settings.RadarClutter);
        json.WriteNumber("satellite", settings.SatelliteClutter);
        json.WriteEndObject();
        json.WriteStartArray("sensors");
        foreach (SensorSpec spec in settings.Sensors)
        {
            json.WriteStartObject();
            json.WriteString("id", spec.Id);
            json.WriteString("kind", spec.Kind);
            json.WriteNumber("sigma_pos_m", spec.SigmaPositionM);
            json.WriteNumber("sigma_vel_mps", spec.SigmaVelocityMps);
            if (spec.BiasCapM is { } cap) json.WriteNumber("bias_cap_m", cap);
            if (settings.RegisteredDetectionProbability != 0.9) json.WriteNumber("pd", settings.RegisteredDetectionProbability);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("fields", Fields);
    }

    private static void Answer(Utf8JsonWriter json, Exercise exercise)
    {
        json.WriteString("attack", exercise.Settings.LieName);
        json.WriteStartArray("liars");
        foreach (string liar in exercise.Settings.Liars) json.WriteStringValue(liar);
        json.WriteEndArray();
        json.WriteNumber("f", exercise.Settings.FaultBound);
        json.WriteNumber("seed", exercise.Settings.Seed);
        json.WriteNumber("reports", exercise.Reports.Count);
        json.WriteString("order", exercise.Settings.Order);
    }
}
