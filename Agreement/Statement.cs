using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>One (sender, value) pair that a statement lists.</summary>
/// <param name="Sender">Whose broadcast, by node index.</param>
/// <param name="Value">Hash of the payload.</param>
public readonly record struct StatementEntry(int Sender, Hash256 Value) : IComparable<StatementEntry>
{
    /// <inheritdoc/>
    public int CompareTo(StatementEntry other)
    {
        int order = Sender.CompareTo(other.Sender);
        return order != 0 ? order : Value.CompareTo(other.Value);
    }
}

/// <summary>A signed statement of one node in one slot: the unit of support in bundled Dolev-Strong (docs/agreement-rules.md, section 6).</summary>
/// <remarks>Two statements are equal when their signed content is: one node can make many signatures of one content, and they say nothing more.</remarks>
/// <param name="Kind">What it says.</param>
/// <param name="Slot">In which slot.</param>
/// <param name="Round">
/// At whose deadline it was written: 0 for SEND, an early VOTE and an early RELAY, k for what was written at deadline(k). It never decides
/// what a statement counts for, only whether its author was heard in every round. A DECIDE has 0 where every outcome came by
/// certificate (it then counts as its author's CERT for all of them), else 1; a CERT has 0.
/// </param>
/// <param name="Author">Index of the node that signed it.</param>
/// <param name="Entries">Sorted, without repetition; at most two values of one sender, at most one of the author itself.</param>
/// <param name="Outcomes">For <see cref="StatementKind.Decide"/>: one for each node; else empty.</param>
/// <param name="StateHash">For <see cref="StatementKind.Decide"/>: the agreed picture after the slot before, zero where it was not known; else zero.</param>
/// <param name="Signature">64 bytes over the canonical bytes of all the above.</param>
public sealed record Statement(
    StatementKind Kind,
    long Slot,
    int Round,
    int Author,
    ImmutableArray<StatementEntry> Entries,
    ImmutableArray<Outcome> Outcomes,
    Hash256 StateHash,
    ImmutableArray<byte> Signature)
{
    private byte[]? _body;

    // A changed copy must not inherit the bytes of the original.
    private Statement(Statement original)
    {
        (Kind, Slot, Round, Author) = (original.Kind, original.Slot, original.Round, original.Author);
        (Entries, Outcomes, StateHash, Signature) = (original.Entries, original.Outcomes, original.StateHash, original.Signature);
    }

    /// <summary>Everything but author and signature, in canonical bytes: equal statements of different authors share it.</summary>
    internal ReadOnlySpan<byte> Body => _body ??= StatementBytes.WriteBody(this);

    /// <summary>The same content signed by a node; shares the encoded body.</summary>
    internal Statement SignedBy(int author, ImmutableArray<byte> signature) =>
        new(Kind, Slot, Round, author, Entries, Outcomes, StateHash, signature) { _body = _body ??= StatementBytes.WriteBody(this) };

    /// <summary>Does it list this pair?</summary>
    public bool Lists(int sender, Hash256 value)
    {
        foreach (StatementEntry entry in Entries)
        {
            if (entry.Sender == sender && entry.Value == value) return true;
        }

        return false;
    }

    /// <summary>Does it list this value, and no other, of this sender? Then a VOTE votes for it.</summary>
    public bool ListsOnly(int sender, Hash256 value)
    {
        bool found = false;
        foreach (StatementEntry entry in Entries)
        {
            if (entry.Sender != sender) continue;
            if (entry.Value != value) return false;
            found = true;
        }

        return found;
    }

    /// <summary>Do both say the same, signed by the same node?</summary>
    public bool Equals(Statement? other) =>
        other is not null && (ReferenceEquals(this, other) || (Author == other.Author && Body.SequenceEqual(other.Body)));

    /// <inheritdoc/>
    public override int GetHashCode() => (Author * 397) ^ ((int)Kind * 31) ^ (int)Slot ^ (Entries.Length > 0 ? Entries[0].Value.GetHashCode() : Outcomes.Length);
}
