using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Slots;

/// <summary>Verifies DECIDEs that came outside of frames. Thread-safe where <c>isKnown</c> is.</summary>
internal sealed class ProofCheck
{
    private readonly Roster _roster;
    private readonly ImmutableArray<SignatureCheck> _checks;
    private readonly Func<Statement, bool> _isKnown;

    /// <param name="roster">Whose signatures count.</param>
    /// <param name="isKnown">Was this very statement, signature included, verified before?</param>
    public ProofCheck(Roster roster, Func<Statement, bool> isKnown)
    {
        _roster = roster;
        _checks = [.. roster.Nodes.Select(node => new SignatureCheck(node.Key))];
        _isKnown = isKnown;
    }

    /// <summary>The statements of a quorum certificate's bytes; empty where they are none. The answer depends on the bytes alone.</summary>
    public ImmutableArray<Statement> CheckCertificate(ReadOnlySpan<byte> bytes)
    {
        ImmutableArray<Statement> decides = DecisionProof.Read(bytes, _roster);
        return decides.Length >= _roster.CertificateQuorum && AreSigned(decides) ? decides : [];
    }

    /// <summary>Does every signature hold?</summary>
    public bool AreSigned(ImmutableArray<Statement> decides)
    {
        foreach (Statement decide in decides)
        {
            if (!_isKnown(decide) && !StatementBytes.IsSigned(decide, _checks[decide.Author], _roster.Scope)) return false;
        }

        return true;
    }
}
