using System.Collections.Immutable;

namespace C3Fusion.Agreement;

/// <summary>What one node sends another in a round: its own statement, the statements that support it, and payloads.</summary>
/// <param name="Author">Index of the node whose frame it is; limits go by it.</param>
/// <param name="Slot">The slot of all its statements.</param>
/// <param name="Own">The author's own statement.</param>
/// <param name="Supports">Statements of others that the author relays.</param>
/// <param name="Payloads">Payloads that the receiver is not known to hold.</param>
public sealed record Frame(
    int Author,
    long Slot,
    Statement Own,
    ImmutableArray<Statement> Supports,
    ImmutableArray<ReadOnlyMemory<byte>> Payloads);
