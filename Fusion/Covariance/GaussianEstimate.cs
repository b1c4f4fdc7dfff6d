namespace C3Fusion.Fusion.Covariance;

/// <summary>A mean with its covariance, from a source whose errors may be correlated with others' in an unknown way.</summary>
public sealed class GaussianEstimate
{
    /// <summary>Takes a finite mean of the covariance's dimension.</summary>
    /// <param name="mean">The estimate, one number per axis.</param>
    /// <param name="covariance">Its error covariance.</param>
    public GaussianEstimate(ReadOnlySpan<double> mean, CovarianceMatrix covariance)
    {
        ArgumentNullException.ThrowIfNull(covariance);
        if (mean.Length != covariance.Dimensions) throw new ArgumentException($"{mean.Length} numbers for a covariance in {covariance.Dimensions} dimensions", nameof(mean));
        foreach (double value in mean)
            if (!double.IsFinite(value)) throw new ArgumentException("a number of the mean is not finite", nameof(mean));
        this.mean = mean.ToArray();
        Covariance = covariance;
    }

    private readonly double[] mean;

    /// <summary>The estimate.</summary>
    public ReadOnlySpan<double> Mean => mean;

    /// <summary>Its error covariance.</summary>
    public CovarianceMatrix Covariance { get; }

    /// <summary>d.</summary>
    public int Dimensions => mean.Length;
}
