using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>A quorum certificate as a file: checked by anyone who holds the roster, with nothing else.</summary>
/// <remarks><c>"C3F-CERT"</c>, the beginning of every <see cref="ProofFile"/>, then <c>statements(groups)</c>.</remarks>
public static class CertificateFile
{
    /// <summary>The first bytes of the file.</summary>
    public static ReadOnlySpan<byte> Magic => "C3F-CERT"u8;

    /// <summary>The canonical bytes.</summary>
    public static byte[] Write(DecisionCertificate certificate, Roster roster)
    {
        CanonicalWriter writer = ProofFile.Begin(Magic, roster);
        StatementGroups.Write(writer, StatementGroups.Canonical([.. certificate.Decides]));
        return writer.ToArray();
    }

    /// <summary>Reads and checks a certificate.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="statements">Checks signatures under the roster.</param>
    /// <param name="certificate">The certificate where the result is <see cref="ProofRefusal.None"/>.</param>
    public static ProofRefusal Verify(ReadOnlySpan<byte> bytes, StatementVerifier statements, out Verified<DecisionCertificate> certificate)
    {
        certificate = default;
        Roster roster = statements.Roster;
        if (ProofFile.Open(bytes, Magic, roster, out CanonicalReader reader) is not ProofRefusal.None and var refusal) return refusal;
        ImmutableArray<Statement> read = StatementGroups.Read(ref reader, roster, roster.Nodes.Length);
        if (!reader.AtEnd) return ProofRefusal.Malformed;
        ImmutableArray<Statement> decides = [.. read.OrderBy(decide => decide.Author)];
        if (!StatementVerifier.AreEqualDecides(decides, roster.CertificateQuorum)) return ProofRefusal.NoQuorum;
        if (statements.Certificate(decides) is not { } verified) return ProofRefusal.BadSignature;
        certificate = verified;
        return ProofRefusal.None;
    }
}
