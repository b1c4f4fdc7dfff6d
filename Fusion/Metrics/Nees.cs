using MathNet.Numerics.Distributions;

namespace C3Fusion.Fusion.Metrics;

/// <summary>Normalised estimation error squared: is an estimator's covariance honest?</summary>
/// <remarks>
/// ε = eᵀ P⁻¹ e is χ² with d degrees of freedom where the covariance P is right (Bar-Shalom, Li and Kirubarajan, "Estimation
/// with Applications to Tracking and Navigation", 2001, section 5.4.2). Its average over many is d; above the interval the
/// estimator is over-confident, below it wastes accuracy. With an innovation and its covariance it is NIS.
/// </remarks>
public static class Nees
{
    /// <summary>Largest dimension.</summary>
    public const int LargestDimension = 16;

    /// <summary>ε of one error.</summary>
    /// <param name="error">Estimate minus truth, length d from 1 to <see cref="LargestDimension"/>, finite.</param>
    /// <param name="covariance">Row-major d × d covariance, symmetric and positive definite.</param>
    /// <param name="nees">ε, 0 or more.</param>
    /// <returns>False where the covariance is none: not finite, not symmetric (to 1e-9 of its size), or not positive definite.</returns>
    public static bool TryCompute(ReadOnlySpan<double> error, ReadOnlySpan<double> covariance, out double nees)
    {
        nees = double.NaN;
        int d = error.Length;
        if (d is < 1 or > LargestDimension || covariance.Length != d * d) throw new ArgumentException("covariance must be d x d, d from 1 to 16", nameof(covariance));
        if (!IsSymmetric(covariance, d)) return false;
        Span<double> factor = stackalloc double[d * d];
        Span<double> whitened = stackalloc double[d];
        double sum = 0;
        for (int i = 0; i < d; i++)
        {
            double e = error[i];
            for (int j = 0; j <= i; j++)
            {
                double s = covariance[(i * d) + j];
                for (int k = 0; k < j; k++) s -= factor[(i * d) + k] * factor[(j * d) + k];
                if (i != j)
                {
                    factor[(i * d) + j] = s / factor[(j * d) + j];
                    continue;
                }

                if (!(s > 0)) return false;
                factor[(i * d) + i] = Math.Sqrt(s);
            }

            for (int k = 0; k < i; k++) e -= factor[(i * d) + k] * whitened[k];
            whitened[i] = e / factor[(i * d) + i];
            sum += whitened[i] * whitened[i];
        }

        nees = sum;
        return double.IsFinite(sum);
    }

    /// <summary>The interval in which the average of <paramref name="count"/> independent values lies with probability <paramref name="confidence"/>.</summary>
    /// <param name="dimension">d.</param>
    /// <param name="count">Number of values averaged.</param>
    /// <param name="confidence">Two-sided, between 0 and 1, for instance 0.95.</param>
    public static (double Low, double High) AverageBounds(int dimension, int count, double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (!(confidence > 0 && confidence < 1)) throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "between 0 and 1");
        double freedom = (double)dimension * count, tail = (1 - confidence) / 2;
        return (ChiSquared.InvCDF(freedom, tail) / count, ChiSquared.InvCDF(freedom, 1 - tail) / count);
    }

    private static bool IsSymmetric(ReadOnlySpan<double> matrix, int d)
    {
        double size = 0;
        foreach (double m in matrix)
        {
            if (!double.IsFinite(m)) return false;
            size = Math.Max(size, Math.Abs(m));
        }

        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (Math.Abs(matrix[(i * d) + j] - matrix[(j * d) + i]) > 1e-9 * size) return false;
            }
        }

        return true;
    }
}
