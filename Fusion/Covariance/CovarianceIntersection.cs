namespace C3Fusion.Fusion.Covariance;

/// <summary>What a covariance fusion minimises over its free weight.</summary>
public enum CovarianceCriterion
{
    /// <summary>The trace: the mean squared error.</summary>
    Trace,

    /// <summary>The determinant: the volume of the error ellipsoid.</summary>
    Determinant,
}

/// <summary>Covariance intersection (CI): fuses estimates whose cross-correlations are unknown, without ever claiming too much.</summary>
/// <remarks>
/// Julier and Uhlmann, ACC 1997: P⁻¹ = sum of w_i P_i⁻¹, x = P sum of w_i P_i⁻¹ x_i, weights w_i >= 0 that sum to 1. If
/// each P_i bounds its estimate's error, P bounds the result's, whatever the correlations. With the best weight it is the
/// tightest such bound for two estimates (Reinhardt et al., IEEE SPL 22(11), 2015); for three or more it need not be.
/// </remarks>
public static class CovarianceIntersection
{
    private const int Bisections = 70;
    private const int MaxSweeps = 200;
    private const double WeightTolerance = 1e-13;

    /// <summary>Fuses a selection with the weights that minimise <paramref name="criterion"/> (a convex problem; solved by exact line searches over pairs of weights).</summary>
    /// <param name="selection">Estimates that are consistent with one another.</param>
    /// <param name="criterion">What to minimise.</param>
    /// <param name="weights">The weights, in the order of the selection.</param>
    public static GaussianEstimate Fuse(ConsistentSelection selection, CovarianceCriterion criterion, out double[] weights)
    {
        ArgumentNullException.ThrowIfNull(selection);
        double[][] information = Informations(selection);
        int n = information.Length;
        int d = selection.Estimates[0].Dimensions;
        weights = new double[n];
        Array.Fill(weights, 1.0 / n);
        for (int sweep = 0; sweep < MaxSweeps; sweep++)
        {
            double moved = 0;
            for (int i = 0; i < n; i++)
                for (int j = i + 1; j < n; j++) moved = Math.Max(moved, BalancePair(information, weights, i, j, d, criterion));
            if (moved <= WeightTolerance) break;
        }

        return FuseWith(selection, information, weights);
    }

    /// <summary>Fuses a selection with given weights.</summary>
    /// <param name="selection">Estimates that are consistent with one another.</param>
    /// <param name="weights">One per estimate, at least 0; they are scaled to sum to 1.</param>
    public static GaussianEstimate FuseWeighted(ConsistentSelection selection, ReadOnlySpan<double> weights)
    {
        ArgumentNullException.ThrowIfNull(selection);
        if (weights.Length != selection.Estimates.Count) throw new ArgumentException("one weight per estimate is needed", nameof(weights));
        double sum = 0;
        foreach (double weight in weights)
        {
            if (!(weight >= 0 && double.IsFinite(weight))) throw new ArgumentException("a weight is negative or not finite", nameof(weights));
            sum += weight;
        }

        if (!(sum > 0 && double.IsFinite(sum))) throw new ArgumentException("the weights have no positive finite sum", nameof(weights));
        double[] scaled = weights.ToArray();
        for (int i = 0; i < scaled.Length; i++) scaled[i] /= sum;
        return FuseWith(selection, Informations(selection), scaled);
    }

    private static double[][] Informations(ConsistentSelection selection)
    {
        var all = new double[selection.Estimates.Count][];
        for (int i = 0; i < all.Length; i++) all[i] = SmallMatrix.Inverse(selection.Estimates[i].Covariance.Values, selection.Estimates[i].Dimensions);
        return all;
    }

    private static GaussianEstimate FuseWith(ConsistentSelection selection, double[][] information, double[] weights)
    {
        int d = selection.Estimates[0].Dimensions;
        double[] total = Weighted(information, weights);
        double[] pull = new double[d];
        for (int i = 0; i < weights.Length; i++)
        {
            double[] part = SmallMatrix.Apply(information[i], selection.Estimates[i].Mean, d);
            for (int axis = 0; axis < d; axis++) pull[axis] += weights[i] * part[axis];
        }

        double[] covariance = SmallMatrix.Inverse(total, d);
        return new GaussianEstimate(SmallMatrix.Apply(covariance, pull, d), CovarianceMatrix.Create(covariance));
    }

    /// <summary>Shares the weight of two estimates in the best way: with the rest fixed, P⁻¹ = base + w difference, and the slope of the criterion rises with w, so its root is bisected in the basis in which both are diagonal.</summary>
    private static double BalancePair(double[][] information, double[] weights, int i, int j, int d, CovarianceCriterion criterion)
    {
        double shared = weights[i] + weights[j];
        if (shared <= 0) return 0;
        double before = weights[i];
        double[] difference = SmallMatrix.Combine(shared, information[i], -shared, information[j]);
        bool differ = false;
        foreach (double entry in difference) differ |= entry != 0;
        if (!differ) return 0;

        (weights[i], weights[j]) = (0, shared);
        var pencil = SimultaneousDiagonalization.Of(Weighted(information, weights), difference, d);
        double[]? lengths = criterion == CovarianceCriterion.Trace ? pencil.SquaredLengthsOfInverse() : null;
        double low = 0;
        double high = 1;
        for (int k = 0; k < Bisections && high - low > 0; k++)
        {
            double middle = 0.5 * (low + high);
            if (Slope(pencil.Values, lengths, middle) < 0) low = middle;
            else high = middle;
        }

        double best = high < 1e-18 ? 0 : low > 1 - 1e-15 ? 1 : 0.5 * (low + high);
        (weights[i], weights[j]) = (best * shared, (1 - best) * shared);
        return Math.Abs(weights[i] - before);
    }

    /// <summary>Of tr P = sum of g / (1 + w m): -sum of g m / (1 + w m)²; of log det P: -sum of m / (1 + w m).</summary>
    private static double Slope(double[] values, double[]? lengths, double w)
    {
        double slope = 0;
        for (int k = 0; k < values.Length; k++)
        {
            double scale = 1 + (w * values[k]);
            slope -= lengths is null ? values[k] / scale : lengths[k] * values[k] / (scale * scale);
        }

        return slope;
    }

    private static double[] Weighted(double[][] information, double[] weights)
    {
        double[] total = new double[information[0].Length];
        for (int i = 0; i < weights.Length; i++)
            for (int k = 0; k < total.Length; k++) total[k] += weights[i] * information[i][k];
        return total;
    }
}
