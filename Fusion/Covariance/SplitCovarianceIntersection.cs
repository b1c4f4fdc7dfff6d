namespace C3Fusion.Fusion.Covariance;

/// <summary>Split covariance intersection: each error has a part that may be correlated in any way and a part known to be independent.</summary>
/// <remarks>
/// Julier and Uhlmann, "General decentralized data fusion with covariance intersection", in Handbook of Multisensor Data
/// Fusion (2001): with P_i = D_i / w_i + I_i (w_2 = 1 - w_1), P⁻¹ = P_1⁻¹ + P_2⁻¹ and
/// x = P (P_1⁻¹ x_1 + P_2⁻¹ x_2). All independent: the Kalman update; all dependent: CI.
/// </remarks>
public static class SplitCovarianceIntersection
{
    /// <summary>Weights stay this far from 0 and 1, where a dependent part would be divided by nothing.</summary>
    private const double Margin = 1e-9;

    /// <summary>What <see cref="Fuse"/> returns.</summary>
    /// <param name="Estimate">Mean and whole covariance.</param>
    /// <param name="Independent">The part of the covariance that is independent of everything else, d² entries, row by row; the rest is the dependent part.</param>
    /// <param name="Weight">w of the first estimate.</param>
    public sealed record Result(GaussianEstimate Estimate, double[] Independent, double Weight);

    /// <summary>Fuses a selection of exactly two estimates with the weight that minimises the trace.</summary>
    /// <param name="selection">Two estimates that are consistent with one another; their covariances are the whole ones.</param>
    /// <param name="independentFirst">Of the first one's covariance the independent part, d² entries, positive semidefinite and no larger than the whole.</param>
    /// <param name="independentSecond">The same of the second.</param>
    public static Result Fuse(ConsistentSelection selection, ReadOnlySpan<double> independentFirst, ReadOnlySpan<double> independentSecond)
    {
        ArgumentNullException.ThrowIfNull(selection);
        if (selection.Estimates.Count != 2) throw new ArgumentException($"{selection.Estimates.Count} estimates: exactly two are needed", nameof(selection));
        GaussianEstimate a = selection.Estimates[0];
        GaussianEstimate b = selection.Estimates[1];
        int d = a.Dimensions;
        double[] ownA = Part(a.Covariance, independentFirst, nameof(independentFirst));
        double[] ownB = Part(b.Covariance, independentSecond, nameof(independentSecond));
        double[] sharedA = SmallMatrix.Combine(1, a.Covariance.Values, -1, ownA);
        double[] sharedB = SmallMatrix.Combine(1, b.Covariance.Values, -1, ownB);

        double[] InformationA(double w) => SmallMatrix.Inverse(SmallMatrix.Combine(1 / w, sharedA, 1, ownA), d);
        double[] InformationB(double w) => SmallMatrix.Inverse(SmallMatrix.Combine(1 / (1 - w), sharedB, 1, ownB), d);
        double[] Fused(double w) => SmallMatrix.Inverse(SmallMatrix.Combine(1, InformationA(w), 1, InformationB(w)), d);
        double Inside(double w) => Math.Min(Math.Max(w, Margin), 1 - Margin);
        double weight = Inside(BrentMinimum.Find(w => SmallMatrix.Trace(Fused(Inside(w)), d)));

        double[] informationA = InformationA(weight);
        double[] informationB = InformationB(weight);
        double[] covariance = Fused(weight);
        double[] pull = SmallMatrix.Combine(1, SmallMatrix.Apply(informationA, a.Mean, d), 1, SmallMatrix.Apply(informationB, b.Mean, d));
        double[] inner = SmallMatrix.Combine(1, Sandwich(informationA, ownA, d), 1, Sandwich(informationB, ownB, d));
        double[] independent = Sandwich(covariance, inner, d);
        SmallMatrix.Symmetrise(independent, d);
        return new Result(new GaussianEstimate(SmallMatrix.Apply(covariance, pull, d), CovarianceMatrix.Create(covariance)), independent, weight);
    }

    private static double[] Sandwich(double[] outer, double[] inner, int d) => SmallMatrix.Multiply(SmallMatrix.Multiply(outer, inner, d), outer, d);

    private static double[] Part(CovarianceMatrix whole, ReadOnlySpan<double> part, string name)
    {
        int d = whole.Dimensions;
        if (part.Length != d * d) throw new ArgumentException($"{part.Length} entries: {d * d} are needed", name);
        double[] own = part.ToArray();
        SmallMatrix.Symmetrise(own, d);
        double scale = SmallMatrix.Trace(whole.Values, d);
        foreach (double[] matrix in new[] { own, SmallMatrix.Combine(1, whole.Values, -1, own) })
            foreach (double value in SymmetricEigen.Of(matrix, d).Values)
                if (!(value >= -1e-12 * scale)) throw new ArgumentException("the independent part must be positive semidefinite and no larger than the whole", name);
        return own;
    }
}
