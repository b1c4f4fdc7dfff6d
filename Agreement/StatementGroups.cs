using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>A list of statements in bytes, equal bodies written once. Used in frames and certificates.</summary>
public static class StatementGroups
{
    /// <summary>The canonical order: by body, then by author.</summary>
    internal static int Compare(Statement a, Statement b)
    {
        int order = a.Body.SequenceCompareTo(b.Body);
        return order != 0 ? order : a.Author.CompareTo(b.Author);
    }

    /// <summary>Sorts and drops repetitions: one signature of each content is enough.</summary>
    internal static ImmutableArray<Statement> Canonical(List<Statement> statements)
    {
        statements.Sort(Compare);
        var canonical = ImmutableArray.CreateBuilder<Statement>(statements.Count);
        foreach (Statement statement in statements)
        {
            if (canonical.Count == 0 || Compare(canonical[^1], statement) != 0) canonical.Add(statement);
        }

        return canonical.DrainToImmutable();
    }

    /// <summary>Writes statements that are in canonical order: by body, then by author.</summary>
    public static void Write(CanonicalWriter writer, ImmutableArray<Statement> statements)
    {
        int groups = 0;
        for (int i = 0; i < statements.Length; i++)
        {
            if (i == 0 || !statements[i].Body.SequenceEqual(statements[i - 1].Body)) groups++;
        }

        writer.U16(checked((ushort)groups));
        for (int start = 0; start < statements.Length;)
        {
            int end = start + 1;
            while (end < statements.Length && statements[end].Body.SequenceEqual(statements[start].Body)) end++;
            writer.Raw(statements[start].Body);
            writer.U8(checked((byte)(end - start)));
            for (int i = start; i < end; i++)
            {
                writer.U8(checked((byte)statements[i].Author));
                writer.Raw(statements[i].Signature.AsSpan());
            }

            start = end;
        }
    }

    /// <summary>Reads statements; fails the reader on any other form or order, and on more than <paramref name="limit"/>. No signature is checked.</summary>
    public static ImmutableArray<Statement> Read(ref CanonicalReader reader, Roster roster, int limit)
    {
        int groups = reader.U16();
        if (groups > limit) reader.Fail();
        if (reader.Failed || groups == 0) return [];
        var statements = ImmutableArray.CreateBuilder<Statement>();
        Statement? previous = null;
        for (int group = 0; group < groups && !reader.Failed; group++)
        {
            Statement body = StatementBytes.ReadBody(ref reader, roster);
            int authors = reader.U8();
            if (authors == 0 || statements.Count + authors > limit) reader.Fail();
            if (reader.Failed) return [];
            if (previous is not null && previous.Body.SequenceCompareTo(body.Body) >= 0) reader.Fail();
            previous = body;
            ReadAuthors(ref reader, roster, body, authors, statements);
        }

        return reader.Failed ? [] : statements.DrainToImmutable();
    }

    private static void ReadAuthors(ref CanonicalReader reader, Roster roster, Statement body, int authors, ImmutableArray<Statement>.Builder statements)
    {
        int last = -1;
        for (int i = 0; i < authors; i++)
        {
            int author = reader.U8();
            ReadOnlySpan<byte> signature = reader.Raw(Ed25519Signer.SignatureLength);
            if (reader.Failed || author <= last || author >= roster.Nodes.Length || !StatementBytes.Suits(body, author))
            {
                reader.Fail();
                return;
            }

            last = author;
            statements.Add(body.SignedBy(author, ImmutableArray.Create(signature)));
        }
    }
}
