using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>What a new incarnation of a node knows of the ones before it (docs/agreement-rules.md, section 7: slot lease).</summary>
/// <param name="LeasedUpTo">The lease found on stable storage; -1 where this identity never signed. A node whose lease is lost must get a new key.</param>
/// <param name="StartedAt">When this incarnation started, on its own clock, right or wrong.</param>
public sealed record RestartState(long LeasedUpTo, Instant StartedAt)
{
    /// <summary>The first incarnation of an identity.</summary>
    public static RestartState Fresh(Instant startedAt) => new(-1, startedAt);
}
