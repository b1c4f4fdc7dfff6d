using System.Collections.Immutable;
using C3Fusion.Fusion;
using C3Fusion.Rosters;

namespace C3Fusion.Sim;

/// <summary>A rectangle of the local frame, m.</summary>
/// <param name="West">Smallest east coordinate.</param>
/// <param name="South">Smallest north coordinate.</param>
/// <param name="East">Largest east coordinate.</param>
/// <param name="North">Largest north coordinate.</param>
public readonly record struct Area(double West, double South, double East, double North);

/// <summary>A target as it truly is at one time.</summary>
/// <param name="Target">Its number.</param>
/// <param name="Position">m.</param>
/// <param name="Velocity">m/s.</param>
public readonly record struct TargetState(int Target, Enu Position, Enu Velocity);

/// <summary>What is truly out there: the simulation knows, nobody else does.</summary>
/// <param name="Datum">Origin of the local frame.</param>
/// <param name="Area">Where the targets are, about.</param>
/// <param name="Trajectories">Every target's path, in absolute time, ascending by number.</param>
public sealed record World(GeodeticPosition Datum, Area Area, ImmutableArray<Trajectory> Trajectories)
{
    /// <summary>Replaces the content of <paramref name="states"/> with all targets that are there at <paramref name="time"/>, ascending by number.</summary>
    public void At(Instant time, List<TargetState> states)
    {
        states.Clear();
        foreach (Trajectory trajectory in Trajectories)
        {
            if (time.Microseconds < trajectory.FirstUs || time.Microseconds > trajectory.LastUs) continue;
            (Enu position, Enu velocity) = trajectory.At(time.Microseconds);
            states.Add(new TargetState(trajectory.Id, position, velocity));
        }
    }
}
