using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace C3Fusion.Node.Demo;

/// <summary>A sensor that the agreed picture accused of lying.</summary>
/// <param name="Sensor">Its id.</param>
/// <param name="Kind">Of what.</param>
internal sealed record AccusedSensor(string Sensor, string Kind);

/// <summary>An alarm that at least one honest node raised.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Subject">Whom it is about; empty for none.</param>
/// <param name="Slot">The first slot at which it was raised.</param>
/// <param name="Nodes">The honest nodes that raised it.</param>
internal sealed record SummaryAlarm(string Kind, string Subject, long Slot, ImmutableArray<string> Nodes);

/// <summary>How a demo ended: the object that <c>c3fusion demo --json</c> prints (shared form, see docs/operations.md).</summary>
internal sealed record DemoSummary
{
    /// <summary>n.</summary>
    public required int Nodes { get; init; }

    /// <summary>Names of the honest nodes.</summary>
    public required ImmutableArray<string> Honest { get; init; }

    /// <summary>Slots that at least one honest node applied.</summary>
    public required int Slots { get; init; }

    /// <summary>Of those, the slots of which an honest node holds a quorum certificate.</summary>
    public required int SlotsFinal { get; init; }

    /// <summary>No two honest nodes held different decisions of one slot.</summary>
    public required bool DecisionsEqual { get; init; }

    /// <summary>No two honest nodes held different agreed pictures after one slot.</summary>
    public required bool PicturesEqual { get; init; }

    /// <summary>Confirmed tracks in the last agreed picture.</summary>
    public required int TracksPublished { get; init; }

    /// <summary>Tracks that were ever confirmed where nothing was.</summary>
    public required int FalseTracks { get; init; }

    /// <summary>Share of (confirmed track, slot) pairs with a truth whose truth lay in the hard box; null without pairs.</summary>
    public required double? Containment { get; init; }

    /// <summary>(Assured track, slot) pairs whose hard box held no truth.</summary>
    public required int AssuredOutside { get; init; }

    /// <summary>Sensors that the agreed picture accused.</summary>
    public required ImmutableArray<AccusedSensor> Accused { get; init; }

    /// <summary>Nodes proved to equivocate.</summary>
    public required ImmutableArray<string> Equivocators { get; init; }

    /// <summary>Plans that every honest node saw committed.</summary>
    public required int PlansCommitted { get; init; }

    /// <summary>Alarms.</summary>
    public required ImmutableArray<SummaryAlarm> Alarms { get; init; }

    /// <summary>Median time from a scan's publication to the agreed track that contains it, ms; null without scans.</summary>
    public required double? LatencyP50Ms { get; init; }

    /// <summary>The 99th percentile of the same.</summary>
    public required double? LatencyP99Ms { get; init; }

    /// <summary>Slots in which an honest node abstained, summed over the honest nodes.</summary>
    public required long SlotsAbstained { get; init; }

    /// <summary>The first of them: node, slot and why.</summary>
    public required ImmutableArray<string> Abstentions { get; init; }

    /// <summary>Longest lateness of a node's round deadline, ms: what the machine's own stalls took from the rounds.</summary>
    public required double WorstWakeMs { get; init; }

    /// <summary>Longest step of a replica, ms.</summary>
    public required double WorstStepMs { get; init; }

    /// <summary>Payloads that the honest nodes' ingest refused, by reason, summed.</summary>
    public required ImmutableSortedDictionary<string, long> Refused { get; init; }

    /// <summary>Scans that the broker took from the sensors.</summary>
    public required long ScansPublished { get; init; }

    /// <summary>Scans that the broker did not take.</summary>
    public required long ScansLost { get; init; }

    /// <summary>Frames between nodes that the jammer took.</summary>
    public required long FramesJammed { get; init; }

    /// <summary>Why the check failed; empty where it held.</summary>
    public required ImmutableArray<string> Failures { get; init; }

    /// <summary>0 where every check held, else 1.</summary>
    public int ExitCode => Failures.IsEmpty ? Node.ExitCode.Ok : Node.ExitCode.CheckFailed;

    /// <summary>The one line of <c>--json</c>.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("nodes", Nodes);
            Strings(json, "honest", Honest);
            json.WriteNumber("slots", Slots);
            json.WriteNumber("slotsFinal", SlotsFinal);
            json.WriteBoolean("decisionsEqual", DecisionsEqual);
            json.WriteBoolean("picturesEqual", PicturesEqual);
            json.WriteNumber("tracksPublished", TracksPublished);
            json.WriteNumber("falseTracks", FalseTracks);
            Number(json, "containment", Containment);
            json.WriteStartArray("accused");
            foreach (AccusedSensor accused in Accused)
            {
                json.WriteStartObject();
                json.WriteString("sensor", accused.Sensor);
                json.WriteString("kind", accused.Kind);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            Strings(json, "equivocators", Equivocators);
            json.WriteNumber("plansCommitted", PlansCommitted);
            WriteAlarms(json);
            json.WriteStartObject("latencyMs");
            Number(json, "p50", LatencyP50Ms);
            Number(json, "p99", LatencyP99Ms);
            json.WriteEndObject();
            json.WriteNumber("assuredOutside", AssuredOutside);
            json.WriteNumber("slotsAbstained", SlotsAbstained);
            Strings(json, "abstentions", Abstentions);
            json.WriteNumber("worstWakeMs", WorstWakeMs);
            json.WriteNumber("worstStepMs", WorstStepMs);
            json.WriteStartObject("refused");
            foreach ((string reason, long count) in Refused) json.WriteNumber(reason, count);
            json.WriteEndObject();
            json.WriteNumber("scansPublished", ScansPublished);
            json.WriteNumber("scansLost", ScansLost);
            json.WriteNumber("framesJammed", FramesJammed);
            Strings(json, "failures", Failures);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private void WriteAlarms(Utf8JsonWriter json)
    {
        json.WriteStartArray("alarms");
        foreach (SummaryAlarm alarm in Alarms)
        {
            json.WriteStartObject();
            json.WriteString("kind", alarm.Kind);
            json.WriteString("subject", alarm.Subject);
            json.WriteNumber("slot", alarm.Slot);
            Strings(json, "nodes", alarm.Nodes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
