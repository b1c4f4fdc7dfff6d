namespace C3Fusion.Rosters;

/// <summary>The slots in which a roster holds.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them; <see cref="long.MaxValue"/> while no other roster was decided.</param>
public readonly record struct SlotRange(long First, long Last)
{
    /// <summary>Every slot: a roster that nothing came before and nothing follows.</summary>
    public static SlotRange All => new(0, long.MaxValue);

    /// <summary>Is it one of them?</summary>
    public bool Contains(long slot) => slot >= First && slot <= Last;
}
