using System.Collections.Immutable;

namespace C3Fusion.Agreement;

/// <summary>m or more equal DECIDEs of one slot (a quorum certificate): proves the decision to anyone who holds the roster.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Decides">The DECIDE statements, ascending by author, equal but for author and signature.</param>
public sealed record DecisionCertificate(long Slot, ImmutableArray<Statement> Decides)
{
    /// <summary>g: how many nodes signed it.</summary>
    public int Strength => Decides.Length;
}
