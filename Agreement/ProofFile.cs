using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>How every proof file begins: <c>magic(8) version(1) rosterHash(32)</c>. What follows is the kind's own.</summary>
internal static class ProofFile
{
    /// <summary>Version of the byte form.</summary>
    public const byte FormatVersion = 1;

    /// <summary>A writer that holds the beginning.</summary>
    public static CanonicalWriter Begin(ReadOnlySpan<byte> magic, Roster roster)
    {
        var writer = new CanonicalWriter(1024);
        writer.Raw(magic);
        writer.U8(FormatVersion);
        writer.Hash(roster.Hash);
        return writer;
    }

    /// <summary>Reads the beginning.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="magic">The first bytes of the kind that is expected.</param>
    /// <param name="roster">Under which it must have been made.</param>
    /// <param name="reader">Stands behind the beginning where the result is <see cref="ProofRefusal.None"/>.</param>
    public static ProofRefusal Open(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> magic, Roster roster, out CanonicalReader reader)
    {
        reader = new CanonicalReader(bytes);
        if (!bytes.StartsWith(magic)) return ProofRefusal.OtherKind;
        reader.Raw(magic.Length);
        bool isKnown = reader.U8() == FormatVersion;
        Hash256 madeUnder = reader.Hash();
        if (!isKnown || reader.Failed) return ProofRefusal.Malformed;
        return madeUnder == roster.Hash ? ProofRefusal.None : ProofRefusal.OtherRoster;
    }
}
