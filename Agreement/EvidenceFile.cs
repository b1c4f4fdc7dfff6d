using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>Proof of guilt as a file: checked by anyone who holds the roster, with nothing else.</summary>
/// <remarks><c>"C3F-EVID"</c>, the beginning of every <see cref="ProofFile"/>, then <c>kind(1) author(1) first(body, signature(64)) second(body, signature(64))</c>.</remarks>
public static class EvidenceFile
{
    /// <summary>The first bytes of the file.</summary>
    public static ReadOnlySpan<byte> Magic => "C3F-EVID"u8;

    /// <summary>The canonical bytes.</summary>
    public static byte[] Write(Evidence evidence, Roster roster)
    {
        CanonicalWriter writer = ProofFile.Begin(Magic, roster);
        writer.U8((byte)evidence.Kind);
        writer.U8(checked((byte)evidence.Author));
        foreach (Statement statement in new[] { evidence.First, evidence.Second })
        {
            writer.Raw(statement.Body);
            writer.Raw(statement.Signature.AsSpan());
        }

        return writer.ToArray();
    }

    /// <summary>Reads and checks evidence.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="statements">Checks signatures under the roster.</param>
    /// <param name="evidence">The evidence where the result is <see cref="ProofRefusal.None"/>.</param>
    public static ProofRefusal Verify(ReadOnlySpan<byte> bytes, StatementVerifier statements, out Verified<Evidence> evidence)
    {
        evidence = default;
        Roster roster = statements.Roster;
        if (ProofFile.Open(bytes, Magic, roster, out CanonicalReader reader) is not ProofRefusal.None and var refusal) return refusal;
        var kind = (EvidenceKind)reader.U8();
        int author = reader.U8();
        Statement? first = ReadStatement(ref reader, roster, author), second = ReadStatement(ref reader, roster, author);
        if (first is null || second is null || !reader.AtEnd) return ProofRefusal.Malformed;
        var claimed = new Evidence(kind, first, second);
        if (!claimed.Proves) return ProofRefusal.NoContradiction;
        if (!statements.IsSigned(first) || !statements.IsSigned(second)) return ProofRefusal.BadSignature;
        evidence = new Verified<Evidence>(claimed);
        return ProofRefusal.None;
    }

    private static Statement? ReadStatement(ref CanonicalReader reader, Roster roster, int author)
    {
        Statement body = StatementBytes.ReadBody(ref reader, roster);
        ReadOnlySpan<byte> signature = reader.Raw(Ed25519Signer.SignatureLength);
        if (reader.Failed || author >= roster.Nodes.Length || !StatementBytes.Suits(body, author)) return null;
        return body.SignedBy(author, ImmutableArray.Create(signature));
    }
}
