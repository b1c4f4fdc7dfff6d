using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Ledger;

/// <summary>Canonical bytes of ledger records: what a host stores and an export holds.</summary>
public static class LedgerBytes
{
    /// <summary>Version of the byte form, its first byte.</summary>
    public const byte FormatVersion = 1;

    private enum Tag : byte
    {
        Applied = 1,
        Certified = 2,
        RolledBack = 3,
        NodeGuilt = 4,
        SensorGuilt = 5,
        Proven = 6,
        Checkpoint = 7,
    }

    /// <summary>The bytes of <paramref name="record"/>.</summary>
    public static byte[] Write(LedgerRecord record)
    {
        var writer = new CanonicalWriter(1024);
        writer.U8(FormatVersion);
        writer.I64(record.Index);
        writer.Hash(record.Previous);
        switch (record.Body)
        {
            case LedgerBody.Applied applied:
                writer.U8((byte)Tag.Applied);
                Write(writer, applied.Record);
                break;
            case LedgerBody.Certified certified:
                writer.U8((byte)Tag.Certified);
                DecisionProof.Write(writer, certified.Decides);
                break;
            case LedgerBody.Proven proven:
                writer.U8((byte)Tag.Proven);
                DecisionProof.Write(writer, proven.Decides);
                break;
            case LedgerBody.Checkpointed given:
                writer.U8((byte)Tag.Checkpoint);
                writer.Blob(CheckpointBytes.Write(given.Checkpoint));
                break;
            case LedgerBody.RolledBack undone:
                writer.U8((byte)Tag.RolledBack);
                writer.I64(undone.FromSlot);
                break;
            case LedgerBody.NodeGuilt guilt:
                writer.U8((byte)Tag.NodeGuilt);
                writer.U8((byte)guilt.Evidence.Kind);
                StatementCodec.Write(writer, guilt.Evidence.First);
                StatementCodec.Write(writer, guilt.Evidence.Second);
                break;
            case LedgerBody.SensorGuilt guilt:
                writer.U8((byte)Tag.SensorGuilt);
                writer.U16(checked((ushort)guilt.Sensor));
                writer.Blob(guilt.First.Span);
                writer.Blob(guilt.Second.Span);
                break;
        }

        return writer.ToArray();
    }

    /// <summary>Reads a record; signatures in it are not verified.</summary>
    /// <returns>The record, or null where the bytes are no canonical record under this roster.</returns>
    public static LedgerRecord? Read(ReadOnlyMemory<byte> bytes, Roster roster)
    {
        var reader = new CanonicalReader(bytes.Span);
        if (reader.U8() != FormatVersion) reader.Fail();
        long index = reader.I64();
        Hash256 previous = reader.Hash();
        LedgerBody? body = ReadBody(ref reader, roster);
        return reader.AtEnd && index >= 0 && body is not null ? new LedgerRecord(index, previous, body) : null;
    }

    private static LedgerBody? ReadBody(ref CanonicalReader reader, Roster roster)
    {
        switch ((Tag)reader.U8())
        {
            case Tag.Applied:
                return ReadSlot(ref reader, roster) is { } slot ? new LedgerBody.Applied(slot) : null;
            case Tag.Certified:
                ImmutableArray<Statement> decides = DecisionProof.Read(ref reader, roster);
                return decides.IsEmpty ? null : new LedgerBody.Certified(decides[0].Slot, decides);
            case Tag.Proven:
                ImmutableArray<Statement> plain = DecisionProof.Read(ref reader, roster);
                return plain.IsEmpty ? null : new LedgerBody.Proven(plain[0].Slot, plain);
            case Tag.Checkpoint:
                return CheckpointBytes.Read(reader.Blob(CheckpointBytes.MaxBytes), roster) is { } checkpoint ? new LedgerBody.Checkpointed(checkpoint) : null;
            case Tag.RolledBack:
                return new LedgerBody.RolledBack(reader.I64());
            case Tag.NodeGuilt:
                var kind = (EvidenceKind)reader.U8();
                Statement? first = StatementCodec.Read(ref reader, roster);
                Statement? second = StatementCodec.Read(ref reader, roster);
                if (first is null || second is null || kind is < EvidenceKind.Equivocation or > EvidenceKind.DoubleDecide) return null;
                return new LedgerBody.NodeGuilt(new Evidence(kind, first, second));
            case Tag.SensorGuilt:
                int sensor = reader.U16();
                byte[] one = reader.Blob(ScanLimits.EnvelopeBytes).ToArray();
                byte[] other = reader.Blob(ScanLimits.EnvelopeBytes).ToArray();
                return sensor < roster.Sensors.Length ? new LedgerBody.SensorGuilt(sensor, one, other) : null;
            default:
                return null;
        }
    }

    private static void Write(CanonicalWriter writer, SlotRecord record)
    {
        writer.I64(record.Slot);
        SlotDecisionBytes.Write(writer, record.Outcomes);
        for (int i = 0; i < record.Outcomes.Length; i++)
        {
            if (record.Outcomes[i].Kind == OutcomeKind.Value) writer.Blob(record.Payloads[i].Span);
        }

        writer.Hash(record.PictureHash);
        writer.U8((byte)record.Basis);
    }

    private static SlotRecord? ReadSlot(ref CanonicalReader reader, Roster roster)
    {
        long slot = reader.I64();
        ImmutableArray<Outcome> outcomes = SlotDecisionBytes.Read(ref reader, roster.Nodes.Length);
        ImmutableArray<ReadOnlyMemory<byte>>.Builder payloads = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(outcomes.Length);
        foreach (Outcome outcome in outcomes)
        {
            ReadOnlyMemory<byte> payload = default;
            if (outcome.Kind == OutcomeKind.Value)
            {
                payload = reader.Blob(BatchRules.MaxPayloadBytes).ToArray();
                if (Hash256.Of(payload.Span) != outcome.Value) reader.Fail();
            }

            payloads.Add(payload);
        }

        Hash256 pictureHash = reader.Hash();
        var basis = (DecisionBasis)reader.U8();
        if (slot < 0 || basis is < DecisionBasis.Adopted or > DecisionBasis.Checkpointed) reader.Fail();
        return reader.Failed ? null : new SlotRecord(slot, outcomes, payloads.ToImmutable(), pictureHash, basis);
    }
}
