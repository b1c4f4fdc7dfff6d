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

/// <summary>A signed statement of one node in one slot: the unit of support in bundled Dolev-Strong (dolev-strong-rules, section 6).</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Slot">In which slot.</param>
/// <param name="Author">Index of the node that signed it.</param>
/// <param name="Entries">Sorted, without repetition.</param>
/// <param name="Outcomes">For <see cref="StatementKind.Decide"/>: one for each node; else empty.</param>
/// <param name="StateHash">For <see cref="StatementKind.Decide"/>: the agreed picture after the slot before; else zero.</param>
/// <param name="Signature">64 bytes over the canonical bytes of all the above.</param>
public sealed record Statement(
    StatementKind Kind,
    long Slot,
    int Author,
    ImmutableArray<StatementEntry> Entries,
    ImmutableArray<Outcome> Outcomes,
    Hash256 StateHash,
    ImmutableArray<byte> Signature);
