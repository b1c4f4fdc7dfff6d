using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>What a slot may know of the world in one step.</summary>
/// <param name="Now">The time of the step.</param>
/// <param name="Effects">Where effects go.</param>
/// <param name="Before">DECIDEs of the slot before, or null.</param>
/// <param name="StateBefore">Hash of the agreed picture after the slot before; zero where the replica has not said.</param>
internal readonly record struct StepContext(Instant Now, List<AgreementEffect> Effects, DecideBook? Before, Hash256 StateBefore)
{
    /// <summary>The hint in every frame: whose DECIDEs of the slot before are here.</summary>
    public ulong DecidesHeld => Before?.Authors ?? 0;
}
