using System.Text;

namespace C3Fusion.Node.Storage;

/// <summary>What only an operator may lift: a node that must sign nothing more, and irreversible plans that wait. Files in the box's state directory that outlast every restart.</summary>
/// <remarks>
/// <c>STOPPED</c>: the node signed what a certificate contradicts, or its key is in other hands. No box that holds this file starts.
/// <c>FROZEN</c>: two decisions may both be true somewhere; irreversible plans are not acted on. Each holds the reason, one
/// line for each time. Removing the file lifts it, at the next start.
/// </remarks>
internal sealed class OperatorHold
{
    private const int MaxLines = 32;

    private readonly Lock _gate = new();
    private readonly string _stopped;
    private readonly string _frozen;

    /// <summary>The hold of the box whose state lives in <paramref name="directory"/>.</summary>
    public OperatorHold(string directory)
    {
        string folder = Directory.CreateDirectory(Path.GetFullPath(directory)).FullName;
        (_stopped, _frozen) = (Path.Combine(folder, "STOPPED"), Path.Combine(folder, "FROZEN"));
    }

    /// <summary>Where the reasons of a stop stand.</summary>
    public string StoppedFile => _stopped;

    /// <summary>Why this node must sign nothing more, or null. A file that cannot be read counts.</summary>
    public string? Stopped => Reason(_stopped);

    /// <summary>Why irreversible plans wait, or null.</summary>
    public string? Frozen => Reason(_frozen);

    /// <summary>The node must sign nothing more; durable when it returns.</summary>
    /// <exception cref="IOException">The medium refused.</exception>
    public void Stop(string reason) => Add(_stopped, reason);

    /// <summary>Irreversible plans wait; durable when it returns.</summary>
    /// <exception cref="IOException">The medium refused.</exception>
    public void Freeze(string reason) => Add(_frozen, reason);

    private void Add(string path, string reason)
    {
        lock (_gate)
        {
            string[] before = File.Exists(path) ? File.ReadAllLines(path) : [];
            string line = $"{DateTime.UtcNow:O} {reason.ReplaceLineEndings(" ")}";
            DurableFile.Write(path, Encoding.UTF8.GetBytes(string.Join('\n', [.. before.Take(MaxLines - 1), line]) + "\n"));
        }
    }

    private static string? Reason(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return File.ReadLines(path).FirstOrDefault() ?? "without a reason";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }
}
