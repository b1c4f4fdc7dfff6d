using C3Fusion.Fusion.Covariance;

namespace C3Fusion.Fusion.Estimators;

/// <summary>Joint fusion of ellipsoids through projections: on each direction u, M_f of the projections contains u·truth.</summary>
/// <remarks>
/// Directions: the axes and the principal directions of every sensor's shape; their slabs intersect in a sound convex
/// polytope, tighter than boxes where a sensor is precise across its axes (range and bearing). A sensor counts in every
/// direction within the axes that it sees; a direction with fewer than 2f+1 such sensors has no bound. Needs n >= 2f+1 on
/// some direction.
/// </remarks>
public sealed class DirectionalFusion
{
    private readonly double[][] directions;
    private readonly Interval[] slabs;

    private DirectionalFusion(FusionStatus status, int dimensions, int maxOverlapBound, ulong accused, double[][] directions, Interval[] slabs)
    {
        Status = status;
        Dimensions = dimensions;
        MaxOverlapBound = maxOverlapBound;
        Accused = accused;
        this.directions = directions;
        this.slabs = slabs;
    }

    /// <summary>How far it can be trusted; <see cref="FusionStatus.Alarm"/> where any direction has an empty C_f.</summary>
    public FusionStatus Status { get; }

    /// <summary>d.</summary>
    public int Dimensions { get; }

    /// <summary>No point lies in more ellipsoids than this: the least of the directions' largest overlaps. n minus this is a certified number of liars.</summary>
    public int MaxOverlapBound { get; }

    /// <summary>Bit i is set where sensor i meets no region of C_f on some direction: certainly faulty, given the assumption.</summary>
    public ulong Accused { get; }

    /// <summary>The directions: first the d axes, then the sensors' principal directions.</summary>
    public IReadOnlyList<double[]> Directions => directions;

    /// <summary>M_f on each direction, over the sensors that see it; <see cref="Interval.Unseen"/> where they are fewer than 2f+1; empty in an alarm or with too few sensors on every direction. The first d are the box.</summary>
    public IReadOnlyList<Interval> Slabs => slabs;

    /// <summary>Fuses ellipsoids of one space; each may see some of its axes only.</summary>
    /// <param name="ellipsoids">1 to 64.</param>
    /// <param name="f">How many of them may miss the truth.</param>
    public static DirectionalFusion Fuse(IReadOnlyList<Ellipsoid> ellipsoids, int f)
    {
        ArgumentNullException.ThrowIfNull(ellipsoids);
        int n = ellipsoids.Count;
        if (n is 0 or > IntervalFusion.MaxSensors) throw new ArgumentException($"{n} ellipsoids: 1 to {IntervalFusion.MaxSensors} are allowed", nameof(ellipsoids));
        ArgumentOutOfRangeException.ThrowIfNegative(f);
        int d = ellipsoids[0].Dimensions;
        foreach (Ellipsoid ellipsoid in ellipsoids)
            if (ellipsoid.Dimensions != d) throw new ArgumentException("ellipsoids of different dimensions", nameof(ellipsoids));

        double[][] all = AllDirections(ellipsoids, d);
        var hulls = new Interval[all.Length];
        var projections = new Interval[n];
        var sensors = new int[n];
        var regions = new Interval[n];
        ulong accused = 0;
        int overlap = n;
        int smallest = int.MaxValue;
        bool empty = false;
        for (int k = 0; k < all.Length; k++)
        {
            int count = 0;
            for (int i = 0; i < n; i++)
            {
                if (!ellipsoids[i].Sees(all[k])) continue;
                sensors[count] = i;
                projections[count++] = ellipsoids[i].Project(all[k]);
            }

            hulls[k] = Interval.Unseen;
            if (count == 0) continue;
            IntervalFusionResult result = IntervalFusion.Fuse(projections.AsSpan(0, count), f, regions);
            // Those who do not see the direction may contain any point on it.
            overlap = Math.Min(overlap, n - count + result.MaxOverlap);
            if (!FaultBound.IsSufficient(count, f)) continue;
            smallest = Math.Min(smallest, count);
            for (int i = 0; i < count; i++) accused |= (result.Accused >> i & 1) << sensors[i];
            empty |= result.Marzullo is null;
            hulls[k] = result.Marzullo ?? default;
        }

        // More accused than f liars can be: two directions that together disprove the assumption.
        int faulty = Math.Max(n - overlap, System.Numerics.BitOperations.PopCount(accused));
        FusionStatus status = smallest == int.MaxValue ? FusionStatus.Insufficient : FaultBound.Status(smallest, f, faulty);
        bool usable = status is FusionStatus.Ok or FusionStatus.Weak && !empty;
        return new DirectionalFusion(status, d, overlap, usable ? accused : 0, all, usable ? hulls : []);
    }

    /// <summary>Does the polytope contain the point? In rounding's doubt yes.</summary>
    /// <param name="point">d finite numbers.</param>
    public bool Contains(ReadOnlySpan<double> point)
    {
        if (slabs.Length == 0) return false;
        for (int k = 0; k < slabs.Length; k++)
        {
            double along = 0;
            double size = 0;
            for (int i = 0; i < Dimensions; i++)
            {
                along += directions[k][i] * point[i];
                size += Math.Abs(directions[k][i] * point[i]);
            }

            double doubt = (Dimensions + 2) * 2.3e-16 * size;
            if (along + doubt < slabs[k].Low || along - doubt > slabs[k].High) return false;
        }

        return true;
    }

    private static double[][] AllDirections(IReadOnlyList<Ellipsoid> ellipsoids, int d)
    {
        var all = new List<double[]>();
        for (int axis = 0; axis < d; axis++)
        {
            double[] unit = new double[d];
            unit[axis] = 1;
            all.Add(unit);
        }

        foreach (Ellipsoid ellipsoid in ellipsoids)
        {
            int seen = ellipsoid.Axes.Length;
            double[] vectors = SymmetricEigen.Of(ellipsoid.Shape.Values, seen).Vectors;
            for (int column = 0; column < seen; column++)
            {
                double[] direction = new double[d];
                for (int row = 0; row < seen; row++) direction[ellipsoid.Axes[row]] = vectors[(row * seen) + column];
                if (!IsAxis(direction)) all.Add(direction);
            }
        }

        return [.. all];
    }

    private static bool IsAxis(double[] direction)
    {
        int nonZero = 0;
        foreach (double part in direction) nonZero += part != 0 ? 1 : 0;
        return nonZero == 1;
    }
}
