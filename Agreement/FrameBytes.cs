using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>The canonical bytes of frames. Equal statements of several authors are written once, with one signature each.</summary>
/// <remarks>
/// <c>version(1) author(1) slot(8) decidesHeld(8) own(body, signature(64)) groups(2, then body, authors(1, then author(1)
/// signature(64) each)) payloads(2, then length(4) bytes each)</c>. Groups ascend by body, authors within a group by index,
/// payloads by hash: every frame has one encoding, and the reader refuses all others.
/// </remarks>
public static class FrameBytes
{
    /// <summary>Version of the byte form, its first byte.</summary>
    public const byte FormatVersion = 1;

    private const int MaxPayloads = 2 * RosterRules.MaxNodes;

    /// <summary>The bytes of <paramref name="frame"/>, whose supports and payloads are in order.</summary>
    public static byte[] Write(Frame frame)
    {
        var writer = new CanonicalWriter(1024);
        writer.U8(FormatVersion);
        writer.U8(checked((byte)frame.Author));
        writer.I64(frame.Slot);
        writer.U64(frame.DecidesHeld);
        writer.Raw(frame.Own.Body);
        writer.Raw(frame.Own.Signature.AsSpan());
        StatementGroups.Write(writer, frame.Supports);
        writer.U16(checked((ushort)frame.Payloads.Length));
        foreach (Payload payload in frame.Payloads) writer.Blob(payload.Bytes.Span);
        return writer.ToArray();
    }

    /// <summary>Author and slot of an encoded frame, without a look at the rest.</summary>
    /// <returns>False where the bytes are too short or of another version.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, out int author, out long slot)
    {
        var reader = new CanonicalReader(bytes);
        bool known = reader.U8() == FormatVersion;
        author = reader.U8();
        slot = reader.I64();
        return known && !reader.Failed;
    }

    /// <summary>Decodes a frame and checks everything about it that needs no key.</summary>
    /// <param name="bytes">What came from a peer; payloads refer to it, so it must not be reused.</param>
    /// <param name="roster">Whose slots these are.</param>
    /// <returns>The frame, or null where the bytes are not the canonical form of one within the limits.</returns>
    public static Frame? Read(ReadOnlyMemory<byte> bytes, Roster roster)
    {
        if (bytes.Length > Limits.FrameBytes) return null;
        var reader = new CanonicalReader(bytes.Span);
        if (reader.U8() != FormatVersion) return null;
        int author = reader.U8();
        long slot = reader.I64();
        ulong held = reader.U64();
        if (reader.Failed || author >= roster.Nodes.Length || (held & ~NodeSet.All(roster.Nodes.Length)) != 0) return null;
        Statement body = StatementBytes.ReadBody(ref reader, roster);
        ReadOnlySpan<byte> signature = reader.Raw(Ed25519Signer.SignatureLength);
        if (reader.Failed || body.Slot != slot || !StatementBytes.Suits(body, author)) return null;
        Statement own = body.SignedBy(author, ImmutableArray.Create(signature));
        ImmutableArray<Statement> supports = StatementGroups.Read(ref reader, roster, Limits.Supports(roster));
        if (reader.Failed || !BelongTo(slot, supports)) return null;
        ImmutableArray<Payload> payloads = ReadPayloads(bytes, ref reader);
        return reader.AtEnd ? new Frame(author, slot, own, supports, payloads, held) : null;
    }

    private static bool BelongTo(long slot, ImmutableArray<Statement> supports)
    {
        foreach (Statement support in supports)
        {
            bool lateDecide = support.Kind == StatementKind.Decide && support.Slot < slot && support.Slot >= slot - Limits.RetainedSlots;
            if (support.Slot != slot && !lateDecide) return false;
        }

        return true;
    }

    private static ImmutableArray<Payload> ReadPayloads(ReadOnlyMemory<byte> bytes, ref CanonicalReader reader)
    {
        int count = reader.U16();
        if (count > MaxPayloads) reader.Fail();
        if (reader.Failed || count == 0) return [];
        var payloads = ImmutableArray.CreateBuilder<Payload>(count);
        for (int i = 0; i < count; i++)
        {
            int length = reader.Blob(Limits.PayloadBytes).Length;
            if (reader.Failed) return [];
            Payload payload = Payload.Of(bytes.Slice(bytes.Length - reader.Remaining - length, length));
            if (i > 0 && payloads[i - 1].Value.CompareTo(payload.Value) >= 0) reader.Fail();
            payloads.Add(payload);
        }

        return payloads.MoveToImmutable();
    }
}
