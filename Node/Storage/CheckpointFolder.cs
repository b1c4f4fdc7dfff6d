using C3Fusion.Replica.Checkpoints;
using C3Fusion.Rosters;
using Serilog;

namespace C3Fusion.Node.Storage;

/// <summary>Where an operator puts checkpoints of the authority: each file is read once. What is none is named in the log and left alone.</summary>
internal sealed class CheckpointFolder
{
    private const int MostFiles = 64;

    private readonly string _folder;
    private readonly Roster _roster;
    private readonly ILogger _log;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>The files <c>*.checkpoint</c> in <paramref name="folder"/>, which need not exist.</summary>
    public CheckpointFolder(string folder, Roster roster, ILogger log) => (_folder, _roster, _log) = (folder, roster, log);

    /// <summary>Checkpoints that were not read before; their signatures are not checked yet.</summary>
    public IReadOnlyList<Checkpoint> TakeNew()
    {
        var found = new List<Checkpoint>();
        try
        {
            if (!Directory.Exists(_folder)) return found;
            foreach (string path in Directory.EnumerateFiles(_folder, "*.checkpoint").Take(MostFiles).Order(StringComparer.Ordinal))
            {
                if (_read.Add(path) && Read(path) is { } checkpoint) found.Add(checkpoint);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _log.Error(error, "checkpoints cannot be read from {Folder}", _folder);
        }

        return found;
    }

    private Checkpoint? Read(string path)
    {
        bool isShort = new FileInfo(path).Length <= CheckpointBytes.MaxBytes;
        Checkpoint? checkpoint = isShort ? CheckpointBytes.Read(File.ReadAllBytes(path), _roster) : null;
        if (checkpoint is null) _log.Error("{Path} is no checkpoint of this roster", path);
        else _log.Warning("checkpoint of slot {Slot} found in {Path}", checkpoint.Slot, path);
        return checkpoint;
    }
}
