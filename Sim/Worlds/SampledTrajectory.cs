using System.Collections.Immutable;
using C3Fusion.Fusion;

namespace C3Fusion.Sim.Worlds;

/// <summary>A sample of a path with the velocity there.</summary>
/// <param name="TimeUs">Microseconds.</param>
/// <param name="Position">m.</param>
/// <param name="Velocity">m/s.</param>
public readonly record struct Knot(long TimeUs, Enu Position, Enu Velocity);

/// <summary>A recorded path, interpolated by cubic Hermite splines: position and velocity are continuous.</summary>
/// <param name="Id">Number of the target.</param>
/// <param name="Knots">At least two, ascending in time.</param>
public sealed record SampledTrajectory(int Id, ImmutableArray<Knot> Knots) : Trajectory(Id, Knots[0].TimeUs, Knots[^1].TimeUs)
{
    /// <summary>A path through points, with the velocities of Catmull and Rom (weighted for unequal steps).</summary>
    /// <param name="id">Number of the target.</param>
    /// <param name="points">At least two, ascending in time.</param>
    public static SampledTrajectory Through(int id, IReadOnlyList<(long TimeUs, Enu Position)> points)
    {
        var knots = ImmutableArray.CreateBuilder<Knot>(points.Count);
        for (int i = 0; i < points.Count; i++)
        {
            Enu velocity = i == 0 ? Mean(points, 0)
                : i == points.Count - 1 ? Mean(points, i - 1)
                : Between(points, i);
            knots.Add(new Knot(points[i].TimeUs, points[i].Position, velocity));
        }

        return new SampledTrajectory(id, knots.MoveToImmutable());
    }

    /// <summary>The same path at another time and under another number.</summary>
    public SampledTrajectory Moved(int id, long byUs) => new(id, [.. Knots.Select(knot => knot with { TimeUs = knot.TimeUs + byUs })]);

    /// <inheritdoc/>
    public override (Enu Position, Enu Velocity) At(long timeUs)
    {
        int low = 0, high = Knots.Length - 2;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Knots[middle].TimeUs <= timeUs) low = middle;
            else high = middle - 1;
        }

        Knot from = Knots[low], to = Knots[low + 1];
        double step = (to.TimeUs - from.TimeUs) / 1e6, s = (timeUs - from.TimeUs) / (double)(to.TimeUs - from.TimeUs);
        double s2 = s * s, s3 = s2 * s;
        Enu position = (from.Position * ((2 * s3) - (3 * s2) + 1)) + (from.Velocity * (step * (s3 - (2 * s2) + s)))
            + (to.Position * ((3 * s2) - (2 * s3))) + (to.Velocity * (step * (s3 - s2)));
        Enu velocity = ((to.Position - from.Position) * ((6 * (s - s2)) / step))
            + (from.Velocity * ((3 * s2) - (4 * s) + 1)) + (to.Velocity * ((3 * s2) - (2 * s)));
        return (position, velocity);
    }

    private static Enu Mean(IReadOnlyList<(long TimeUs, Enu Position)> points, int i) =>
        (points[i + 1].Position - points[i].Position) * (1e6 / (points[i + 1].TimeUs - points[i].TimeUs));

    private static Enu Between(IReadOnlyList<(long TimeUs, Enu Position)> points, int i)
    {
        double before = points[i].TimeUs - points[i - 1].TimeUs, after = points[i + 1].TimeUs - points[i].TimeUs;
        return ((Mean(points, i - 1) * after) + (Mean(points, i) * before)) * (1 / (before + after));
    }
}
