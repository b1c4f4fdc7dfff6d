using C3Fusion.Fusion;

namespace C3Fusion.Exercises.World;

/// <summary>The true path of one target, a state per scan while it lives.</summary>
/// <param name="Id">The target, from 0.</param>
/// <param name="FirstScan">First scan in which it exists.</param>
/// <param name="Positions">Positions from that scan on, m.</param>
/// <param name="Velocities">Velocities, m/s.</param>
public sealed record TargetPath(int Id, int FirstScan, IReadOnlyList<Enu> Positions, IReadOnlyList<Enu> Velocities)
{
    /// <summary>First scan in which it exists no more.</summary>
    public int EndScan => FirstScan + Positions.Count;

    /// <summary>Does it exist in this scan?</summary>
    public bool IsAlive(int scan) => scan >= FirstScan && scan < EndScan;

    /// <summary>Where it is some time after a scan, by constant velocity; before its birth and after its death from its first or last state.</summary>
    public (Enu Position, Enu Velocity) At(int scan, double later = 0)
    {
        int index = Math.Clamp(scan - FirstScan, 0, Positions.Count - 1);
        double dt = scan - FirstScan - index + later;
        return (Positions[index] + (Velocities[index] * dt), Velocities[index]);
    }
}
