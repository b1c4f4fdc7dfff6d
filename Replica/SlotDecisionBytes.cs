using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Rosters;

namespace C3Fusion.Replica;

/// <summary>Canonical bytes of an outcome vector: in ledger records, catch-up answers and decision hashes.</summary>
internal static class SlotDecisionBytes
{
    public static Hash256 HashOf(long slot, ImmutableArray<Outcome> outcomes)
    {
        var writer = new CanonicalWriter(16 + (33 * outcomes.Length));
        writer.I64(slot);
        Write(writer, outcomes);
        return Hash256.Of(writer.Written);
    }

    public static void Write(CanonicalWriter writer, ImmutableArray<Outcome> outcomes)
    {
        writer.U16(checked((ushort)outcomes.Length));
        foreach (Outcome outcome in outcomes)
        {
            writer.U8((byte)outcome.Kind);
            if (outcome.Kind == OutcomeKind.Value) writer.Hash(outcome.Value);
        }
    }

    /// <summary>Reads a vector of exactly <paramref name="nodes"/> outcomes; fails the reader on anything else.</summary>
    public static ImmutableArray<Outcome> Read(ref CanonicalReader reader, int nodes)
    {
        if (reader.U16() != nodes) reader.Fail();
        ImmutableArray<Outcome>.Builder outcomes = ImmutableArray.CreateBuilder<Outcome>(reader.Failed ? 0 : nodes);
        for (int i = 0; i < nodes && !reader.Failed; i++)
        {
            switch ((OutcomeKind)reader.U8())
            {
                case OutcomeKind.Value: outcomes.Add(Outcome.Of(reader.Hash())); break;
                case OutcomeKind.Silent: outcomes.Add(Outcome.Silent); break;
                case OutcomeKind.Equivocation: outcomes.Add(Outcome.Equivocation); break;
                default: reader.Fail(); break;
            }
        }

        return outcomes.ToImmutable();
    }
}
