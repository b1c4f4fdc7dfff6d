using System.Text.Json;
using Xunit;

namespace C3Fusion.Fusion.Tests;

/// <summary>Vectors and recordings beside the repository, in <c>../shared/data</c>; a test without them is skipped.</summary>
internal static class SharedFiles
{
    /// <summary>The full path of a file or folder below <c>../shared/data</c>; skips the test where it is absent.</summary>
    public static string Path(string relative)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "C3Fusion.sln"))) folder = System.IO.Path.GetDirectoryName(folder);
        string path = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder ?? ".", "..", "shared", "data", relative));
        if (!File.Exists(path) && !Directory.Exists(path)) Assert.Skip($"../shared/data/{relative} is not here");
        return path;
    }

    /// <summary>A JSON file below <c>../shared/data</c>.</summary>
    public static JsonElement Json(string relative) => JsonDocument.Parse(File.ReadAllBytes(Path(relative))).RootElement;
}
