using C3Fusion.Rosters;

namespace C3Fusion.Node.RosterFiles;

/// <summary>Reads and writes <c>roster.json</c>.</summary>
internal static class RosterFile
{
    /// <summary>The roster in a file, signed or a draft.</summary>
    /// <exception cref="FormatException">The file holds none; the message names the file.</exception>
    public static Roster Read(string path, out SignedRoster? signed)
    {
        byte[] bytes = BoundedFile.Read(path, RosterJson.MaxBytes) ?? throw new FormatException($"{path}: too long for a roster");
        try
        {
            return RosterJson.Read(bytes, out signed);
        }
        catch (RosterFormatException wrong)
        {
            throw new FormatException($"{path}: {wrong.Message}", wrong);
        }
    }

    /// <summary>Writes a roster, whole or not at all.</summary>
    public static void Write(string path, Roster roster, SignedRoster? signed)
    {
        string draft = path + ".new";
        File.WriteAllBytes(draft, RosterJson.Write(roster, signed));
        File.Move(draft, path, overwrite: true);
    }
}
