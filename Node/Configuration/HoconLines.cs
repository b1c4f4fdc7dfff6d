using System.Text;

namespace C3Fusion.Node.Configuration;

/// <summary>Finds the line on which each key of a HOCON text stands, which the parser itself does not tell.</summary>
internal sealed class HoconLines
{
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    /// <summary>Reads a whole text.</summary>
    public static HoconLines Read(string text)
    {
        var lines = new HoconLines();
        lines.Scan(text);
        return lines;
    }

    /// <summary>Where the braces do not match: a line and what is wrong; null where they do.</summary>
    public (int Line, string Message)? Imbalance { get; private set; }

    /// <summary>All keys, with their lines.</summary>
    public IReadOnlyDictionary<string, int> Keys => _lines;

    /// <summary>The line of <paramref name="key"/>, or of the nearest parent that stands in the text; 0 where there is none.</summary>
    public int Of(string key)
    {
        for (string at = key; ; at = at[..at.LastIndexOf('.')])
        {
            if (_lines.TryGetValue(at, out int line)) return line;
            if (!at.Contains('.', StringComparison.Ordinal)) return 0;
        }
    }

    private void Scan(string text)
    {
        var path = new Stack<(string Prefix, int Line)>();
        path.Push(("", 0));
        var word = new StringBuilder();
        int line = 1;
        int wordLine = 1;
        bool inValue = false;
        int brackets = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '#' || (c == '/' && i + 1 < text.Length && text[i + 1] == '/' && !inValue))
            {
                while (i + 1 < text.Length && text[i + 1] != '\n') i++;
            }
            else if (c == '"')
            {
                int end = i + 1;
                while (end < text.Length && text[end] is not ('"' or '\n')) end += text[end] == '\\' ? 2 : 1;
                if (!inValue) word.Append(text, i + 1, Math.Max(0, Math.Min(end, text.Length) - i - 1));
                if (end >= text.Length || text[end] == '\n') Imbalance ??= (line, "a quoted text is not closed");
                i = Math.Min(end, text.Length - 1);
            }
            else if (c is '\n' or ',')
            {
                if (brackets == 0) inValue = false;
                if (brackets == 0) word.Clear();
                if (c == '\n') line++;
            }
            else if (c == '[') brackets++;
            else if (c == ']') brackets = Math.Max(0, brackets - 1);
            else if (brackets > 0) continue;
            else if (c is '=' or ':' && !inValue)
            {
                Note(path.Peek().Prefix, word, wordLine);
                inValue = true;
            }
            else if (c == '{')
            {
                string key = Note(path.Peek().Prefix, word, wordLine);
                path.Push((key, line));
                word.Clear();
                inValue = false;
            }
            else if (c == '}')
            {
                if (path.Count == 1) Imbalance ??= (line, "a closing brace without an opening one");
                else path.Pop();
                word.Clear();
                inValue = false;
            }
            else if (!inValue && !char.IsWhiteSpace(c))
            {
                if (word.Length == 0) wordLine = line;
                word.Append(c);
            }
        }

        if (path.Count > 1) Imbalance ??= (path.Peek().Line, "this brace is never closed");
    }

    private string Note(string prefix, StringBuilder word, int line)
    {
        if (word.Length == 0) return prefix;
        string key = prefix.Length == 0 ? word.ToString() : $"{prefix}.{word}";
        _lines[key] = line;
        return key;
    }
}
