using System.Collections.Immutable;

namespace C3Fusion.Agreement.Tests.Exhaustive;

/// <summary>One honest node at a boundary between two moments: the real machine, and what it has done that counts.</summary>
/// <param name="Machine">Never stepped again: it is forked first.</param>
/// <param name="Decided">Its own outcomes once it has them.</param>
/// <param name="Misdeed">Something that must never happen within the assumptions, or null.</param>
internal sealed record NodeState(AgreementMachine Machine, AgreementEffect.Decided? Decided, string? Misdeed)
{
    public ImmutableArray<Outcome>? Vouched => Decided is { Abstained: null } decided ? decided.Outcomes : null;
}

/// <summary>A frame on its way to a node.</summary>
/// <param name="Frame">Its number.</param>
/// <param name="Due">The moment by whose end it must have arrived.</param>
internal readonly record struct InFlight(int Frame, int Due);

/// <summary>Where one node can be after a moment, and how it got there.</summary>
/// <param name="State">Number of the <see cref="NodeState"/>.</param>
/// <param name="Sent">Frames that it sent, as pairs (peer, frame).</param>
/// <param name="Kept">Frames to it that are still on their way.</param>
/// <param name="Path">What was delivered, in order.</param>
internal sealed record LocalSuccessor(int State, ImmutableArray<(int Peer, int Frame)> Sent, ImmutableArray<InFlight> Kept, string Path);
