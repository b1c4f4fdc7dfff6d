using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>Checks signatures of statements, each one once: what was found good is remembered.</summary>
/// <remarks>Thread-safe. Remembers up to two generations of <c>capacity</c> statements; the older goes when the younger is full.</remarks>
public sealed class StatementVerifier
{
    private readonly Roster _roster;
    private readonly SigningScope _scope;
    private readonly SignatureCheck[] _checks;
    private readonly int _capacity;
    private readonly Lock _gate = new();
    private Dictionary<Hash256, Statement> _young;
    private Dictionary<Hash256, Statement> _old = [];
    private long _checked;

    /// <summary>A verifier of statements under one roster.</summary>
    /// <param name="roster">Whose nodes sign.</param>
    /// <param name="capacity">Statements in one generation.</param>
    public StatementVerifier(Roster roster, int capacity = 16384)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _roster = roster;
        _scope = roster.Scope;
        _capacity = capacity;
        _young = [];
        _checks = [.. roster.Nodes.Select(node => new SignatureCheck(node.Key))];
    }

    /// <summary>The roster whose signatures count.</summary>
    public Roster Roster => _roster;

    /// <summary>Signatures checked so far, without those that were remembered.</summary>
    public long SignaturesChecked => Interlocked.Read(ref _checked);

    /// <summary>Does the author's signature hold?</summary>
    public bool IsSigned(Statement statement) => Known(statement) is not null || Check(statement) is not null;

    /// <summary>A certificate from statements that came by any way.</summary>
    /// <returns>The certificate, or null where they are not m or more DECIDEs of distinct nodes for equal outcomes of one slot, all signed.</returns>
    public Verified<DecisionCertificate>? Certificate(ImmutableArray<Statement> decides)
    {
        if (!AreEqualDecides(decides, _roster.CertificateQuorum)) return null;
        foreach (Statement decide in decides)
        {
            if (!IsSigned(decide)) return null;
        }

        return new Verified<DecisionCertificate>(new DecisionCertificate(decides[0].Slot, decides));
    }

    /// <summary>Are these at least <paramref name="least"/> DECIDEs of distinct nodes, ascending by author, for equal outcomes of one slot? Checks no signature.</summary>
    public static bool AreEqualDecides(ImmutableArray<Statement> decides, int least)
    {
        if (decides.IsDefaultOrEmpty || decides.Length < least) return false;
        for (int i = 0; i < decides.Length; i++)
        {
            Statement decide = decides[i];
            if (decide.Kind != StatementKind.Decide || decide.Slot != decides[0].Slot) return false;
            if (i > 0 && decides[i - 1].Author >= decide.Author) return false;
            if (!decide.Outcomes.AsSpan().SequenceEqual(decides[0].Outcomes.AsSpan())) return false;
        }

        return true;
    }

    /// <summary>The same statement as it was verified before, or null.</summary>
    internal Statement? Known(Statement statement)
    {
        if (statement.Signature.IsDefault || statement.Signature.Length != Ed25519Signer.SignatureLength) return null;

        // Half of the signature names it; content and the whole signature are compared, so a clash only costs a check.
        Hash256 name = Hash256.Read(statement.Signature.AsSpan());
        lock (_gate)
        {
            if (!_young.TryGetValue(name, out Statement? known) && !_old.TryGetValue(name, out known)) return null;
            return known.Equals(statement) && known.Signature.AsSpan().SequenceEqual(statement.Signature.AsSpan()) ? known : null;
        }
    }

    /// <summary>Checks a statement that is not known.</summary>
    /// <returns>The statement, now known; or null.</returns>
    internal Statement? Check(Statement statement)
    {
        Interlocked.Increment(ref _checked);
        bool hasForm = (uint)statement.Author < (uint)_checks.Length && !statement.Signature.IsDefault && statement.Signature.Length == Ed25519Signer.SignatureLength;
        if (!hasForm || !StatementBytes.IsSigned(statement, _checks[statement.Author], _scope)) return null;
        lock (_gate)
        {
            if (_young.Count >= _capacity) (_old, _young) = (_young, []);
            _young[Hash256.Read(statement.Signature.AsSpan())] = statement;
        }

        return statement;
    }
}
