using System.Security.Cryptography;

namespace C3Fusion.Fuzz.Campaign;

/// <summary>The committed inputs of one decoder: small ones that between them reach what campaigns reached.</summary>
internal static class Corpus
{
    /// <summary>Longest input that is committed, bytes.</summary>
    public const int MaxLength = 4096;

    /// <summary>Folder of the corpus in the source tree.</summary>
    public static string Root { get; } = FindRoot();

    public static IEnumerable<byte[]> Read(string decoder)
    {
        string folder = Path.Combine(Root, decoder);
        if (!Directory.Exists(folder)) return [];
        return Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes);
    }

    public static void Add(string decoder, byte[] input)
    {
        string folder = Path.Combine(Root, decoder);
        Directory.CreateDirectory(folder);
        string name = Convert.ToHexStringLower(SHA256.HashData(input))[..16];
        File.WriteAllBytes(Path.Combine(folder, name + ".bin"), input);
    }

    /// <summary>Keeps the smallest inputs first, as long as each adds coverage.</summary>
    public static IReadOnlyList<byte[]> Minimize(Decoder decoder, IEnumerable<byte[]> inputs)
    {
        var coverage = new CoverageMap();
        var kept = new List<byte[]>();
        foreach (byte[] input in inputs.Where(input => input.Length <= MaxLength).OrderBy(input => input.Length))
        {
            coverage.Clear();
            decoder.Accepts(input);
            if (coverage.TakeNews()) kept.Add(input);
        }

        return kept;
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "C3Fusion.sln"))) return Path.Combine(folder.FullName, "tests", "Fuzz", "Corpus");
        }

        throw new DirectoryNotFoundException("the corpus lies in the source tree, and this program does not");
    }
}
