using C3Fusion.Node.Storage;
using C3Fusion.Rosters;

namespace C3Fusion.Fuzz.Targets;

/// <summary>Decoders of files that an operator or a broken disk may hand to a node.</summary>
internal static class FileDecoders
{
    private static readonly Roster Roster = FuzzRoster.Roster;
    private static readonly string Folder = CreateFolder();

    public static IReadOnlyList<Decoder> All { get; } =
    [
        new("lease-file", AcceptsLease, [Lease()]),
    ];

    private static string LeasePath => Path.Combine(Folder, "lease");

    private static bool AcceptsLease(byte[] bytes)
    {
        File.WriteAllBytes(LeasePath, bytes);
        var file = new SlotLeaseFile(LeasePath, Roster.Hash);
        long? slot;
        try
        {
            slot = file.Read();
        }
        catch (FormatException)
        {
            // A damaged lease is refused in words that an operator can act on.
            return false;
        }

        if (slot is null) return false;
        file.Write(slot.Value);
        BrokenProperty.UnlessCanonical(bytes, File.ReadAllBytes(LeasePath));
        return true;
    }

    private static string CreateFolder()
    {
        string folder = Directory.CreateTempSubdirectory("c3fusion-fuzz-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }

    private static byte[] Lease()
    {
        new SlotLeaseFile(LeasePath, Roster.Hash).Write(32);
        return File.ReadAllBytes(LeasePath);
    }
}
