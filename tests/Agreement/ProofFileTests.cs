using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Agreement.Tests;

/// <summary>Certificates and evidence as files: checked with a roster and nothing else.</summary>
public sealed class ProofFileTests
{
    private static readonly Roster Roster = TestRoster.Of(4, 1, real: true);
    private static readonly StatementVerifier Statements = new(Roster);
    private static readonly Traitor[] Nodes = [.. Enumerable.Range(0, 4).Select(node => new Traitor(Roster, node, real: true))];

    private static DecisionCertificate RealCertificate()
    {
        var cluster = new Cluster(Roster, real: true);
        cluster.RunSlots(0, 0);
        return cluster.Nodes[0].Certificate(0)!;
    }

    [Fact]
    public void A_certificate_proves_its_decision_to_whoever_holds_the_roster()
    {
        DecisionCertificate certificate = RealCertificate();
        byte[] file = CertificateFile.Write(certificate, Roster);
        Assert.Equal(ProofRefusal.None, CertificateFile.Verify(file, Statements, out Verified<DecisionCertificate> verified));
        Assert.Equal(certificate.Outcomes.ToArray(), verified.Value.Outcomes.ToArray());
        Assert.Equal((4, 3), (verified.Value.Strength, verified.Value.ToleratedTraitors(Roster)));
        Assert.Equal(file, CertificateFile.Write(verified.Value, Roster));
        Assert.Equal(ProofRefusal.OtherRoster, CertificateFile.Verify(file, new StatementVerifier(TestRoster.Of(4, 1, real: true, epoch: 1)), out _));
        Assert.Equal(ProofRefusal.OtherKind, EvidenceFile.Verify(file, Statements, out _));
    }

    [Fact]
    public void Fewer_than_m_DECIDEs_and_mixed_outcomes_prove_nothing()
    {
        DecisionCertificate certificate = RealCertificate();
        byte[] Write(params Statement[] decides) => CertificateFile.Write(new DecisionCertificate(0, [.. decides]), Roster);
        Assert.Equal(ProofRefusal.None, CertificateFile.Verify(Write([.. certificate.Decides.Take(3)]), Statements, out _));
        Assert.Equal(ProofRefusal.NoQuorum, CertificateFile.Verify(Write([.. certificate.Decides.Take(2)]), Statements, out _));
        Statement other = Nodes[3].Decide(0, 1, [.. certificate.Outcomes.Select(_ => Outcome.Silent)]);
        Assert.Equal(ProofRefusal.NoQuorum, CertificateFile.Verify(Write([.. certificate.Decides.Take(2), other]), Statements, out _));
        Statement forged = certificate.Decides[2] with { Signature = other.Signature };
        Assert.Equal(ProofRefusal.BadSignature, CertificateFile.Verify(Write([.. certificate.Decides.Take(2), forged]), Statements, out _));
    }

    [Fact]
    public void No_changed_byte_keeps_a_certificate_or_evidence_valid()
    {
        byte[] certificate = CertificateFile.Write(RealCertificate(), Roster);
        byte[] evidence = EvidenceFile.Write(Evidence.Of(EvidenceKind.Equivocation, Nodes[2].Send(5, "a"), Nodes[2].Send(5, "b")), Roster);
        Assert.Equal(ProofRefusal.None, EvidenceFile.Verify(evidence, Statements, out _));
        for (int i = 0; i < certificate.Length; i++)
        {
            byte[] changed = [.. certificate];
            changed[i] ^= 0x20;
            Assert.NotEqual(ProofRefusal.None, CertificateFile.Verify(changed, Statements, out _));
            Assert.NotEqual(ProofRefusal.None, CertificateFile.Verify(certificate.AsSpan(0, i), Statements, out _));
        }

        for (int i = 0; i < evidence.Length; i++)
        {
            byte[] changed = [.. evidence];
            changed[i] ^= 0x20;
            Assert.NotEqual(ProofRefusal.None, EvidenceFile.Verify(changed, Statements, out _));
        }
    }

    [Fact]
    public void Evidence_proves_guilt_only_where_an_honest_node_signs_one_of_the_two()
    {
        ProofRefusal Check(EvidenceKind kind, Statement a, Statement b) => EvidenceFile.Verify(EvidenceFile.Write(Evidence.Of(kind, a, b), Roster), Statements, out _);
        Traitor node = Nodes[1];
        Assert.Equal(ProofRefusal.None, Check(EvidenceKind.DoubleVote, node.Vote(5, Traitor.Entry(0, "a")), node.Vote(5, Traitor.Entry(0, "b"))));
        Assert.Equal(ProofRefusal.None, Check(EvidenceKind.DoubleDecide, node.Decide(5, 1, [.. new Outcome[4].Select(_ => Outcome.Silent)]), node.Decide(5, 1, [.. new Outcome[4].Select(_ => Outcome.Equivocation)])));
        Assert.Equal(ProofRefusal.None, Check(EvidenceKind.Equivocation, node.Send(5, "a"), node.Vote(5, Traitor.Entry(1, "b"))));
        Assert.Equal(ProofRefusal.NoContradiction, Check(EvidenceKind.Equivocation, node.Send(5, "a"), node.Vote(5, Traitor.Entry(1, "a"))));
        Assert.Equal(ProofRefusal.NoContradiction, Check(EvidenceKind.Equivocation, node.Send(5, "a"), node.Send(6, "b")));
        Assert.Equal(ProofRefusal.NoContradiction, Check(EvidenceKind.Equivocation, node.Relay(5, 1, Traitor.Entry(3, "a")), node.Relay(5, 1, Traitor.Entry(3, "b"))));
        Assert.Equal(ProofRefusal.NoContradiction, Check(EvidenceKind.DoubleVote, node.Relay(5, 1, Traitor.Entry(0, "a")), node.Vote(5, Traitor.Entry(0, "b"))));
        Assert.Equal(ProofRefusal.NoContradiction, Check(EvidenceKind.DoubleVote, node.Vote(5, Traitor.Entry(0, "a")), node.Vote(5, Traitor.Entry(0, "a"))));
        Assert.Equal(ProofRefusal.Malformed, Check(EvidenceKind.Equivocation, node.Send(5, "a"), Nodes[2].Send(5, "b")));
    }
}
