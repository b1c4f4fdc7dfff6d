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
        new("roster-json", AcceptsRoster, [RosterJson.Write(Roster), RosterJson.Write(Roster, SignedRoster.Sign(Roster, FuzzRoster.NodeKeys[0]))]),
        new("lease-file", AcceptsLease, [Lease()]),
    ];

    private static string LeasePath => Path.Combine(Folder, "lease");

    private static bool AcceptsRoster(byte[] bytes)
    {
        try
        {
            Roster roster = RosterJson.Read(bytes, out SignedRoster? signed);
            byte[] written = RosterJson.Write(roster, signed);
            Roster again = RosterJson.Read(written, out SignedRoster? signedAgain);
            if (!again.Equals(roster) || signedAgain is null != signed is null) throw new BrokenProperty("a roster reads as another after it was written");
            BrokenProperty.UnlessCanonical(written, RosterJson.Write(again, signedAgain));
            return true;
        }
        catch (RosterFormatException)
        {
            return false;
        }
    }

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
