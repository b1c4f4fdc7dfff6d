using System.Collections.Immutable;
using System.Text;
using C3Fusion.Agreement.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Tests.Harness;

/// <summary>Signs whatever a script wants with one node's key.</summary>
internal sealed class Traitor(Roster roster, int node, bool real = false)
{
    private readonly ISigner _signer = TestRoster.SignerOf(node, real);

    public int Node => node;

    public static Payload Value(string text) => Payload.Of(Encoding.UTF8.GetBytes(text));

    public static StatementEntry Entry(int sender, string text) => new(sender, Value(text).Value);

    public Statement Send(long slot, string text) => Sign(StatementKind.Send, slot, 0, [Entry(node, text)]);

    public Statement Vote(long slot, params StatementEntry[] entries) => Sign(StatementKind.Vote, slot, 0, [.. entries.Order()]);

    public Statement Relay(long slot, int round, params StatementEntry[] entries) => Sign(StatementKind.Relay, slot, round, [.. entries.Order()]);

    public Statement Cert(long slot, params StatementEntry[] entries) => Sign(StatementKind.Certificate, slot, 0, [.. entries.Order()]);

    public Statement Alive(long slot, int round) => Sign(StatementKind.Alive, slot, round, []);

    public Statement Decide(long slot, int round, ImmutableArray<Outcome> outcomes, Hash256 state = default) => Sign(StatementKind.Decide, slot, round, [], outcomes, state);

    public Frame Frame(Statement own, IEnumerable<Statement> supports, params Payload[] payloads) =>
        new(own.Author, own.Slot, own, StatementGroups.Canonical([.. supports]), [.. payloads.OrderBy(payload => payload.Value)], 0);

    public Statement Sign(StatementKind kind, long slot, int round, ImmutableArray<StatementEntry> entries, ImmutableArray<Outcome>? outcomes = null, Hash256 state = default) =>
        StatementBytes.Sign(new Statement(kind, slot, round, node, entries, outcomes ?? [], state, []), _signer, roster.Scope);
}
