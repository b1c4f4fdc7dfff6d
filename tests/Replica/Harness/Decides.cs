using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Tests.Harness;

/// <summary>DECIDEs signed with any node's key, encoded here from the documented form of <see cref="StatementBytes"/>.</summary>
internal static class Decides
{
    public static Statement Sign(TestRoster roster, int author, long slot, ImmutableArray<Outcome> outcomes, Hash256 state = default)
    {
        var writer = new CanonicalWriter();
        writer.U8((byte)author);
        writer.U8((byte)StatementKind.Decide);
        writer.I64(slot);
        writer.U8(1);
        writer.U16(0);
        writer.U8((byte)outcomes.Length);
        foreach (Outcome outcome in outcomes)
        {
            writer.U8((byte)outcome.Kind);
            if (outcome.Kind == OutcomeKind.Value) writer.Hash(outcome.Value);
        }

        writer.Hash(state);
        byte[] signature = roster.NodeSigners[author].Sign(roster.Roster.Scope, SignatureDomain.Decide, writer.Written);
        return new Statement(StatementKind.Decide, slot, 1, author, [], outcomes, state, [.. signature]);
    }

    public static ImmutableArray<Statement> Of(TestRoster roster, long slot, ImmutableArray<Outcome> outcomes, params int[] authors) =>
        [.. authors.Select(author => Sign(roster, author, slot, outcomes))];
}
