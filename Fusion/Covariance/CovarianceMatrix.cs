namespace C3Fusion.Fusion.Covariance;

/// <summary>A covariance: finite, symmetric, positive definite. What is none cannot be held by this type.</summary>
public sealed class CovarianceMatrix
{
    /// <summary>The largest dimension.</summary>
    public const int MaxDimensions = 16;

    /// <summary>Entries that mirror each other may differ by this share of the two standard deviations: a producer's rounding, no more.</summary>
    private const double SymmetryTolerance = 1e-9;

    /// <summary>Smallest pivot of the correlation matrix: below it, inverses hold no digits.</summary>
    private const double SmallestPivot = 1e-12;

    private readonly double[] values;

    private CovarianceMatrix(double[] values, int d)
    {
        this.values = values;
        Dimensions = d;
    }

    /// <summary>d.</summary>
    public int Dimensions { get; }

    /// <summary>The entries, row by row.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <summary>One entry.</summary>
    public double this[int row, int column] => values[(row * Dimensions) + column];

    /// <summary>Takes d² entries, row by row; null, with the reason, if they are no covariance.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="reason">Why not; empty on success.</param>
    public static CovarianceMatrix? TryCreate(ReadOnlySpan<double> entries, out string reason)
    {
        int d = 1;
        while (d * d < entries.Length && d <= MaxDimensions) d++;
        reason = Fault(entries, d);
        if (reason.Length > 0) return null;
        double[] symmetric = entries.ToArray();
        SmallMatrix.Symmetrise(symmetric, d);
        return new CovarianceMatrix(symmetric, d);
    }

    /// <summary>Takes d² entries, row by row.</summary>
    /// <exception cref="ArgumentException">They are no covariance; the message says why.</exception>
    public static CovarianceMatrix Create(ReadOnlySpan<double> entries) =>
        TryCreate(entries, out string reason) ?? throw new ArgumentException(reason, nameof(entries));

    /// <summary>A covariance without correlations.</summary>
    /// <param name="variances">Its diagonal, each above 0.</param>
    public static CovarianceMatrix Diagonal(params ReadOnlySpan<double> variances)
    {
        double[] entries = new double[variances.Length * variances.Length];
        for (int i = 0; i < variances.Length; i++) entries[(i * variances.Length) + i] = variances[i];
        return Create(entries);
    }

    /// <summary>The least matrix of its form with P' >= P and P' >= diag(sigma²), in the sense of xᵀ P' x for every x: no direction, not only no axis, is finer than registered.</summary>
    /// <remarks>With S = diag(sigma) and S⁻¹ P S⁻¹ = V diag(l) Vᵀ: P' = P + Σ max(0, 1 - l) (S v)(S v)ᵀ = S V diag(max(l, 1)) Vᵀ S. A correlation of nearly 1 between two honest variances makes a forged direction, so raising the diagonal is not enough.</remarks>
    /// <param name="sigmas">Registered 1-sigma floors, one per axis, above 0.</param>
    /// <exception cref="ArgumentException">Another number of floors, or one beyond the double range relative to the covariance.</exception>
    public CovarianceMatrix WithFloor(ReadOnlySpan<double> sigmas)
    {
        int d = Dimensions;
        if (sigmas.Length != d) throw new ArgumentException($"{sigmas.Length} floors for {d} axes", nameof(sigmas));
        double[] relative = new double[d * d];
        for (int i = 0; i < d; i++)
            for (int j = 0; j < d; j++)
            {
                relative[(i * d) + j] = values[(i * d) + j] / sigmas[i] / sigmas[j];
                if (!double.IsFinite(relative[(i * d) + j]) || !(sigmas[i] > 0)) throw new ArgumentException("a floor is not above 0 or beyond the double range", nameof(sigmas));
            }

        SmallMatrix.Symmetrise(relative, d);
        (double[] shares, double[] vectors) = SymmetricEigen.Of(relative, d);
        double[] raised = [.. values];
        for (int k = 0; k < d; k++)
        {
            if (shares[k] >= 1) continue;
            for (int i = 0; i < d; i++)
                for (int j = 0; j < d; j++)
                    raised[(i * d) + j] += (1 - shares[k]) * (sigmas[i] * vectors[(i * d) + k]) * (sigmas[j] * vectors[(j * d) + k]);
        }

        SmallMatrix.Symmetrise(raised, d);
        foreach (double entry in raised)
            if (!double.IsFinite(entry)) throw new ArgumentException("a floor is beyond the double range", nameof(sigmas));
        // Positive definite since P is; its correlations may be closer to 1 than a message may claim them.
        return new CovarianceMatrix(raised, d);
    }

    private static string Fault(ReadOnlySpan<double> entries, int d)
    {
        if (d > MaxDimensions || entries.Length != d * d) return $"{entries.Length} entries are no square matrix of 1 to {MaxDimensions} rows";
        foreach (double entry in entries)
            if (!double.IsFinite(entry)) return "an entry is not finite";
        for (int i = 0; i < d; i++)
            if (!(entries[(i * d) + i] > 0)) return $"variance {i} is not above 0";

        double[] correlation = new double[d * d];
        for (int i = 0; i < d; i++)
            for (int j = 0; j < d; j++)
                correlation[(i * d) + j] = entries[(i * d) + j] / Math.Sqrt(entries[(i * d) + i]) / Math.Sqrt(entries[(j * d) + j]);
        for (int i = 0; i < d; i++)
            for (int j = 0; j < i; j++)
                if (!(Math.Abs(correlation[(i * d) + j] - correlation[(j * d) + i]) <= SymmetryTolerance)) return $"not symmetric at row {i}, column {j}";
        return Cholesky.Factor(correlation, d, SmallestPivot) ? string.Empty : "not positive definite";
    }
}
