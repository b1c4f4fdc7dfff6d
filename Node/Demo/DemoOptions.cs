using System.Collections.Immutable;
using System.Globalization;

namespace C3Fusion.Node.Demo;

/// <summary>What a demo is asked to be.</summary>
/// <param name="DurationUs">How long it runs after its start-up, microseconds.</param>
/// <param name="Seed">Draws everything that is drawn: keys, world, errors, detections.</param>
/// <param name="TruthFile">State vectors in OpenSky's CSV form, or null for the built-in scenario.</param>
/// <param name="Broker">An external broker, or null for the embedded one.</param>
/// <param name="Nodes">n, at least 3.</param>
/// <param name="Traitor">The node that equivocates, or null.</param>
/// <param name="Liars">The sensors that lie.</param>
/// <param name="Lies">The lies, by liar in turn; the last one holds for the rest.</param>
internal sealed record DemoOptions(
    long DurationUs,
    ulong Seed,
    string? TruthFile,
    NetworkAddress? Broker,
    int Nodes,
    string? Traitor,
    ImmutableArray<string> Liars,
    ImmutableArray<string> Lies)
{
    /// <summary>Port of the web picture on the loopback interface; null for none.</summary>
    public int? HttpPort { get; init; }

    /// <summary>What <c>c3fusion demo</c> runs without options, for a minute.</summary>
    public static DemoOptions Default { get; } = new(60_000_000, 1, null, null, 4, "node-4", ["radar-2", "sat-1"], ["bias=5km", "ghost"]);

    /// <summary>Reads a duration: <c>60s</c>, <c>2m</c>, <c>1.5h</c>, or plain seconds.</summary>
    /// <returns>Microseconds, or null where <paramref name="text"/> is no duration above 0 and up to 24 h.</returns>
    public static long? TryParseDuration(string text)
    {
        (string number, double unit) = text.Length == 0 ? ("", 1) : text[^1] switch
        {
            's' => (text.EndsWith("ms", StringComparison.Ordinal) ? text[..^2] : text[..^1], text.EndsWith("ms", StringComparison.Ordinal) ? 1e-3 : 1),
            'm' => (text[..^1], 60),
            'h' => (text[..^1], 3600),
            _ => (text, 1),
        };
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)) return null;
        double seconds = value * unit;
        return seconds is > 0 and <= 86_400 ? (long)(seconds * 1e6) : null;
    }
}
