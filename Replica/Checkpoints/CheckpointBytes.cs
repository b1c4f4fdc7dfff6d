using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Checkpoints;

/// <summary>Canonical bytes of a checkpoint: in a file, in a ledger record, in a catch-up answer.</summary>
/// <remarks>
/// <c>"C3F-CKPT" version(1) slot(8) outcomes(2, then each) stateBefore(32) signature(64)</c>. The signature covers version to
/// stateBefore, in the domain of checkpoints and the scope of the roster.
/// </remarks>
public static class CheckpointBytes
{
    /// <summary>Version of the byte form.</summary>
    public const byte FormatVersion = 1;

    /// <summary>Most bytes of a checkpoint: 64 outcomes.</summary>
    public const int MaxBytes = 8 + 1 + 8 + 2 + (33 * RosterRules.MaxNodes) + Hash256.Length + Ed25519Signer.SignatureLength;

    /// <summary>The first bytes of the file.</summary>
    public static ReadOnlySpan<byte> Magic => "C3F-CKPT"u8;

    /// <summary>The bytes of <paramref name="checkpoint"/>.</summary>
    public static byte[] Write(Checkpoint checkpoint)
    {
        var writer = new CanonicalWriter(256);
        writer.Raw(Magic);
        writer.Raw(WriteSigned(checkpoint));
        writer.Raw(checkpoint.Signature.AsSpan());
        return writer.ToArray();
    }

    /// <summary>Reads a checkpoint; its signature is not checked yet.</summary>
    /// <returns>The checkpoint, or null where the bytes are not the canonical form of one for this roster's nodes.</returns>
    public static Checkpoint? Read(ReadOnlySpan<byte> bytes, Roster roster)
    {
        if (!bytes.StartsWith(Magic)) return null;
        var reader = new CanonicalReader(bytes[Magic.Length..]);
        if (reader.U8() != FormatVersion) reader.Fail();
        long slot = reader.I64();
        ImmutableArray<Outcome> outcomes = SlotDecisionBytes.Read(ref reader, roster.Nodes.Length);
        Hash256 state = reader.Hash();
        ImmutableArray<byte> signature = [.. reader.Raw(Ed25519Signer.SignatureLength)];
        return reader.AtEnd && slot >= 0 ? new Checkpoint(slot, outcomes, state, signature) : null;
    }

    internal static byte[] WriteSigned(Checkpoint checkpoint)
    {
        var writer = new CanonicalWriter(256);
        writer.U8(FormatVersion);
        writer.I64(checkpoint.Slot);
        SlotDecisionBytes.Write(writer, checkpoint.Outcomes);
        writer.Hash(checkpoint.StateBefore);
        return writer.ToArray();
    }
}
