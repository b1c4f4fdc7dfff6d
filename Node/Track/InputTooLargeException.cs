namespace C3Fusion.Node.Track;

/// <summary>The input would need more memory than the command takes; the message says what and how much.</summary>
internal sealed class InputTooLargeException(string message) : Exception(message);
