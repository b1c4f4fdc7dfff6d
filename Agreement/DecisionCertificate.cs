using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>m or more DECIDEs of one slot with equal outcomes (a quorum certificate): proves the decision to anyone who holds the roster.</summary>
/// <remarks>Two certificates of different outcomes share at least 2m-n, more than f, signers: one honest node would have signed both. No clock and no synchrony is used.</remarks>
/// <param name="Slot">The slot.</param>
/// <param name="Decides">The DECIDE statements, ascending by author, with equal outcomes.</param>
public sealed record DecisionCertificate(long Slot, ImmutableArray<Statement> Decides)
{
    /// <summary>g: how many nodes signed it.</summary>
    public int Strength => Decides.Length;

    /// <summary>What was decided: one outcome for each node.</summary>
    public ImmutableArray<Outcome> Outcomes => Decides[0].Outcomes;

    /// <summary>t_any = 2g-n-1: how many traitors the decision survives under any timing.</summary>
    public int ToleratedTraitors(Roster roster) => (2 * Strength) - roster.Nodes.Length - 1;

    /// <summary>The agreed picture after the slot before, where more than f nodes (so one honest node) name the same; else null.</summary>
    public Hash256? StateHash(Roster roster)
    {
        foreach (Statement decide in Decides)
        {
            if (decide.StateHash != default && Decides.Count(other => other.StateHash == decide.StateHash) > roster.FaultyNodes) return decide.StateHash;
        }

        return null;
    }
}
