using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace C3Fusion.Rosters;

/// <summary>
/// The file form of a roster, <c>roster.json</c>: what people write and read. Its canonical bytes (<see cref="RosterBytes"/>) are
/// what is hashed and signed, so spaces, order of fields and ways to write a number change nothing.
/// </summary>
/// <remarks>A field that is not known is refused: a misspelt bound that silently took its default would be worse than an error.</remarks>
public static class RosterJson
{
    /// <summary>Longest file, bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The bytes of a roster file.</summary>
    /// <param name="roster">The roster.</param>
    /// <param name="signed">The same roster with its signature, or null: then the file is a draft.</param>
    public static byte[] Write(Roster roster, SignedRoster? signed = null)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            RosterJsonWriter.WriteFields(json, roster);
            if (signed is not null)
            {
                json.WriteString("authority", signed.Authority.ToString());
                json.WriteString("signature", Convert.ToHexStringLower(signed.Signature.AsSpan()));
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a roster file.</summary>
    /// <param name="utf8">The file; a byte order mark is skipped.</param>
    /// <param name="signed">The signed roster, or null where the file is a draft. Whether the signature holds is not checked here.</param>
    /// <returns>The roster; it breaks no rule.</returns>
    /// <exception cref="RosterFormatException">It is no roster or breaks a rule.</exception>
    public static Roster Read(ReadOnlyMemory<byte> utf8, out SignedRoster? signed)
    {
        if (utf8.Length > MaxBytes) throw new RosterFormatException($"the file has {utf8.Length} bytes; a roster has at most {MaxBytes}");
        if (utf8.Span.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 8 });
            return Read(new JsonFields(document.RootElement, ""), out signed);
        }
        catch (JsonException broken)
        {
            throw new RosterFormatException($"line {broken.LineNumber + 1}: not JSON: {FirstSentence(broken.Message)}", broken);
        }
        catch (InvalidOperationException broken)
        {
            // How the JSON library reports a text that is no Unicode: bad UTF-8, half of a surrogate pair.
            throw new RosterFormatException("a text in the file is not valid Unicode", broken);
        }
    }

    /// <summary>Reads a JSON list of sensors, each as in a roster file; sorted by id.</summary>
    /// <exception cref="RosterFormatException">It is none. The sensors' numbers are checked with the roster.</exception>
    public static ImmutableArray<SensorEntry> ReadSensors(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > MaxBytes) throw new RosterFormatException($"the file has {utf8.Length} bytes; a list of sensors has at most {MaxBytes}");
        if (utf8.Span.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Array) throw new RosterFormatException("the file must be a list of sensors: [ { \"id\": ... }, ... ]");
            return [.. document.RootElement.EnumerateArray().Select((element, i) => ReadSensor(new JsonFields(element, $"[{i}]"))).OrderBy(sensor => sensor.Id, StringComparer.Ordinal)];
        }
        catch (JsonException broken)
        {
            throw new RosterFormatException($"line {broken.LineNumber + 1}: not JSON: {FirstSentence(broken.Message)}", broken);
        }
        catch (InvalidOperationException broken)
        {
            // How the JSON library reports a text that is no Unicode: bad UTF-8, half of a surrogate pair.
            throw new RosterFormatException("a text in the file is not valid Unicode", broken);
        }
    }

    private static Roster Read(JsonFields fields, out SignedRoster? signed)
    {
        JsonFields timing = fields.Object("timing");
        var roster = new Roster(
            fields.Text("cluster"),
            fields.Whole("epoch"),
            [.. fields.Array("nodes").Select(ReadNode)],
            [.. fields.Array("sensors").Select(ReadSensor)],
            (int)fields.Whole("f_n", 0, ushort.MaxValue),
            (int)fields.Whole("f_s", 0, ushort.MaxValue),
            (int)fields.Whole("d", 0, ushort.MaxValue),
            new SlotTiming(new Instant(timing.Whole("start_us")), timing.Whole("period_us"), timing.Whole("round_us"), timing.Whole("clock_guard_us")),
            ReadPosition(fields.Object("datum")),
            fields.Number("max_acceleration_mps2"));
        timing.RefuseOthers();
        PublicKey? authority = fields.Has("authority") ? ReadKey(fields, "authority") : null;
        ImmutableArray<byte>? signature = fields.Has("signature") ? [.. fields.Hex("signature", Ed25519Signer.SignatureLength)] : null;
        fields.RefuseOthers();
        if (authority is null != signature is null) throw new RosterFormatException("authority and signature belong together: both or none");
        IReadOnlyList<string> violations = RosterRules.Violations(roster);
        if (violations.Count > 0) throw new RosterFormatException(string.Join("; ", violations));
        signed = authority is null ? null : new SignedRoster(roster, authority.Value, signature!.Value);
        return roster;
    }

    private static NodeEntry ReadNode(JsonFields fields)
    {
        var node = new NodeEntry(fields.Text("name"), ReadKey(fields, "key"));
        fields.RefuseOthers();
        return node;
    }

    private static SensorEntry ReadSensor(JsonFields fields)
    {
        double sigma = fields.Number("sigma_pos_m");
        var sensor = new SensorEntry(
            fields.Text("id"),
            fields.Text("kind"),
            ReadKey(fields, "key"),
            fields.Has("axes") ? ReadAxes(fields) : MeasuredAxes.All,
            sigma,
            fields.NumberOr("sigma_pos_cap_m", 10 * sigma),
            fields.Number("sigma_vel_mps"),
            fields.NumberOr("bound_k", 4),
            fields.NumberOr("bias_cap_m", 0),
            fields.NumberOr("pd", 0.9),
            fields.Has("position") ? ReadPosition(fields.Object("position")) : default,
            fields.NumberOr("coverage_m", 0),
            fields.WholeOr("scan_period_us", 1_000_000));
        fields.RefuseOthers();
        return sensor;
    }

    private static MeasuredAxes ReadAxes(JsonFields fields)
    {
        MeasuredAxes axes = MeasuredAxes.None;
        foreach (string name in fields.Texts("axes"))
        {
            axes |= name switch
            {
                "horizontal" => MeasuredAxes.Horizontal,
                "height" => MeasuredAxes.Height,
                "velocity" => MeasuredAxes.Velocity,
                _ => throw new RosterFormatException($"{fields.Path}axes: \"{name}\" is none of horizontal, height, velocity"),
            };
        }

        return axes;
    }

    private static GeodeticPosition ReadPosition(JsonFields fields)
    {
        var position = new GeodeticPosition(fields.Number("lat"), fields.Number("lon"), fields.NumberOr("height_m", 0));
        fields.RefuseOthers();
        return position;
    }

    private static PublicKey ReadKey(JsonFields fields, string name) => PublicKey.Read(fields.Hex(name, PublicKey.Length));

    private static string FirstSentence(string message)
    {
        int end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message : message[..(end + 1)];
    }
}
