using System.Buffers;
using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>The canonical bytes of statements: one encoding of each, and every rule on their form that needs no key.</summary>
/// <remarks>
/// Body: <c>kind(1) slot(8) round(1) entries(2, then sender(1) value(32) each)</c> and, for a DECIDE,
/// <c>outcomes(1, then kind(1) [value(32)] each) stateHash(32)</c>. Signed is <c>author(1) || body</c> in the domain of the
/// kind and the scope of the roster (<see cref="SigningScope"/>), so equal statements of several authors share one body.
/// </remarks>
public static class StatementBytes
{
    /// <summary>The purpose under which a statement of this kind is signed.</summary>
    public static SignatureDomain DomainOf(StatementKind kind) => kind switch
    {
        StatementKind.Send => SignatureDomain.Send,
        StatementKind.Vote => SignatureDomain.Vote,
        StatementKind.Relay => SignatureDomain.Relay,
        StatementKind.Certificate => SignatureDomain.Certificate,
        StatementKind.Decide => SignatureDomain.Decide,
        StatementKind.Alive => SignatureDomain.Alive,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of statement"),
    };

    /// <summary>The statement signed by <paramref name="signer"/>.</summary>
    internal static Statement Sign(Statement unsigned, ISigner signer, SigningScope scope)
    {
        byte[] message = WriteMessage(unsigned.Author, unsigned.Body);
        byte[] signature = signer.Sign(scope, DomainOf(unsigned.Kind), message);
        return unsigned.SignedBy(unsigned.Author, ImmutableArray.Create(signature));
    }

    /// <summary>Does the signature hold?</summary>
    internal static bool IsSigned(Statement statement, SignatureCheck check, SigningScope scope)
    {
        ReadOnlySpan<byte> body = statement.Body;
        byte[] rented = ArrayPool<byte>.Shared.Rent(body.Length + 1);
        rented[0] = (byte)statement.Author;
        body.CopyTo(rented.AsSpan(1));
        bool holds = check.Verify(scope, DomainOf(statement.Kind), rented.AsSpan(0, body.Length + 1), statement.Signature.AsSpan());
        ArrayPool<byte>.Shared.Return(rented);
        return holds;
    }

    internal static byte[] WriteMessage(int author, ReadOnlySpan<byte> body)
    {
        byte[] message = new byte[body.Length + 1];
        message[0] = checked((byte)author);
        body.CopyTo(message.AsSpan(1));
        return message;
    }

    /// <summary>Everything but author and signature.</summary>
    internal static byte[] WriteBody(Statement statement)
    {
        var writer = new CanonicalWriter(64 + (33 * (statement.Entries.Length + statement.Outcomes.Length)));
        writer.U8((byte)statement.Kind);
        writer.I64(statement.Slot);
        writer.U8(checked((byte)statement.Round));
        writer.U16(checked((ushort)statement.Entries.Length));
        foreach (StatementEntry entry in statement.Entries)
        {
            writer.U8(checked((byte)entry.Sender));
            writer.Hash(entry.Value);
        }

        if (statement.Kind == StatementKind.Decide)
        {
            writer.U8(checked((byte)statement.Outcomes.Length));
            foreach (Outcome outcome in statement.Outcomes)
            {
                writer.U8((byte)outcome.Kind);
                if (outcome.Kind == OutcomeKind.Value) writer.Hash(outcome.Value);
            }

            writer.Hash(statement.StateHash);
        }

        return writer.ToArray();
    }

    /// <summary>Reads a body; the result has author -1 and no signature. Fails the reader on anything that no honest node writes.</summary>
    internal static Statement ReadBody(ref CanonicalReader reader, Roster roster)
    {
        var kind = (StatementKind)reader.U8();
        long slot = reader.I64();
        int round = reader.U8();
        ImmutableArray<StatementEntry> entries = ReadEntries(ref reader, roster);
        ImmutableArray<Outcome> outcomes = [];
        Hash256 state = default;
        if (kind == StatementKind.Decide)
        {
            outcomes = ReadOutcomes(ref reader, roster);
            state = reader.Hash();
        }

        var body = new Statement(kind, slot, round, -1, entries, outcomes, state, []);
        if (!reader.Failed && !IsWellFormed(body, roster)) reader.Fail();
        return body;
    }

    /// <summary>May a statement with this body be signed by <paramref name="author"/>?</summary>
    internal static bool Suits(Statement body, int author)
    {
        if (body.Kind == StatementKind.Send) return body.Entries[0].Sender == author;
        int own = 0;
        foreach (StatementEntry entry in body.Entries)
        {
            if (entry.Sender == author) own++;
        }

        return own <= 1;
    }

    private static ImmutableArray<StatementEntry> ReadEntries(ref CanonicalReader reader, Roster roster)
    {
        int count = reader.U16();
        if (count > Limits.Entries(roster)) reader.Fail();
        if (reader.Failed || count == 0) return [];
        var entries = ImmutableArray.CreateBuilder<StatementEntry>(count);
        for (int i = 0; i < count; i++) entries.Add(new StatementEntry(reader.U8(), reader.Hash()));
        return entries.MoveToImmutable();
    }

    private static ImmutableArray<Outcome> ReadOutcomes(ref CanonicalReader reader, Roster roster)
    {
        int count = reader.U8();
        if (count != roster.Nodes.Length) reader.Fail();
        if (reader.Failed) return [];
        var outcomes = ImmutableArray.CreateBuilder<Outcome>(count);
        for (int i = 0; i < count; i++)
        {
            var kind = (OutcomeKind)reader.U8();
            if (kind is not (OutcomeKind.Value or OutcomeKind.Silent or OutcomeKind.Equivocation)) reader.Fail();
            outcomes.Add(new Outcome(kind, kind == OutcomeKind.Value ? reader.Hash() : default));
        }

        return outcomes.MoveToImmutable();
    }

    private static bool IsWellFormed(Statement body, Roster roster)
    {
        if (body.Slot < 0 || !AreSorted(body.Entries, roster.Nodes.Length)) return false;
        int entries = body.Entries.Length;
        return body.Kind switch
        {
            StatementKind.Send => body.Round == 0 && entries == 1,
            StatementKind.Vote => body.Round <= 1,
            StatementKind.Relay => entries > 0 && body.Round < roster.Rounds,
            StatementKind.Certificate => entries > 0 && body.Round == 0 && HasOneValueEach(body.Entries),
            StatementKind.Decide => entries == 0 && (body.Round == 1 || (body.Round == 0 && AllAreValues(body.Outcomes))),
            StatementKind.Alive => entries == 0 && body.Round >= 1 && body.Round <= roster.Rounds,
            _ => false,
        };
    }

    private static bool AreSorted(ImmutableArray<StatementEntry> entries, int nodes)
    {
        for (int i = 0; i < entries.Length; i++)
        {
            if (entries[i].Sender >= nodes) return false;
            if (i > 0 && entries[i - 1].CompareTo(entries[i]) >= 0) return false;
            if (i > 1 && entries[i - 2].Sender == entries[i].Sender) return false;
        }

        return true;
    }

    private static bool HasOneValueEach(ImmutableArray<StatementEntry> entries)
    {
        for (int i = 1; i < entries.Length; i++)
        {
            if (entries[i - 1].Sender == entries[i].Sender) return false;
        }

        return true;
    }

    private static bool AllAreValues(ImmutableArray<Outcome> outcomes)
    {
        foreach (Outcome outcome in outcomes)
        {
            if (outcome.Kind != OutcomeKind.Value) return false;
        }

        return true;
    }
}
