namespace C3Fusion.Node.JsonLines;

/// <summary>A line of input that cannot be used: says what is wrong and what would be right.</summary>
internal sealed class BadLineException(string message) : Exception(message);
