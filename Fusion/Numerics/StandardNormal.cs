namespace C3Fusion.Fusion.Numerics;

/// <summary>The Gaussian distribution of mean 0 and variance 1, bit-deterministic.</summary>
public static class StandardNormal
{
    private const double InverseSqrt2 = 0.7071067811865476;
    private const double SqrtTwoPi = 2.5066282746310002;

    /// <summary>P(X &lt;= x) = erfc(-x/sqrt 2)/2. Relative error below (1 + x²) * 2.3e-16.</summary>
    public static double Cdf(double x) => 0.5 * DeterministicMath.Erfc(-x * InverseSqrt2);

    /// <summary>The x with <see cref="Cdf"/> = <paramref name="probability"/>. Relative error below 1e-14 for probabilities down to 1e-300.</summary>
    /// <remarks>
    /// Start: Abramowitz and Stegun, 26.2.23 (error below 4.5e-4); then Halley's iteration on <see cref="Cdf"/>.
    /// Infinite at 0 and 1, NaN outside.
    /// </remarks>
    public static double Quantile(double probability)
    {
        if (!(probability >= 0 && probability <= 1)) return double.NaN;
        if (probability == 0) return double.NegativeInfinity;
        if (probability == 1) return double.PositiveInfinity;
        if (probability > 0.5) return -Quantile(1 - probability);
        double t = Math.Sqrt(-2 * DeterministicMath.Log(probability));
        double x = ((2.515517 + (t * (0.802853 + (t * 0.010328)))) / (1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308))))))) - t;
        for (int i = 0; i < 3; i++)
        {
            // Halley's step on cdf - p; near the middle through erf, so that nothing cancels.
            double excess = probability > 0.25
                ? (0.5 - probability) + (0.5 * DeterministicMath.Erf(x * InverseSqrt2))
                : Cdf(x) - probability;
            double step = excess * SqrtTwoPi * DeterministicMath.Exp(0.5 * x * x);
            x -= step / (1 + (0.5 * x * step));
        }

        return x;
    }
}
