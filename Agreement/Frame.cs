using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>A payload with its hash, computed once where it enters.</summary>
/// <param name="Value">SHA-256 of <paramref name="Bytes"/>.</param>
/// <param name="Bytes">What a sender broadcasts.</param>
public readonly record struct Payload(Hash256 Value, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The payload with these bytes.</summary>
    public static Payload Of(ReadOnlyMemory<byte> bytes) => new(Hash256.Of(bytes.Span), bytes);
}

/// <summary>What one node sends another in a round: its own statement, the statements that support it, and payloads.</summary>
/// <param name="Author">Index of the node whose frame it is; limits go by it.</param>
/// <param name="Slot">The slot of its own statement and of all supports but DECIDEs, which may be of earlier slots.</param>
/// <param name="Own">The author's own statement.</param>
/// <param name="Supports">Statements that the author relays, ascending by (body, author) and without repetition.</param>
/// <param name="Payloads">Payloads that the receiver is not known to hold, ascending by hash.</param>
/// <param name="DecidesHeld">Bit i: the author holds node i's DECIDE of the slot before. A hint without signature: peers send what is missing.</param>
public sealed record Frame(
    int Author,
    long Slot,
    Statement Own,
    ImmutableArray<Statement> Supports,
    ImmutableArray<Payload> Payloads,
    ulong DecidesHeld)
{
    private ReadOnlyMemory<byte>? _bytes;

    // A changed copy must not inherit the bytes of the original.
    private Frame(Frame original)
    {
        (Author, Slot, Own, DecidesHeld) = (original.Author, original.Slot, original.Own, original.DecidesHeld);
        (Supports, Payloads) = (original.Supports, original.Payloads);
    }

    /// <summary>The canonical bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes ??= FrameBytes.Write(this);
}
