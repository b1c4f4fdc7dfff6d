namespace C3Fusion.Fusion.Covariance;

/// <summary>A = L Lᵀ for small symmetric positive definite matrices in row-major order: additions, products, quotients and roots in a fixed order, so equal bits on every machine.</summary>
internal static class Cholesky
{
    /// <summary>Replaces the lower triangle of <paramref name="a"/> with L; the upper triangle is left as it was. False where a pivot is not above <paramref name="floor"/>: not positive definite.</summary>
    public static bool Factor(Span<double> a, int d, double floor = 0)
    {
        for (int j = 0; j < d; j++)
        {
            double pivot = a[(j * d) + j];
            for (int k = 0; k < j; k++) pivot -= a[(j * d) + k] * a[(j * d) + k];
            if (!(pivot > floor) || double.IsPositiveInfinity(pivot)) return false;
            double root = Math.Sqrt(pivot);
            a[(j * d) + j] = root;
            for (int i = j + 1; i < d; i++)
            {
                double sum = a[(i * d) + j];
                for (int k = 0; k < j; k++) sum -= a[(i * d) + k] * a[(j * d) + k];
                a[(i * d) + j] = sum / root;
            }
        }

        return true;
    }

    /// <summary>Replaces <paramref name="b"/> with the solution of L Lᵀ x = b.</summary>
    public static void Solve(ReadOnlySpan<double> factor, int d, Span<double> b)
    {
        for (int i = 0; i < d; i++)
        {
            double sum = b[i];
            for (int k = 0; k < i; k++) sum -= factor[(i * d) + k] * b[k];
            b[i] = sum / factor[(i * d) + i];
        }

        for (int i = d - 1; i >= 0; i--)
        {
            double sum = b[i];
            for (int k = i + 1; k < d; k++) sum -= factor[(k * d) + i] * b[k];
            b[i] = sum / factor[(i * d) + i];
        }
    }
}
