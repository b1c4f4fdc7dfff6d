using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>Everything that this incarnation signed in one slot; the only place where it signs.</summary>
internal sealed class OwnStatements
{
    private readonly long _slot;
    private readonly SlotRules _rules;
    private readonly List<Statement> _signed;

    public OwnStatements(long slot, SlotRules rules)
    {
        (_slot, _rules) = (slot, rules);
        _signed = [];
    }

    private OwnStatements(OwnStatements other)
    {
        (_slot, _rules) = (other._slot, other._rules);
        _signed = [.. other._signed];
    }

    /// <summary>The one signed last: it carries what is sent without a statement of its own.</summary>
    public Statement Last => _signed[^1];

    public IReadOnlyList<Statement> All => _signed;

    public Statement Sign(StatementKind kind, int round, ImmutableArray<StatementEntry> entries, ImmutableArray<Outcome>? outcomes = null, Hash256 state = default)
    {
        var unsigned = new Statement(kind, _slot, round, _rules.Self, entries, outcomes ?? [], state, []);
        Statement signed = StatementBytes.Sign(unsigned, _rules.Signer, _rules.Scope);
        _signed.Add(signed);
        return signed;
    }

    /// <summary>Does it carry this node's signature without having been signed here? In a slot that no earlier incarnation may have signed in, that means a second holder of the key.</summary>
    public bool IsForeign(Statement statement) => statement.Author == _rules.Self && !_signed.Contains(statement);

    /// <summary>The statement, other than the SEND, in which this node listed a pair.</summary>
    public Statement Listing(Pair pair) => _signed.First(statement => statement.Kind != StatementKind.Send && statement.Lists(pair.Sender, pair.Value));

    public OwnStatements Clone() => new(this);

    public void WriteState(CanonicalWriter writer)
    {
        foreach (Statement statement in _signed) writer.Raw(statement.Body);
    }
}
