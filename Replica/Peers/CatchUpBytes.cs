using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Peers;

/// <summary>Canonical bytes of catch-up requests and answers, without the channel byte.</summary>
internal static class CatchUpBytes
{
    /// <summary>Most slots in one answer.</summary>
    public const int MaxSlots = 256;

    public static void Write(CanonicalWriter writer, PeerMessage.CatchUpRequest request)
    {
        writer.I64(request.FromSlot);
        writer.U16(checked((ushort)request.Held.Length));
        foreach (Hash256 value in request.Held) writer.Hash(value);
    }

    public static PeerMessage.CatchUpRequest? ReadRequest(ReadOnlySpan<byte> bytes, Roster roster)
    {
        var reader = new CanonicalReader(bytes);
        long from = reader.I64();
        int count = reader.U16();
        if (from < 0 || count > roster.Nodes.Length) reader.Fail();
        ImmutableArray<Hash256>.Builder held = ImmutableArray.CreateBuilder<Hash256>(reader.Failed ? 0 : count);
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            held.Add(reader.Hash());
            if (i > 0 && held[i - 1].CompareTo(held[i]) >= 0) reader.Fail();
        }

        return reader.AtEnd ? new PeerMessage.CatchUpRequest(from, held.ToImmutable()) : null;
    }

    public static void Write(CanonicalWriter writer, PeerMessage.CatchUpAnswer answer)
    {
        writer.U16(checked((ushort)answer.Slots.Length));
        foreach (ProvenSlot slot in answer.Slots)
        {
            writer.U8(slot.Checkpoint is null ? (byte)0 : (byte)1);
            if (slot.Checkpoint is { } checkpoint) writer.Blob(CheckpointBytes.Write(checkpoint));
            else DecisionProof.Write(writer, slot.Decides);
            writer.U16(checked((ushort)slot.Payloads.Length));
            foreach (ReadOnlyMemory<byte> payload in slot.Payloads) writer.Blob(payload.Span);
        }
    }

    /// <summary>Reads an answer; the DECIDEs are not verified yet, the payloads are those of their vector.</summary>
    public static PeerMessage.CatchUpAnswer? ReadAnswer(ReadOnlyMemory<byte> bytes, Roster roster)
    {
        var reader = new CanonicalReader(bytes.Span);
        int count = reader.U16();
        if (count is 0 or > MaxSlots) reader.Fail();
        ImmutableArray<ProvenSlot>.Builder slots = ImmutableArray.CreateBuilder<ProvenSlot>();
        long last = -1;
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            byte kind = reader.U8();
            if (kind > 1) return null;
            Checkpoint? checkpoint = kind == 1 ? CheckpointBytes.Read(reader.Blob(CheckpointBytes.MaxBytes), roster) : null;
            ImmutableArray<Statement> decides = kind == 0 ? DecisionProof.Read(ref reader, roster) : [];
            if (reader.Failed || (kind == 1 && checkpoint is null)) return null;
            long slot = checkpoint?.Slot ?? decides[0].Slot;
            if (slot <= last) return null;
            last = slot;
            ImmutableArray<ReadOnlyMemory<byte>> payloads = ReadPayloads(ref reader, bytes, checkpoint?.Outcomes ?? decides[0].Outcomes);
            slots.Add(new ProvenSlot(slot, decides, payloads, checkpoint));
        }

        return reader.AtEnd ? new PeerMessage.CatchUpAnswer(slots.ToImmutable()) : null;
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> ReadPayloads(ref CanonicalReader reader, ReadOnlyMemory<byte> bytes, ImmutableArray<Outcome> outcomes)
    {
        int count = reader.U16();
        if (count > outcomes.Length) reader.Fail();
        ImmutableArray<ReadOnlyMemory<byte>>.Builder payloads = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            int length = reader.Count(BatchRules.MaxPayloadBytes);
            int start = bytes.Length - reader.Remaining;
            reader.Raw(length);
            if (reader.Failed) break;
            ReadOnlyMemory<byte> payload = bytes.Slice(start, length);
            if (!outcomes.Contains(Outcome.Of(Hash256.Of(payload.Span)))) reader.Fail();
            payloads.Add(payload);
        }

        return payloads.ToImmutable();
    }
}
