using System.Globalization;

namespace C3Fusion.Node.Configuration;

/// <summary>One thing that is wrong in a configuration: where, and what would be right.</summary>
/// <param name="Source">The file, or the environment variable.</param>
/// <param name="Line">Line in the file, 1-based; 0 where the key stands in no line.</param>
/// <param name="Key">The full key.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record ConfigProblem(string Source, int Line, string Key, string Message)
{
    /// <summary><c>file:line: key: message</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Source}{(Line > 0 ? $":{Line}" : "")}: {(Key.Length > 0 ? Key + ": " : "")}{Message}");
}
