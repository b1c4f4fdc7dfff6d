using System.IO.Compression;
using System.Text;
using C3Fusion.Rosters;
using C3Fusion.Sim;
using C3Fusion.Sim.Worlds;

namespace C3Fusion.Node.Demo;

/// <summary>The world of a demo: real aircraft from a file of state vectors, or the built-in scenario.</summary>
internal static class DemoWorld
{
    /// <summary>Targets live a little longer than the demo, so that none ends with it.</summary>
    private const long AfterUs = 30_000_000;

    /// <summary>Draws or reads the world; it begins at <paramref name="start"/>.</summary>
    /// <exception cref="FormatException">The file holds no usable aircraft.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static World Of(DemoOptions options, Instant start) => options.TruthFile is { } file
        ? OpenSkyStates.Parse(Lines(file)).Rebase(start, options.DurationUs + AfterUs)
        : BuiltInScenario.Draw(options.Seed, start, options.DurationUs + AfterUs);

    private static IEnumerable<string> Lines(string path)
    {
        using Stream file = File.OpenRead(path);
        using Stream text = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(text, Encoding.UTF8);
        while (reader.ReadLine() is { } line) yield return line;
    }
}
