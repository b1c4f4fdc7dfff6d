using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;

namespace C3Fusion.Node.Track;

/// <summary>The one object that <c>--stats</c> prints.</summary>
internal static class TrackStatistics
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Describe(ReportReader reader, Tracker tracker, IReadOnlyList<SensorModel> sensors, TimeSpan elapsed)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            long reports = reader.Usable + reader.UnknownSensor + reader.NonFinite;
            json.WriteStartObject();
            json.WriteNumber("reports", reports);
            WriteRefused(json, reader, tracker);
            json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 6));
            json.WriteNumber("reportsPerSecond", elapsed > TimeSpan.Zero ? Math.Round(reports / elapsed.TotalSeconds) : 0);
            using Process self = Process.GetCurrentProcess();
            json.WriteNumber("peakMemoryMB", Math.Round(self.PeakWorkingSet64 / 1048576.0));
            json.WriteStartArray("accusations");
            foreach (Accusation accusation in tracker.Accusations) Write(json, accusation, sensors);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void WriteRefused(Utf8JsonWriter json, ReportReader reader, Tracker tracker)
    {
        json.WriteStartObject("refused");
        Count(json, "malformed", reader.Malformed);
        Count(json, "unknownSensor", reader.UnknownSensor);
        Count(json, "nonFinite", reader.NonFinite + tracker.Refused(ReportRefusal.NonFinite));
        Count(json, "badSigma", tracker.Refused(ReportRefusal.BadSigma));
        Count(json, "late", tracker.Refused(ReportRefusal.Late));
        Count(json, "future", tracker.Refused(ReportRefusal.Future));
        Count(json, "tooMany", tracker.Refused(ReportRefusal.TooMany));
        Count(json, "duplicate", tracker.Refused(ReportRefusal.Duplicate));
        json.WriteEndObject();
    }

    private static void Count(Utf8JsonWriter json, string reason, long count)
    {
        if (count > 0) json.WriteNumber(reason, count);
    }

    private static void Write(Utf8JsonWriter json, Accusation accusation, IReadOnlyList<SensorModel> sensors)
    {
        json.WriteStartObject();
        json.WriteString("sensor", sensors[accusation.Sensor].Id);
        json.WriteString("kind", accusation.Kind.ToString());
        json.WriteNumber("from", accusation.FromUs / 1e6);
        if (accusation.ToUs is long to) json.WriteNumber("to", to / 1e6);
        else json.WriteNull("to");
        json.WriteString("evidence", accusation.Evidence);
        json.WriteEndObject();
    }
}
