using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Slots;

/// <summary>DECIDE statements of distinct nodes that say the same: what they say once, then (author, signature) of each.</summary>
/// <remarks>With f+1 statements PLAIN, with m a quorum certificate (dolev-strong-rules, section 4). The bytes are canonical.</remarks>
public static class DecisionProof
{
    /// <summary>Most bytes of a proof: 64 outcomes and 64 signatures.</summary>
    public const int MaxBytes = 8 + 2 + (33 * RosterRules.MaxNodes) + Hash256.Length + 2 + ((2 + Ed25519Signer.SignatureLength) * RosterRules.MaxNodes);

    /// <summary>The bytes of a proof.</summary>
    /// <param name="decides">At least one, ascending by author, equal but for author and signature.</param>
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
        writer.Hash(first.StateHash);
        writer.U16(checked((ushort)decides.Length));
        foreach (Statement decide in decides)
        {
            writer.U16(checked((ushort)decide.Author));
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
        Hash256 stateHash = reader.Hash();
        int count = reader.U16();
        if (slot < 0 || count < 1 || count > roster.Nodes.Length) reader.Fail();
        if (reader.Failed) return [];
        ImmutableArray<Statement>.Builder decides = ImmutableArray.CreateBuilder<Statement>(count);
        int last = -1;
        for (int i = 0; i < count; i++)
        {
            int author = reader.U16();
            ReadOnlySpan<byte> signature = reader.Raw(Ed25519Signer.SignatureLength);
            if (author <= last || author >= roster.Nodes.Length) reader.Fail();
            if (reader.Failed) return [];
            last = author;
            decides.Add(new Statement(StatementKind.Decide, slot, author, [], outcomes, stateHash, [.. signature]));
        }

        return decides.MoveToImmutable();
    }

    /// <summary>SHA-256 over what the statement says, without author and signature: equal DECIDEs have equal hashes.</summary>
    public static Hash256 ContentHash(Statement decide)
    {
        var writer = new CanonicalWriter(64 + (33 * decide.Outcomes.Length));
        writer.I64(decide.Slot);
        SlotDecisionBytes.Write(writer, decide.Outcomes);
        writer.Hash(decide.StateHash);
        return Hash256.Of(writer.Written);
    }
}
