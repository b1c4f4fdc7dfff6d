using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Slots;

/// <summary>DECIDE statements of distinct nodes for one vector: the vector once, then (author, round, state hash, signature) of each.</summary>
/// <remarks>With f+1 statements PLAIN, with m a quorum certificate (docs/agreement-rules.md, section 4). The bytes are canonical.</remarks>
public static class DecisionProof
{
    /// <summary>Most bytes of a proof: 64 outcomes and 64 signatures.</summary>
    public const int MaxBytes = 8 + 2 + (33 * RosterRules.MaxNodes) + 2 + ((3 + Hash256.Length + Ed25519Signer.SignatureLength) * RosterRules.MaxNodes);

    /// <summary>Most bytes of a proof of <paramref name="nodes"/> outcomes with <paramref name="decides"/> signatures.</summary>
    internal static int BytesOf(int nodes, int decides) => 8 + 2 + (33 * nodes) + 2 + ((3 + Hash256.Length + Ed25519Signer.SignatureLength) * decides);

    /// <summary>The bytes of a proof.</summary>
    /// <param name="decides">At least one, ascending by author, all for one vector.</param>
    public static byte[] Write(ImmutableArray<Statement> decides)
    {
        var writer = new CanonicalWriter(1024);
        Write(writer, decides);
        return writer.ToArray();
    }

    internal static void Write(CanonicalWriter writer, ImmutableArray<Statement> decides)
    {
        Statement first = decides[0];
        writer.I64(first.Slot);
        SlotDecisionBytes.Write(writer, first.Outcomes);
        writer.U16(checked((ushort)decides.Length));
        foreach (Statement decide in decides)
        {
            writer.U16(checked((ushort)decide.Author));
            writer.U8(checked((byte)decide.Round));
            writer.Hash(decide.StateHash);
            writer.Raw(decide.Signature.AsSpan());
        }
    }

    /// <summary>Reads a proof; its signatures are not verified yet.</summary>
    /// <returns>The statements, or empty where the bytes are no canonical proof.</returns>
    public static ImmutableArray<Statement> Read(ReadOnlySpan<byte> bytes, Roster roster)
    {
        var reader = new CanonicalReader(bytes);
        ImmutableArray<Statement> decides = Read(ref reader, roster);
        return reader.AtEnd ? decides : [];
    }

    internal static ImmutableArray<Statement> Read(ref CanonicalReader reader, Roster roster)
    {
        long slot = reader.I64();
        ImmutableArray<Outcome> outcomes = SlotDecisionBytes.Read(ref reader, roster.Nodes.Length);
        int count = reader.U16();
        if (slot < 0 || count < 1 || count > roster.Nodes.Length) reader.Fail();
        if (reader.Failed) return [];
        ImmutableArray<Statement>.Builder decides = ImmutableArray.CreateBuilder<Statement>(count);
        int last = -1;
        for (int i = 0; i < count; i++)
        {
            int author = reader.U16();
            int round = reader.U8();
            Hash256 stateHash = reader.Hash();
            ReadOnlySpan<byte> signature = reader.Raw(Ed25519Signer.SignatureLength);
            if (author <= last || author >= roster.Nodes.Length || round > 1) reader.Fail();
            if (reader.Failed) return [];
            last = author;
            decides.Add(new Statement(StatementKind.Decide, slot, round, author, [], outcomes, stateHash, [.. signature]));
        }

        return decides.MoveToImmutable();
    }
}
