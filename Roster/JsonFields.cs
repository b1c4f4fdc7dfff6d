using System.Buffers;
using System.Text.Json;

namespace C3Fusion.Rosters;

/// <summary>The fields of one JSON object, each read once by name; errors name the path to the field.</summary>
internal sealed class JsonFields
{
    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    public JsonFields(JsonElement element, string path)
    {
        Path = path.Length == 0 ? "" : path + ".";
        if (element.ValueKind != JsonValueKind.Object) throw new RosterFormatException($"{(path.Length == 0 ? "the file" : path)} must be a JSON object");
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!_fields.TryAdd(property.Name, property.Value)) throw new RosterFormatException($"{Path}{property.Name} stands there twice");
        }
    }

    public string Path { get; }

    public bool Has(string name)
    {
        _known.Add(name);
        return _fields.ContainsKey(name);
    }

    public string Text(string name)
    {
        JsonElement value = Take(name);
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, "a text");
    }

    public long Whole(string name, long least = long.MinValue, long most = long.MaxValue)
    {
        JsonElement value = Take(name);
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out long number)) throw Wrong(name, "a whole number");
        return number >= least && number <= most ? number : throw Wrong(name, $"a whole number from {least} to {most}");
    }

    public long WholeOr(string name, long absent) => Has(name) ? Whole(name) : absent;

    public double Number(string name)
    {
        JsonElement value = Take(name);
        bool good = value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out _) && double.IsFinite(value.GetDouble());
        return good ? value.GetDouble() : throw Wrong(name, "a number");
    }

    public double NumberOr(string name, double absent) => Has(name) ? Number(name) : absent;

    public byte[] Hex(string name, int length)
    {
        string text = Text(name);
        byte[] bytes = new byte[length];
        bool good = text.Length == 2 * length
            && Convert.FromHexString(text, bytes, out int used, out int written) == OperationStatus.Done && used == text.Length && written == length;
        return good ? bytes : throw Wrong(name, $"{2 * length} hexadecimal digits");
    }

    public JsonFields Object(string name) => new(Take(name), Path + name);

    public IEnumerable<JsonFields> Array(string name)
    {
        JsonElement value = Take(name);
        if (value.ValueKind != JsonValueKind.Array) throw Wrong(name, "a list");
        return value.EnumerateArray().Select((element, i) => new JsonFields(element, $"{Path}{name}[{i}]"));
    }

    public IEnumerable<string> Texts(string name)
    {
        JsonElement value = Take(name);
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(element => element.ValueKind != JsonValueKind.String)) throw Wrong(name, "a list of texts");
        return value.EnumerateArray().Select(element => element.GetString()!);
    }

    /// <summary>What was never asked for is not known, and refused.</summary>
    public void RefuseOthers()
    {
        foreach (string name in _fields.Keys.Order(StringComparer.Ordinal))
        {
            if (!_known.Contains(name)) throw new RosterFormatException($"{Path}{name} is not known; known here are: {string.Join(", ", _known)}");
        }
    }

    private JsonElement Take(string name)
    {
        _known.Add(name);
        return _fields.TryGetValue(name, out JsonElement value) ? value : throw new RosterFormatException($"{Path}{name} is missing");
    }

    private RosterFormatException Wrong(string name, string right) => new($"{Path}{name} must be {right}");
}
