using System.Text.Json;
using C3Fusion.Fusion;

namespace C3Fusion.Node.Track;

/// <summary>What <c>sensors.json</c> registers: the time between scans and the error model of every sensor.</summary>
/// <param name="PeriodUs">Time between scan ends, microseconds.</param>
/// <param name="Sensors">The sensors, in the order of the file.</param>
internal sealed record SensorsFile(long PeriodUs, IReadOnlyList<SensorModel> Sensors)
{
    private const int MaxSensors = 64;

    /// <summary>Reads the file.</summary>
    /// <exception cref="FormatException">It is not what it should be; the message is one line for the user.</exception>
    public static SensorsFile Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return Read(path, document.RootElement);
        }
        catch (JsonException error)
        {
            throw new FormatException($"{path}: line {error.LineNumber + 1}: not JSON: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    private static SensorsFile Read(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new FormatException($"{path}: should be an object with \"dt\" and \"sensors\"");
        double dt = Number(path, root, "dt", "scan period in s", 1);
        if (!(dt is >= 1e-3 and <= 3600)) throw new FormatException($"{path}: \"dt\" should be 0.001 to 3600 s, is {dt}");
        if (!root.TryGetProperty("sensors", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            throw new FormatException($"{path}: \"sensors\" should be a list of {{\"id\":..,\"sigma_pos_m\":..,\"sigma_vel_mps\":..}}");
        var sensors = new List<SensorModel>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonElement element in list.EnumerateArray())
        {
            SensorModel model = Sensor($"{path}: sensor {sensors.Count + 1}", element);
            if (!names.Add(model.Id)) throw new FormatException($"{path}: sensor {sensors.Count + 1}: \"id\" {model.Id} appears twice");
            sensors.Add(model);
        }

        if (sensors.Count is 0 or > MaxSensors) throw new FormatException($"{path}: \"sensors\" should name 1 to {MaxSensors}, names {sensors.Count}");
        return new SensorsFile((long)Math.Round(dt * 1e6), sensors);
    }

    private static SensorModel Sensor(string where, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("id", out JsonElement id) || id.ValueKind != JsonValueKind.String)
            throw new FormatException($"{where}: should be an object with a string \"id\"");
        double sigma = Positive(where, element, "sigma_pos_m", null);
        double sigmaVelocity = Positive(where, element, "sigma_vel_mps", 10);
        double k = Positive(where, element, "bound_k", 4);
        double bias = Number(where, element, "bias_cap_m", "m, at least 0", 0);
        double pd = Positive(where, element, "pd", 0.9);
        if (!(bias >= 0)) throw new FormatException($"{where}: \"bias_cap_m\" should be at least 0, is {bias}");
        if (pd > 1) throw new FormatException($"{where}: \"pd\" should be above 0 and at most 1, is {pd}");
        (Enu centre, double range) = Coverage(where, element);
        return new SensorModel(id.GetString()!, sigma, sigmaVelocity, double.PositiveInfinity, k, bias, pd, centre, range);
    }

    private static (Enu Centre, double RangeM) Coverage(string where, JsonElement sensor)
    {
        if (!sensor.TryGetProperty("coverage", out JsonElement coverage) || coverage.ValueKind != JsonValueKind.Object) return (default, 0);
        double range = Number(where, coverage, "range_m", "m, above 0; or leave \"coverage\" out for the whole area", 0);
        return (new Enu(Number(where, coverage, "x", "m", 0), Number(where, coverage, "y", "m", 0), Number(where, coverage, "z", "m", 0)), Math.Max(0, range));
    }

    private static double Positive(string where, JsonElement element, string name, double? absent)
    {
        double value = Number(where, element, name, "a number above 0", absent);
        return value > 0 && double.IsFinite(value) ? value : throw new FormatException($"{where}: \"{name}\" should be above 0, is {value}");
    }

    private static double Number(string where, JsonElement element, string name, string right, double? absent)
    {
        if (!element.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            return absent ?? throw new FormatException($"{where}: \"{name}\" is missing: {right}");
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number)) return number;
        if (value.ValueKind == JsonValueKind.String && double.TryParse(value.GetString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out number) && double.IsFinite(number)) return number;
        throw new FormatException($"{where}: \"{name}\" should be {right}, is {value.GetRawText()}");
    }
}
