namespace C3Fusion.Fusion.Estimators;

/// <summary>How a geometric median was found, and a certificate that it is one.</summary>
/// <param name="Iterations">Steps that were taken; 0 where a data point itself is the median.</param>
/// <param name="IsDataPoint">Is it one of the points? Then the subgradient condition of Vardi and Zhang proves it.</param>
/// <param name="GradientNorm">Norm of the sum of unit vectors from the result to the points, less what a data point at the result can balance: 0 at the minimum. Convexity bounds the cost: cost - least cost &lt;= this times the points' diameter.</param>
/// <param name="StepNorm">Length of the last Newton step relative to the points' extent: the estimated error of the position.</param>
/// <param name="Converged">Did the step fall below 1e-12 of the extent, or the gradient to its rounding error?</param>
public readonly record struct GeometricMedianResult(int Iterations, bool IsDataPoint, double GradientNorm, double StepNorm, bool Converged);
