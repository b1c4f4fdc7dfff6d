using C3Fusion.Fusion.Covariance;

namespace C3Fusion.Fusion.Estimators;

/// <summary>The set {c + x : xᵀ P⁻¹ x &lt;= r²}: the safe set of a sensor with correlated axes.</summary>
/// <remarks>Its projection on a direction u is u·c +- r sqrt(uᵀ P u).</remarks>
public sealed class Ellipsoid
{
    private readonly double[] centre;

    /// <param name="centre">c, d finite numbers.</param>
    /// <param name="shape">P, in the registry's covariance; d x d.</param>
    /// <param name="radius">r, in sigmas, at least 0 and finite.</param>
    public Ellipsoid(ReadOnlySpan<double> centre, CovarianceMatrix shape, double radius)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (centre.Length != shape.Dimensions) throw new ArgumentException($"{centre.Length} numbers for a shape in {shape.Dimensions} dimensions", nameof(centre));
        foreach (double value in centre)
            if (!double.IsFinite(value)) throw new ArgumentException("a number of the centre is not finite", nameof(centre));
        if (!(radius >= 0 && double.IsFinite(radius))) throw new ArgumentException("the radius is negative or not finite", nameof(radius));
        this.centre = centre.ToArray();
        Shape = shape;
        Radius = radius;
    }

    /// <summary>c.</summary>
    public ReadOnlySpan<double> Centre => centre;

    /// <summary>P.</summary>
    public CovarianceMatrix Shape { get; }

    /// <summary>r.</summary>
    public double Radius { get; }

    /// <summary>The interval of u·p over the ellipsoid, rounded outward by a bound on the rounding of the sums.</summary>
    /// <param name="direction">u, d finite numbers.</param>
    public Interval Project(ReadOnlySpan<double> direction)
    {
        int d = centre.Length;
        double middle = 0;
        double size = 0;
        double square = 0;
        double squareSize = 0;
        for (int i = 0; i < d; i++)
        {
            middle += direction[i] * centre[i];
            size += Math.Abs(direction[i] * centre[i]);
            for (int j = 0; j < d; j++)
            {
                double term = direction[i] * Shape[i, j] * direction[j];
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
