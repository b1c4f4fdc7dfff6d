using C3Fusion.Fusion.Covariance;

namespace C3Fusion.Fusion.Estimators;

/// <summary>The set {c + x : xᵀ P⁻¹ x &lt;= r²}: the safe set of a sensor with correlated axes.</summary>
/// <remarks>Its projection on a direction u is u·c +- r sqrt(uᵀ P u).</remarks>
public sealed class Ellipsoid
{
    private readonly double[] centre;
    private readonly int[] axes;

    /// <summary>An ellipsoid in all axes.</summary>
    /// <param name="centre">c, d finite numbers.</param>
    /// <param name="shape">P, in the registry's covariance; d x d.</param>
    /// <param name="radius">r, in sigmas, at least 0 and finite.</param>
    public Ellipsoid(ReadOnlySpan<double> centre, CovarianceMatrix shape, double radius)
        : this(centre, shape, radius, Enumerable.Range(0, centre.Length).ToArray(), centre.Length)
    {
    }

    /// <summary>An ellipsoid in some of the axes: of a sensor that says nothing on the others.</summary>
    /// <param name="centre">c, one finite number per axis that is seen.</param>
    /// <param name="shape">P over these axes.</param>
    /// <param name="radius">r, in sigmas, at least 0 and finite.</param>
    /// <param name="axes">The axes that are seen, ascending, each below <paramref name="dimensions"/>.</param>
    /// <param name="dimensions">Dimensions of the whole space.</param>
    public Ellipsoid(ReadOnlySpan<double> centre, CovarianceMatrix shape, double radius, ReadOnlySpan<int> axes, int dimensions)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (centre.Length != shape.Dimensions) throw new ArgumentException($"{centre.Length} numbers for a shape in {shape.Dimensions} dimensions", nameof(centre));
        foreach (double value in centre)
            if (!double.IsFinite(value)) throw new ArgumentException("a number of the centre is not finite", nameof(centre));
        if (!(radius >= 0 && double.IsFinite(radius))) throw new ArgumentException("the radius is negative or not finite", nameof(radius));
        if (axes.Length != centre.Length) throw new ArgumentException($"{axes.Length} axes for a centre of {centre.Length} numbers", nameof(axes));
        for (int i = 0; i < axes.Length; i++)
            if (axes[i] < 0 || axes[i] >= dimensions || (i > 0 && axes[i] <= axes[i - 1])) throw new ArgumentException($"the axes must ascend from 0 to {dimensions - 1}", nameof(axes));
        this.centre = centre.ToArray();
        this.axes = axes.ToArray();
        Dimensions = dimensions;
        Shape = shape;
        Radius = radius;
    }

    /// <summary>Dimensions of the space in which it lies; the shape has fewer where some axes are not seen.</summary>
    public int Dimensions { get; }

    /// <summary>The axes that are seen, ascending.</summary>
    public ReadOnlySpan<int> Axes => axes;

    /// <summary>c, over the axes that are seen.</summary>
    public ReadOnlySpan<double> Centre => centre;

    /// <summary>P, over the axes that are seen.</summary>
    public CovarianceMatrix Shape { get; }

    /// <summary>r.</summary>
    public double Radius { get; }

    /// <summary>Does the direction lie within the axes that are seen? Otherwise the projection is unbounded.</summary>
    /// <param name="direction">u, one number per dimension.</param>
    public bool Sees(ReadOnlySpan<double> direction)
    {
        int next = 0;
        for (int axis = 0; axis < direction.Length; axis++)
        {
            if (next < axes.Length && axes[next] == axis) next++;
            else if (direction[axis] != 0) return false;
        }

        return true;
    }

    /// <summary>The interval of u·p over the ellipsoid, rounded outward by a bound on the rounding of the sums.</summary>
    /// <param name="direction">u, one finite number per dimension; those of unseen axes must be 0 (<see cref="Sees"/>), or the result is <see cref="Interval.Unseen"/>.</param>
    public Interval Project(ReadOnlySpan<double> direction)
    {
        if (!Sees(direction)) return Interval.Unseen;
        int d = centre.Length;
        double middle = 0;
        double size = 0;
        double square = 0;
        double squareSize = 0;
        for (int i = 0; i < d; i++)
        {
            double u = direction[axes[i]];
            middle += u * centre[i];
            size += Math.Abs(u * centre[i]);
            for (int j = 0; j < d; j++)
            {
                double term = u * Shape[i, j] * direction[axes[j]];
                square += term;
                squareSize += Math.Abs(term);
            }
        }

        // Each of the d (d²) terms is rounded at most three times and takes part in at most d (d²) additions.
        double middleError = (d + 4) * Unit * size;
        double largest = Math.Max(0, square) + (((d * d) + 4) * Unit * squareSize);
        double reach = (Radius * Math.Sqrt(largest) * (1 + (8 * Unit))) + middleError;
        return Interval.FromCentre(middle, double.BitIncrement(reach));
    }

    private const double Unit = 2.220446049250313e-16;
}
