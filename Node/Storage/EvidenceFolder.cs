using System.Globalization;
using C3Fusion.Agreement;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using Serilog;

namespace C3Fusion.Node.Storage;

/// <summary>Proofs of guilt as files that <c>c3fusion verify</c> accepts: what an operator shows to anyone. They are in the ledger too; a file is a copy.</summary>
/// <remarks>Bounded by the roster: of each node one file per kind of guilt, of each sensor one.</remarks>
internal sealed class EvidenceFolder
{
    private readonly string _folder;
    private readonly Roster _roster;
    private readonly ILogger _log;

    /// <summary>Files in <paramref name="folder"/>, which is made with the first of them.</summary>
    public EvidenceFolder(string folder, Roster roster, ILogger log) => (_folder, _roster, _log) = (folder, roster, log);

    /// <summary>Keeps the first proof of its kind against a node.</summary>
    public void Keep(Evidence evidence) =>
        Write($"{_roster.Nodes[evidence.Author].Name}-{evidence.Kind.ToString().ToLowerInvariant()}", () => EvidenceFile.Write(evidence, _roster));

    /// <summary>Keeps the first proof against a sensor.</summary>
    public void Keep(ScanEquivocation proof) => Write($"{proof.First.Scan.Sensor}-scans", () => ScanEvidenceFile.Write(proof, _roster));

    private void Write(string name, Func<byte[]> bytes)
    {
        string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{_roster.Hash.ToString()[..12]}-{name}.evidence"));
        try
        {
            if (File.Exists(path)) return;
            Directory.CreateDirectory(_folder);
            File.WriteAllBytes(path, bytes());
            _log.Warning("proof of guilt kept in {Path}", path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _log.Error(error, "a proof of guilt could not be kept in {Path}; it is in the ledger", path);
        }
    }
}
