using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Ledger;

/// <summary>A whole statement in a ledger record: evidence must stand alone.</summary>
internal static class StatementCodec
{
    public static void Write(CanonicalWriter writer, Statement statement)
    {
        writer.U8((byte)statement.Kind);
        writer.I64(statement.Slot);
        writer.U8(checked((byte)statement.Round));
        writer.U8(checked((byte)statement.Author));
        writer.U16(checked((ushort)statement.Entries.Length));
        foreach (StatementEntry entry in statement.Entries)
        {
            writer.U8(checked((byte)entry.Sender));
            writer.Hash(entry.Value);
        }

        if (statement.Kind == StatementKind.Decide)
        {
            SlotDecisionBytes.Write(writer, statement.Outcomes);
            writer.Hash(statement.StateHash);
        }

        writer.Raw(statement.Signature.AsSpan());
    }

    public static Statement? Read(ref CanonicalReader reader, Roster roster)
    {
        var kind = (StatementKind)reader.U8();
        long slot = reader.I64();
        int round = reader.U8();
        int author = reader.U8();
        int count = reader.U16();
        if (author >= roster.Nodes.Length || count > 2 * roster.Nodes.Length) reader.Fail();
        ImmutableArray<StatementEntry>.Builder entries = ImmutableArray.CreateBuilder<StatementEntry>();
        for (int i = 0; i < count && !reader.Failed; i++) entries.Add(new StatementEntry(reader.U8(), reader.Hash()));
        ImmutableArray<Outcome> outcomes = [];
        Hash256 state = default;
        if (kind == StatementKind.Decide)
        {
            outcomes = SlotDecisionBytes.Read(ref reader, roster.Nodes.Length);
            state = reader.Hash();
        }

        ImmutableArray<byte> signature = [.. reader.Raw(Ed25519Signer.SignatureLength)];
        return reader.Failed ? null : new Statement(kind, slot, round, author, entries.ToImmutable(), outcomes, state, signature);
    }
}
