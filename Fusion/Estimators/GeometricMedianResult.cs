namespace C3Fusion.Fusion.Estimators;

/// <summary>How a geometric median was found, and a certificate that it is one.</summary>
/// <param name="Iterations">Steps that were taken; 0 where a data point itself is the median.</param>
/// <param name="IsDataPoint">Is it one of the points? Then the subgradient condition of Vardi and Zhang proves it.</param>
/// <param name="GradientNorm">Norm of the sum of unit vectors from the result to the points, less what a data point at the result can balance: 0 at the minimum. Convexity bounds the cost: cost - least cost &lt;= this times the points' diameter.</param>
/// <param name="ErrorBound">No minimum is farther than this from the result before its coordinates are rounded to doubles, in units of the points' typical distance from their centre (at most their extent): gradient and its rounding over the least curvature. Infinite where that proves nothing: points on a line, in the rounding of 106 bits.</param>
/// <param name="Converged">Is the error bound at most 1e-10, or the gradient no more than the rounding of 106 bits? In the second case the cost is the least to 1e-28 of the extent, though its place may not be determined.</param>
public readonly record struct GeometricMedianResult(int Iterations, bool IsDataPoint, double GradientNorm, double ErrorBound, bool Converged)
{
    /// <summary>Largest error bound with which a result counts as converged.</summary>
    internal const double PromisedError = 1e-10;

    internal static GeometricMedianResult Of(int iterations, bool isDataPoint, double gradientNorm, double errorBound, bool leastCost) =>
        new(iterations, isDataPoint, gradientNorm, errorBound, leastCost || errorBound <= PromisedError);
}
