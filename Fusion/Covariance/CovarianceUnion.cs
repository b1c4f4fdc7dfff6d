namespace C3Fusion.Fusion.Covariance;

/// <summary>Covariance union (CU): one estimate that is right if any one of the given ones is.</summary>
/// <remarks>
/// Uhlmann, Information Fusion 4 (2003); generalised CU is the minimum enclosing ellipsoid (Bochardt and Uhlmann,
/// arXiv 1012.4795): U ⪰ P_i + (x - x_i)(x - x_i)ᵀ for every i. Here x is the convex combination of the means that
/// minimises det U, and U the pairwise least upper bound folded over the estimates: always a bound; for two estimates
/// at given x the least one. For sources that disagree although none is accused.
/// </remarks>
public static class CovarianceUnion
{
    private const int Sweeps = 20;

    /// <summary>U is raised by this share, so that rounding cannot make it less than a bound.</summary>
    private const double Safety = 1e-12;

    /// <summary>Fuses a selection.</summary>
    /// <param name="selection">Estimates that are consistent with one another.</param>
    public static GaussianEstimate Fuse(ConsistentSelection selection)
    {
        ArgumentNullException.ThrowIfNull(selection);
        IReadOnlyList<GaussianEstimate> estimates = selection.Estimates;
        int n = estimates.Count;
        int d = estimates[0].Dimensions;
        double[] weights = new double[n];
        Array.Fill(weights, 1.0 / n);
        for (int sweep = 0; sweep < (n > 2 ? Sweeps : 1); sweep++)
            for (int i = 0; i < n; i++)
                for (int j = i + 1; j < n; j++)
                {
                    (int p, int q, double shared) = (i, j, weights[i] + weights[j]);
                    double best = GoldenSection.Minimise(w =>
                    {
                        (weights[p], weights[q]) = (w * shared, (1 - w) * shared);
                        return RootOfDeterminant(Bound(estimates, Mean(estimates, weights)), d);
                    });
                    (weights[i], weights[j]) = (best * shared, (1 - best) * shared);
                }

        double[] mean = Mean(estimates, weights);
        double[] bound = Bound(estimates, mean);
        for (int k = 0; k < bound.Length; k++) bound[k] *= 1 + Safety;
        return new GaussianEstimate(mean, CovarianceMatrix.Create(bound));
    }

    private static double[] Mean(IReadOnlyList<GaussianEstimate> estimates, double[] weights)
    {
        double[] mean = new double[estimates[0].Dimensions];
        for (int i = 0; i < weights.Length; i++)
            for (int axis = 0; axis < mean.Length; axis++) mean[axis] += weights[i] * estimates[i].Mean[axis];
        return mean;
    }

    private static double[] Bound(IReadOnlyList<GaussianEstimate> estimates, double[] mean)
    {
        int d = mean.Length;
        double[] bound = Spread(estimates[0], mean);
        for (int i = 1; i < estimates.Count; i++) bound = LeastUpperBound(bound, Spread(estimates[i], mean), d);
        return bound;
    }

    private static double[] Spread(GaussianEstimate estimate, double[] mean)
    {
        int d = mean.Length;
        double[] spread = estimate.Covariance.Values.ToArray();
        for (int i = 0; i < d; i++)
            for (int j = 0; j < d; j++) spread[(i * d) + j] += (mean[i] - estimate.Mean[i]) * (mean[j] - estimate.Mean[j]);
        return spread;
    }

    /// <summary>In the coordinates in which a is the identity and b diagonal, the larger of each pair: L V max(1, diag) Vᵀ Lᵀ, a = L Lᵀ.</summary>
    private static double[] LeastUpperBound(double[] a, double[] b, int d)
    {
        double[] factor = [.. a];
        if (!Cholesky.Factor(factor, d)) throw new ArithmeticException("a covariance lost its definiteness to rounding");
        double[] lower = new double[d * d];
        for (int i = 0; i < d; i++)
            for (int j = 0; j <= i; j++) lower[(i * d) + j] = factor[(i * d) + j];

        double[] whitened = ForwardSolve(lower, SmallMatrix.Transpose(ForwardSolve(lower, b, d), d), d);
        SmallMatrix.Symmetrise(whitened, d);
        (double[] values, double[] vectors) = SymmetricEigen.Of(whitened, d);
        double[] root = SmallMatrix.Multiply(lower, vectors, d);
        double[] bound = new double[d * d];
        for (int i = 0; i < d; i++)
            for (int j = 0; j < d; j++)
                for (int k = 0; k < d; k++)
                    bound[(i * d) + j] += root[(i * d) + k] * Math.Max(1, values[k]) * root[(j * d) + k];
        SmallMatrix.Symmetrise(bound, d);
        return bound;
    }

    /// <summary>L⁻¹ B, column by column.</summary>
    private static double[] ForwardSolve(double[] lower, double[] b, int d)
    {
        double[] x = [.. b];
        for (int column = 0; column < d; column++)
            for (int i = 0; i < d; i++)
            {
                double sum = x[(i * d) + column];
                for (int k = 0; k < i; k++) sum -= lower[(i * d) + k] * x[(k * d) + column];
                x[(i * d) + column] = sum / lower[(i * d) + i];
            }

        return x;
    }

    private static double RootOfDeterminant(double[] matrix, int d)
    {
        double[] factor = [.. matrix];
        if (!Cholesky.Factor(factor, d)) return double.PositiveInfinity;
        double product = 1;
        for (int i = 0; i < d; i++) product *= factor[(i * d) + i];
        return product;
    }
}
