using System.Globalization;
using System.Text.Json;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>Reads the vectors in <c>../shared/data</c>; a test that needs a file that is not there is skipped with a message.</summary>
internal static class SharedData
{
    public static JsonElement Read(string path)
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "C3Fusion.sln"))) root = Path.GetDirectoryName(root);
        // A linked working tree may lie one folder deeper than the project's own.
        string? shared = null;
        for (string? above = Path.GetDirectoryName(root); above is not null && shared is null; above = Path.GetDirectoryName(above))
        {
            string candidate = Path.Combine(above, "shared", "data", path);
            if (File.Exists(candidate)) shared = candidate;
        }

        Assert.SkipUnless(shared is not null, $"../shared/data/{path} is not here");
        return JsonDocument.Parse(File.ReadAllText(shared!)).RootElement;
    }

    public static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => double.Parse(value.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture),
        JsonValueKind.Object => value.GetProperty("double").GetDouble(),
        _ => throw new FormatException(value.ToString()),
    };

    public static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(Number)];

    public static int[] Indices(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetInt32())];

    public static Fusion.Estimators.Interval Interval(JsonElement pair) => new(Number(pair[0]), Number(pair[1]));

    public static Fusion.Estimators.Interval? IntervalOrNull(JsonElement pair) => pair.ValueKind == JsonValueKind.Null ? null : Interval(pair);

    public static Fusion.Estimators.Interval[] Intervals(JsonElement list) => [.. list.EnumerateArray().Select(Interval)];
}
