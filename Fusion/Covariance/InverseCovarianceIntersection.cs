namespace C3Fusion.Fusion.Covariance;

/// <summary>Inverse covariance intersection (ICI): tighter than CI for two estimates whose correlation comes from common information.</summary>
/// <remarks>
/// Noack, Sijs, Reinhardt and Hanebeck, Automatica 79 (2017): with G = w A + (1-w) B,
/// P⁻¹ = A⁻¹ + B⁻¹ - G⁻¹, x = P ((A⁻¹ - w G⁻¹) a + (B⁻¹ - (1-w) G⁻¹) b). Conservative where the estimates' dependence is
/// common information (track-to-track fusion); not for arbitrary correlation: use CI where that is not known.
/// </remarks>
public static class InverseCovarianceIntersection
{
    /// <summary>Fuses a selection of exactly two estimates with the weight that minimises the trace.</summary>
    /// <param name="selection">Two estimates that are consistent with one another.</param>
    /// <param name="weight">w of the first.</param>
    public static GaussianEstimate Fuse(ConsistentSelection selection, out double weight)
    {
        ArgumentNullException.ThrowIfNull(selection);
        if (selection.Estimates.Count != 2) throw new ArgumentException($"{selection.Estimates.Count} estimates: exactly two are needed", nameof(selection));
        GaussianEstimate a = selection.Estimates[0];
        GaussianEstimate b = selection.Estimates[1];
        int d = a.Dimensions;
        // In the basis in which A is 1 and B is b: P = 1 / (1 + 1/b - 1/(w + (1-w) b)).
        var pencil = SimultaneousDiagonalization.Of(a.Covariance.Values, b.Covariance.Values, d);
        double[] lengths = pencil.SquaredLengths();
        weight = BrentMinimum.Find(w =>
        {
            double trace = 0;
            for (int k = 0; k < d; k++) trace += lengths[k] / (1 + (1 / pencil.Values[k]) - (1 / (w + ((1 - w) * pencil.Values[k]))));
            return trace;
        });

        double[] informationA = SmallMatrix.Inverse(a.Covariance.Values, d);
        double[] informationB = SmallMatrix.Inverse(b.Covariance.Values, d);
        double[] both = SmallMatrix.Combine(1, informationA, 1, informationB);
        double[] common = SmallMatrix.Inverse(SmallMatrix.Combine(weight, a.Covariance.Values, 1 - weight, b.Covariance.Values), d);
        double[] covariance = SmallMatrix.InverseOrNull(SmallMatrix.Combine(1, both, -1, common), d) ?? throw new ArithmeticException("the fused information is not positive definite, within rounding");
        double[] pullA = SmallMatrix.Apply(SmallMatrix.Combine(1, informationA, -weight, common), a.Mean, d);
        double[] pullB = SmallMatrix.Apply(SmallMatrix.Combine(1, informationB, -(1 - weight), common), b.Mean, d);
        double[] mean = SmallMatrix.Apply(covariance, SmallMatrix.Combine(1, pullA, 1, pullB), d);
        return new GaussianEstimate(mean, CovarianceMatrix.Create(covariance));
    }
}
