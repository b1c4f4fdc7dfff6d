using System.Collections.Immutable;
using System.Globalization;
using Akka.Configuration;
using Serilog.Events;

namespace C3Fusion.Node.Configuration;

/// <summary>Reads typed values from a <see cref="ClusterFile"/>; each thing that is wrong is noted with file, line and key.</summary>
internal sealed class SettingsReader(ClusterFile file, List<ConfigProblem> problems)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Was anything wrong?</summary>
    public bool Failed { get; private set; }

    /// <summary>Notes that <paramref name="key"/> is wrong.</summary>
    public void Wrong(string key, string message)
    {
        Failed = true;
        problems.Add(file.Overridden.TryGetValue(key, out string? variable)
            ? new ConfigProblem($"environment variable {variable}", 0, key, message)
            : new ConfigProblem(file.Source, file.Lines.Of(key), key, message));
    }

    /// <summary>A text that must be there.</summary>
    public string Text(string key)
    {
        _known.Add(key);
        string? text = file.Config.HasPath(key) ? file.Config.GetString(key) : null;
        if (string.IsNullOrEmpty(text)) Wrong(key, "is missing");
        return text ?? "";
    }

    /// <summary>A text that may be absent.</summary>
    public string OptionalText(string key, string absent)
    {
        _known.Add(key);
        return file.Config.HasPath(key) ? file.Config.GetString(key) ?? absent : absent;
    }

    /// <summary>A name as it may stand in a topic.</summary>
    public string Name(string key)
    {
        string name = Text(key);
        if (name.Length > 0 && (name.Length > 32 || name.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))) Wrong(key, $"'{name}' must be 1 to 32 characters of a-z 0-9 -");
        return name;
    }

    /// <summary>A whole number within limits.</summary>
    public int Number(string key, int least, int most, int absent)
    {
        string text = OptionalText(key, absent.ToString(CultureInfo.InvariantCulture));
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most) return number;
        Wrong(key, $"'{text}' must be a whole number from {least} to {most}");
        return absent;
    }

    /// <summary>Yes or no.</summary>
    public bool Flag(string key, bool absent)
    {
        string text = OptionalText(key, absent ? "true" : "false");
        if (text is "true" or "on" or "yes") return true;
        if (text is not ("false" or "off" or "no")) Wrong(key, $"'{text}' must be true or false");
        return false;
    }

    /// <summary>A log level.</summary>
    public LogEventLevel Level(string key)
    {
        string text = OptionalText(key, "information");
        if (Enum.TryParse(text, ignoreCase: true, out LogEventLevel level) && !char.IsAsciiDigit(text[0])) return level;
        Wrong(key, $"'{text}' must be verbose, debug, information, warning or error");
        return LogEventLevel.Information;
    }

    /// <summary>A <c>host:port</c>.</summary>
    public NetworkAddress Address(string key) => Parse(key, Text(key));

    /// <summary>A list of <c>host:port</c> with at least one entry.</summary>
    public ImmutableArray<NetworkAddress> Addresses(string key)
    {
        _known.Add(key);
        IList<string> texts = [];
        try
        {
            texts = file.Config.GetStringList(key);
        }
        catch (Exception)
        {
            // The parser's exceptions share no base class; an empty list is reported below.
        }

        if (texts.Count == 0) Wrong(key, "must be a list of host:port with at least one entry");
        return [.. texts.Select(text => Parse(key, text))];
    }

    /// <summary>The names directly below <paramref name="key"/>, ordered.</summary>
    public ImmutableArray<string> Children(string key)
    {
        _known.Add(key);
        Config? section = file.Config.HasPath(key) ? file.Config.GetConfig(key) : null;
        if (section is null || section.IsEmpty || !section.Root.IsObject()) return [];
        return [.. section.Root.GetObject().Items.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>A key of ours that nothing reads is a slip of the pen.</summary>
    public void RefuseUnknown()
    {
        foreach (string key in file.OwnKeys.Where(key => !_known.Contains(key) && !_known.Any(known => known.StartsWith(key + ".", StringComparison.Ordinal))).ToList())
            Wrong(key, "is no key of C3Fusion");
    }

    private NetworkAddress Parse(string key, string text)
    {
        if (NetworkAddress.TryParse(text) is { } address) return address;
        if (text.Length > 0) Wrong(key, $"'{text}' must be host:port");
        return new NetworkAddress("127.0.0.1", 0);
    }
}
