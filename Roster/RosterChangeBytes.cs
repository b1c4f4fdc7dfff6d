using System.Collections.Immutable;

namespace C3Fusion.Rosters;

/// <summary>The canonical bytes of a roster change: what a slot's payload carries.</summary>
/// <remarks><c>version(1) firstSlot(8) roster(4, then its canonical bytes) authority(32) signature(64)</c>. The signature is not checked here; <see cref="RosterSchedule.Apply"/> does.</remarks>
public static class RosterChangeBytes
{
    /// <summary>Version of the byte form, its first byte.</summary>
    public const byte FormatVersion = 1;

    /// <summary>Longest roster in a change, bytes: with a change, a payload still has room for a slot's scans.</summary>
    public const int MaxRosterBytes = 256 * 1024;

    /// <summary>The bytes of <paramref name="change"/>.</summary>
    public static byte[] Write(RosterChange change)
    {
        var writer = new CanonicalWriter(4096);
        writer.U8(FormatVersion);
        writer.I64(change.FirstSlot);
        writer.Blob(RosterBytes.Write(change.Roster.Roster));
        writer.Hash(change.Roster.Authority.Bytes);
        writer.Raw(change.Roster.Signature.AsSpan());
        return writer.ToArray();
    }

    /// <summary>Reads a change; null where the bytes are not the canonical form of one with a roster that breaks no rule.</summary>
    public static RosterChange? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        if (reader.U8() != FormatVersion) return null;
        long firstSlot = reader.I64();
        ReadOnlySpan<byte> encoded = reader.Blob(MaxRosterBytes);
        var authority = new PublicKey(reader.Hash());
        ReadOnlySpan<byte> signature = reader.Raw(Ed25519Signer.SignatureLength);
        if (!reader.AtEnd || RosterBytes.Read(encoded) is not { } roster) return null;
        return new RosterChange(new SignedRoster(roster, authority, ImmutableArray.Create(signature)), firstSlot);
    }
}
