namespace C3Fusion.Fusion.Covariance;

/// <summary>Dense d x d matrices in row-major arrays, summed in a fixed order.</summary>
internal static class SmallMatrix
{
    public static double[] Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int d)
    {
        double[] product = new double[d * d];
        for (int i = 0; i < d; i++)
            for (int k = 0; k < d; k++)
                for (int j = 0; j < d; j++)
                    product[(i * d) + j] += a[(i * d) + k] * b[(k * d) + j];
        return product;
    }

    public static double[] Transpose(ReadOnlySpan<double> a, int d)
    {
        double[] transpose = new double[d * d];
        for (int i = 0; i < d; i++)
            for (int j = 0; j < d; j++) transpose[(j * d) + i] = a[(i * d) + j];
        return transpose;
    }

    public static double[] Apply(ReadOnlySpan<double> a, ReadOnlySpan<double> x, int d)
    {
        double[] y = new double[d];
        for (int i = 0; i < d; i++)
            for (int j = 0; j < d; j++) y[i] += a[(i * d) + j] * x[j];
        return y;
    }

    /// <summary>p a + q b.</summary>
    public static double[] Combine(double p, ReadOnlySpan<double> a, double q, ReadOnlySpan<double> b)
    {
        double[] sum = new double[a.Length];
        for (int i = 0; i < sum.Length; i++) sum[i] = (p * a[i]) + (q * b[i]);
        return sum;
    }

    /// <summary>The inverse of a symmetric positive definite matrix, exactly symmetric; null where it is none.</summary>
    public static double[]? InverseOrNull(ReadOnlySpan<double> a, int d)
    {
        double[] factor = a.ToArray();
        if (!Cholesky.Factor(factor, d)) return null;
        double[] inverse = new double[d * d];
        double[] column = new double[d];
        for (int j = 0; j < d; j++)
        {
            Array.Clear(column);
            column[j] = 1;
            Cholesky.Solve(factor, d, column);
            for (int i = 0; i < d; i++) inverse[(i * d) + j] = column[i];
        }

        Symmetrise(inverse, d);
        return inverse;
    }

    /// <summary>The inverse of a matrix that is positive definite by construction.</summary>
    public static double[] Inverse(ReadOnlySpan<double> a, int d) =>
        InverseOrNull(a, d) ?? throw new ArithmeticException("a matrix that must be positive definite is not, within rounding");

    public static void Symmetrise(Span<double> a, int d)
    {
        for (int i = 0; i < d; i++)
            for (int j = 0; j < i; j++)
                a[(i * d) + j] = a[(j * d) + i] = (0.5 * a[(i * d) + j]) + (0.5 * a[(j * d) + i]);
    }

    public static double Trace(ReadOnlySpan<double> a, int d)
    {
        double sum = 0;
        for (int i = 0; i < d; i++) sum += a[(i * d) + i];
        return sum;
    }
}
