using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Rosters;

namespace C3Fusion.Fuzz.Targets;

/// <summary>Decoders of what the agreement exchanges.</summary>
internal static class AgreementDecoders
{
    private const long Slot = 7;
    private static readonly Roster Roster = FuzzRoster.Roster;
    private static readonly StatementVerifier Statements = new(Roster);
    private static readonly Payload A = Payload.Of("a"u8.ToArray());
    private static readonly Payload B = Payload.Of("b"u8.ToArray());

    public static IReadOnlyList<Decoder> All { get; } =
    [
        new("frame", AcceptsFrame, [.. Frames().Select(FrameBytes.Write)]),
        new("statements", AcceptsStatements, [.. Frames().Where(frame => frame.Supports.Length > 0).Select(frame => WriteStatements(frame.Supports))]),
        new("certificate-file", AcceptsCertificate, [CertificateFile.Write(Certificate(), Roster)]),
        new("evidence-file", AcceptsEvidence, [.. Guilt().Select(evidence => EvidenceFile.Write(evidence, Roster))]),
    ];

    /// <summary>Three equal DECIDEs of slot 7.</summary>
    public static DecisionCertificate Certificate() => new(Slot, [.. new[] { 0, 1, 3 }.Select(author => Signed(StatementKind.Decide, 1, author, []))]);

    /// <summary>One proof of each kind.</summary>
    public static IEnumerable<Evidence> Guilt()
    {
        yield return Evidence.Of(EvidenceKind.Equivocation, Signed(StatementKind.Send, 0, 0, [new(0, A.Value)]), Signed(StatementKind.Send, 0, 0, [new(0, B.Value)]));
        yield return Evidence.Of(EvidenceKind.DoubleVote, Signed(StatementKind.Vote, 0, 1, [new(0, A.Value)]), Signed(StatementKind.Vote, 1, 1, [new(0, B.Value)]));
        yield return Evidence.Of(EvidenceKind.DoubleDecide, Signed(StatementKind.Decide, 1, 2, []), Signed(StatementKind.Decide, 1, 2, [], silent: true));
    }

    /// <summary>Frames of every kind.</summary>
    public static IEnumerable<Frame> AllFrames() => Frames();

    private static bool AcceptsStatements(byte[] bytes)
    {
        var reader = new CanonicalReader(bytes);
        ImmutableArray<Statement> statements = StatementGroups.Read(ref reader, Roster, Limits.Supports(Roster));
        if (!reader.AtEnd) return false;
        BrokenProperty.UnlessCanonical(bytes, WriteStatements(statements));
        return true;
    }

    private static byte[] WriteStatements(ImmutableArray<Statement> statements)
    {
        var writer = new CanonicalWriter();
        StatementGroups.Write(writer, statements);
        return writer.ToArray();
    }

    private static bool AcceptsCertificate(byte[] bytes)
    {
        if (CertificateFile.Verify(bytes, Statements, out Verified<DecisionCertificate> certificate) != ProofRefusal.None) return false;
        BrokenProperty.UnlessCanonical(bytes, CertificateFile.Write(certificate.Value, Roster));
        return true;
    }

    private static bool AcceptsEvidence(byte[] bytes)
    {
        if (EvidenceFile.Verify(bytes, Statements, out Verified<Evidence> evidence) != ProofRefusal.None) return false;
        BrokenProperty.UnlessCanonical(bytes, EvidenceFile.Write(Evidence.Of(evidence.Value.Kind, evidence.Value.First, evidence.Value.Second), Roster));
        return true;
    }

    private static bool AcceptsFrame(byte[] bytes)
    {
        bool hasHeader = FrameBytes.TryReadHeader(bytes, out int author, out long slot);
        Frame? frame = FrameBytes.Read(bytes, Roster);
        if (frame is null) return false;
        BrokenProperty.UnlessCanonical(bytes, FrameBytes.Write(frame));
        if (!hasHeader || author != frame.Author || slot != frame.Slot) throw new BrokenProperty($"the header reads as author {author}, slot {slot}, the frame as author {frame.Author}, slot {frame.Slot}");
        return true;
    }

    private static IEnumerable<Frame> Frames()
    {
        Statement sent = Signed(StatementKind.Send, 0, 0, [new(0, A.Value)]);
        Statement vote = Signed(StatementKind.Vote, 0, 1, [new(0, A.Value), new(1, B.Value)]);
        Statement relay = Signed(StatementKind.Relay, 2, 2, [new(0, A.Value), new(0, B.Value)]);
        Statement decide = Signed(StatementKind.Decide, 1, 3, []);
        Statement alive = Signed(StatementKind.Alive, 3, 1, []);
        yield return new Frame(0, Slot, sent, [], [A], 0);
        yield return new Frame(1, Slot, vote, [sent], [], 0b0110);
        yield return new Frame(2, Slot, relay, Ordered(sent, vote, vote.SignedByOther(3)), [.. new[] { A, B }.OrderBy(payload => payload.Value)], 0b1111);
        yield return new Frame(3, Slot, decide, Ordered(decide.SignedByOther(0), decide.SignedByOther(1)), [], 0);
        yield return new Frame(1, Slot, alive, [], [], 1);
        Statement certificate = Signed(StatementKind.Certificate, 0, 1, [new(0, A.Value)]);
        yield return new Frame(1, Slot, certificate, Ordered(vote, vote.SignedByOther(0), vote.SignedByOther(2)), [], 1);
    }

    private static ImmutableArray<Statement> Ordered(params Statement[] statements) =>
        [.. statements.OrderBy(statement => statement, Comparer<Statement>.Create(StatementGroups.Compare))];

    private static Statement SignedByOther(this Statement statement, int author) => statement.SignedBy(author, statement.Signature);

    private static Statement Signed(StatementKind kind, int round, int author, ImmutableArray<StatementEntry> entries, bool silent = false)
    {
        ImmutableArray<Outcome> outcomes = kind == StatementKind.Decide
            ? [silent ? Outcome.Silent : Outcome.Of(A.Value), Outcome.Silent, Outcome.Equivocation, Outcome.Of(B.Value)]
            : [];
        entries = entries.Sort();
        var unsigned = new Statement(kind, Slot, round, author, entries, outcomes, default, []);
        return StatementBytes.Sign(unsigned, FuzzRoster.NodeKeys[author], Roster.Scope);
    }
}
