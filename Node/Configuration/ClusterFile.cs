using System.Collections;
using System.Reflection;
using Akka.Configuration;

namespace C3Fusion.Node.Configuration;

/// <summary>A <c>cluster.hocon</c> with the overrides of the environment and, below it, the defaults that ship with the program.</summary>
internal sealed class ClusterFile
{
    private const string Section = "c3fusion";

    private ClusterFile(string source, HoconLines lines, Config config, IReadOnlyDictionary<string, string> overridden)
    {
        (Source, Lines, Config, Overridden) = (source, lines, config, overridden);
    }

    /// <summary>The file's name as it was given.</summary>
    public string Source { get; }

    /// <summary>Where the keys stand.</summary>
    public HoconLines Lines { get; }

    /// <summary>File and environment, without the shipped defaults of <c>c3fusion</c>; <c>akka</c> has them.</summary>
    public Config Config { get; }

    /// <summary>Keys that the environment overrides, with the variable.</summary>
    public IReadOnlyDictionary<string, string> Overridden { get; }

    /// <summary>The <c>cluster.hocon</c> that ships with the program.</summary>
    public static string Shipped { get; } = ReadShipped();

    /// <summary>Reads a file. Adds what is wrong to <paramref name="problems"/> and returns null where nothing can be read.</summary>
    public static ClusterFile? Load(string path, IDictionary environment, List<ConfigProblem> problems)
    {
        try
        {
            return Parse(path, File.ReadAllText(path), environment, problems);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(new ConfigProblem(path, 0, "", $"cannot be read: {error.Message}"));
            return null;
        }
    }

    /// <summary>Reads a text.</summary>
    public static ClusterFile? Parse(string source, string text, IDictionary environment, List<ConfigProblem> problems)
    {
        HoconLines lines = HoconLines.Read(text);
        if (lines.Imbalance is { } wrong)
        {
            problems.Add(new ConfigProblem(source, wrong.Line, "", wrong.Message));
            return null;
        }

        try
        {
            (Config overrides, Dictionary<string, string> overridden) = Overrides(environment);
            Config file = ConfigurationFactory.ParseString(text);
            Config shipped = ConfigurationFactory.ParseString(Shipped);
            Config akka = ConfigurationFactory.ParseString("").WithFallback(shipped.GetConfig("akka")!);
            Config config = overrides.WithFallback(file).WithFallback(akka.Root.IsEmpty ? ConfigurationFactory.Empty : Wrap("akka", shipped));
            return new ClusterFile(source, lines, config, overridden);
        }
        catch (Exception error)
        {
            // The parser's exceptions share no base class; each means that the text is no HOCON.
            problems.Add(new ConfigProblem(source, 0, "", $"is no HOCON: {error.Message}"));
            return null;
        }
    }

    private static Config Wrap(string section, Config whole) =>
        ConfigurationFactory.ParseString($"{section} {{ {whole.GetConfig(section)!.Root} }}");

    /// <summary><c>C3FUSION__MQTT__ADDRESS</c> is <c>c3fusion.mqtt.address</c>; one underscore is a hyphen.</summary>
    private static (Config Config, Dictionary<string, string> Overridden) Overrides(IDictionary environment)
    {
        var overridden = new Dictionary<string, string>(StringComparer.Ordinal);
        Config config = ConfigurationFactory.Empty;
        foreach (DictionaryEntry variable in environment)
        {
            string name = (string)variable.Key;
            if (!name.StartsWith("C3FUSION__", StringComparison.Ordinal) && !name.StartsWith("AKKA__", StringComparison.Ordinal)) continue;
#pragma warning disable CA1308 // keys are lower case
            string key = name.Replace("__", ".", StringComparison.Ordinal).Replace('_', '-').ToLowerInvariant();
#pragma warning restore CA1308
            string value = (string?)variable.Value ?? "";
            string text = value.StartsWith('[') ? value : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
            config = ConfigurationFactory.ParseString($"{key} = {text}").WithFallback(config);
            overridden[key] = name;
        }

        return (config, overridden);
    }

    private static string ReadShipped()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("cluster.hocon")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Keys under <c>c3fusion</c> as the file gives them.</summary>
    public IEnumerable<string> OwnKeys => Lines.Keys.Keys.Where(key => key.StartsWith(Section + ".", StringComparison.Ordinal)).Concat(Overridden.Keys.Where(key => key.StartsWith(Section + ".", StringComparison.Ordinal)));
}
