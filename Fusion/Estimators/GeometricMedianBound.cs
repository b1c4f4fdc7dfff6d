namespace C3Fusion.Fusion.Estimators;

/// <summary>How far a point can be from the geometric median, from its gradient and curvature.</summary>
internal static class GeometricMedianBound
{
    /// <summary>
    /// Along a step s the second derivative of one distance r is |s across|² / r, and its rate of change at most 3 |s| / r
    /// times itself: while |s| is at most r / 8 it keeps more than half. So with rho = 2 |gradient| tr H⁻¹ (1 / tr H⁻¹ is at
    /// most the least curvature) the cost rises everywhere at rho from x, and by convexity the minimum is nearer.
    /// </summary>
    /// <param name="gradient">Norm of the gradient and a bound on its rounding.</param>
    /// <param name="inverseSquares">Σ 1 / distance² over the points.</param>
    /// <param name="traceOfInverse">tr H⁻¹, right to half of it.</param>
    /// <returns>rho; infinite where nothing can be said.</returns>
    public static double Distance(double gradient, double inverseSquares, double traceOfInverse)
    {
        // Twice once more: the trace may be wrong by half.
        double distance = 4 * gradient * traceOfInverse;
        return distance * distance * inverseSquares <= 1.0 / 64 ? distance : double.PositiveInfinity;
    }
}
