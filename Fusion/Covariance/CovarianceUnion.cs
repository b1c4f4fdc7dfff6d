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

    /// <summary>A sweep that moves no weight further ends the search: the determinant is flat there, and any weights give a bound.</summary>
    private const double WeightTolerance = 1e-4;

    /// <summary>U is raised by this share, so that rounding cannot make it less than a bound.</summary>
    private const double Safety = 1e-12;

    /// <summary>Fuses a selection.</summary>
    /// <param name="selection">Estimates that are consistent with one another.</param>
    public static GaussianEstimate Fuse(ConsistentSelection selection)
    {
        ArgumentNullException.ThrowIfNull(selection);
        IReadOnlyList<GaussianEstimate> estimates = selection.Estimates;
        int n = estimates.Count;
        double[] weights = new double[n];
        Array.Fill(weights, 1.0 / n);
        for (int sweep = 0; sweep < (n > 2 ? Sweeps : 1); sweep++)
        {
            double moved = 0;
            for (int i = 0; i < n; i++)
                for (int j = i + 1; j < n; j++) moved = Math.Max(moved, BalancePair(estimates, weights, i, j));
            if (moved <= WeightTolerance) break;
        }

        double[] mean = Mean(estimates, weights);
        double[] bound = Bound(estimates, mean);
        for (int k = 0; k < bound.Length; k++) bound[k] *= 1 + Safety;
        return new GaussianEstimate(mean, CovarianceMatrix.Create(bound));
    }

    /// <summary>Shares the weight of two estimates in the best way; returns how far it moved.</summary>
    private static double BalancePair(IReadOnlyList<GaussianEstimate> estimates, double[] weights, int i, int j)
    {
        double before = weights[i];
        double shared = weights[i] + weights[j];
        double best = BrentMinimum.Find(w =>
        {
            (weights[i], weights[j]) = (w * shared, (1 - w) * shared);
            return RootOfDeterminant(Bound(estimates, Mean(estimates, weights)), estimates[0].Dimensions);
        });
        (weights[i], weights[j]) = (best * shared, (1 - best) * shared);
        return Math.Abs(weights[i] - before);
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

    /// <summary>In the basis in which a is the identity and b diagonal, the larger of each pair.</summary>
    private static double[] LeastUpperBound(double[] a, double[] b, int d)
    {
        var pencil = SimultaneousDiagonalization.Of(a, b, d);
        double[] larger = [.. pencil.Values];
        for (int k = 0; k < d; k++) larger[k] = Math.Max(1, larger[k]);
        return pencil.Compose(larger);
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
