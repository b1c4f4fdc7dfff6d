using C3Fusion.Fusion;

namespace C3Fusion.Exercises.World;

/// <summary>What a sensor makes of one target in one scan, with what only the generator (and an all-knowing liar) knows.</summary>
/// <param name="Target">The target; -1 for clutter, below that a liar's invention.</param>
/// <param name="Local">The sensor-local track id.</param>
/// <param name="TruePosition">Where the target is, m.</param>
/// <param name="TrueVelocity">Its velocity, m/s.</param>
/// <param name="Position">What is reported, m; NaN up where the sensor measures no height.</param>
/// <param name="Velocity">What is reported, m/s.</param>
public readonly record struct Reading(int Target, long Local, Enu TruePosition, Enu TrueVelocity, Enu Position, Enu Velocity)
{
    /// <summary>Is it a reading of a real target?</summary>
    public bool IsOfTarget => Target >= 0;
}
