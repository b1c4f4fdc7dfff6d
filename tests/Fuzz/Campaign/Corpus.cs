namespace C3Fusion.Fuzz.Campaign;

/// <summary>The committed inputs of one decoder: small ones that between them reach what campaigns reached.</summary>
internal static class Corpus
{
    /// <summary>Longest input that is committed, bytes.</summary>
    public const int MaxLength = 2048;

    /// <summary>Folder of the corpus in the source tree.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The inputs of one decoder: a file with one input in hexadecimal digits on each line.</summary>
    public static IReadOnlyList<byte[]> Read(string decoder)
    {
        string file = FileOf(decoder);
        return File.Exists(file) ? [.. File.ReadLines(file).Select(Convert.FromHexString)] : [];
    }

    public static void Write(string decoder, IEnumerable<byte[]> inputs) =>
        File.WriteAllLines(FileOf(decoder), inputs.Select(Convert.ToHexStringLower));

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

    private static string FileOf(string decoder) => Path.Combine(Root, decoder + ".hex");

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "C3Fusion.sln"))) return Path.Combine(folder.FullName, "tests", "Fuzz", "Corpus");
        }

        throw new DirectoryNotFoundException("the corpus lies in the source tree, and this program does not");
    }
}
