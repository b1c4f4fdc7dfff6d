using C3Fusion.Fusion;

namespace C3Fusion.Sim;

/// <summary>Where a target truly is over time; the simulation knows, nobody else does.</summary>
/// <param name="Id">Number of the target.</param>
/// <param name="FirstUs">When it appears, microseconds.</param>
/// <param name="LastUs">When it is gone, microseconds.</param>
public abstract record Trajectory(int Id, long FirstUs, long LastUs)
{
    /// <summary>True position and velocity at <paramref name="timeUs"/>, within its life.</summary>
    public abstract (Enu Position, Enu Velocity) At(long timeUs);
}

/// <summary>Straight flight at constant velocity.</summary>
/// <param name="Id">Number of the target.</param>
/// <param name="FirstUs">When it appears, microseconds.</param>
/// <param name="LastUs">When it is gone, microseconds.</param>
/// <param name="Start">Position at <paramref name="FirstUs"/>, m.</param>
/// <param name="Velocity">m/s.</param>
public sealed record StraightTrajectory(int Id, long FirstUs, long LastUs, Enu Start, Enu Velocity) : Trajectory(Id, FirstUs, LastUs)
{
    /// <inheritdoc/>
    public override (Enu Position, Enu Velocity) At(long timeUs) => (Start + (Velocity * ((timeUs - FirstUs) / 1e6)), Velocity);
}
