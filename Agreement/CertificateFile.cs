using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>A quorum certificate as a file: checked by anyone who holds the roster, with nothing else.</summary>
/// <remarks><c>"C3F-CERT" version(1) rosterHash(32) statements(groups)</c>.</remarks>
public static class CertificateFile
{
    /// <summary>Version of the byte form.</summary>
    public const byte FormatVersion = 1;

    /// <summary>The first bytes of the file.</summary>
    public static ReadOnlySpan<byte> Magic => "C3F-CERT"u8;

    /// <summary>The canonical bytes.</summary>
    public static byte[] Write(DecisionCertificate certificate, Roster roster)
    {
        var writer = new CanonicalWriter(1024);
        writer.Raw(Magic);
        writer.U8(FormatVersion);
        writer.Hash(roster.Hash);
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
        if (!bytes.StartsWith(Magic)) return ProofRefusal.OtherKind;
        var reader = new CanonicalReader(bytes[Magic.Length..]);
        if (reader.U8() != FormatVersion) return ProofRefusal.Malformed;
        Hash256 madeUnder = reader.Hash();
        if (reader.Failed) return ProofRefusal.Malformed;
        if (madeUnder != roster.Hash) return ProofRefusal.OtherRoster;
        ImmutableArray<Statement> read = StatementGroups.Read(ref reader, roster, roster.Nodes.Length);
        if (!reader.AtEnd) return ProofRefusal.Malformed;
        ImmutableArray<Statement> decides = [.. read.OrderBy(decide => decide.Author)];
        if (!StatementVerifier.AreEqualDecides(decides, roster.CertificateQuorum)) return ProofRefusal.NoQuorum;
        if (statements.Certificate(decides) is not { } verified) return ProofRefusal.BadSignature;
        certificate = verified;
        return ProofRefusal.None;
    }
}
