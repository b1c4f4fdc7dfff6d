namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>Plain dense matrices for the tests, row by row: inverses by Gauss-Jordan with pivoting, definiteness by pivots. Nothing of the library's Cholesky factors, eigenvectors or weights.</summary>
internal static class DenseOracle
{
    public static double[] Inverse(ReadOnlySpan<double> a, int d)
    {
        double[] left = a.ToArray();
        double[] right = new double[d * d];
        for (int i = 0; i < d; i++) right[(i * d) + i] = 1;
        for (int column = 0; column < d; column++)
        {
            int pivot = column;
            for (int i = column + 1; i < d; i++)
                if (Math.Abs(left[(i * d) + column]) > Math.Abs(left[(pivot * d) + column])) pivot = i;
            double scale = 1 / left[(pivot * d) + column];
            for (int j = 0; j < d; j++)
            {
                (left[(pivot * d) + j], left[(column * d) + j]) = (left[(column * d) + j], left[(pivot * d) + j] * scale);
                (right[(pivot * d) + j], right[(column * d) + j]) = (right[(column * d) + j], right[(pivot * d) + j] * scale);
            }

            for (int i = 0; i < d; i++)
            {
                double factor = left[(i * d) + column];
                if (i == column || factor == 0) continue;
                for (int j = 0; j < d; j++)
                {
                    left[(i * d) + j] -= factor * left[(column * d) + j];
                    right[(i * d) + j] -= factor * right[(column * d) + j];
                }
            }
        }

        return right;
    }

    public static double[] Product(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int d, bool transposeSecond = false)
    {
        double[] product = new double[d * d];
        for (int i = 0; i < d; i++)
            for (int j = 0; j < d; j++)
                for (int k = 0; k < d; k++) product[(i * d) + j] += a[(i * d) + k] * (transposeSecond ? b[(j * d) + k] : b[(k * d) + j]);
        return product;
    }

    /// <summary>p a + q b.</summary>
    public static double[] Sum(double p, ReadOnlySpan<double> a, double q, ReadOnlySpan<double> b)
    {
        double[] sum = new double[a.Length];
        for (int k = 0; k < sum.Length; k++) sum[k] = (p * a[k]) + (q * b[k]);
        return sum;
    }

    public static double Trace(ReadOnlySpan<double> a, int d)
    {
        double trace = 0;
        for (int i = 0; i < d; i++) trace += a[(i * d) + i];
        return trace;
    }

    /// <summary>The determinant of a symmetric positive definite matrix: the product of its pivots.</summary>
    public static double Determinant(ReadOnlySpan<double> a, int d)
    {
        double product = 1;
        foreach (double pivot in Pivots(a, d, 0)) product *= pivot;
        return product;
    }

    /// <summary>Is no eigenvalue of the symmetric matrix below -<paramref name="slack"/>? That is when a + slack has positive pivots only (Sylvester).</summary>
    public static bool IsPositive(ReadOnlySpan<double> a, int d, double slack)
    {
        foreach (double pivot in Pivots(a, d, slack))
            if (!(pivot > 0)) return false;
        return true;
    }

    private static double[] Pivots(ReadOnlySpan<double> a, int d, double added)
    {
        double[] rest = a.ToArray();
        double[] pivots = new double[d];
        for (int i = 0; i < d; i++) rest[(i * d) + i] += added;
        for (int k = 0; k < d; k++)
        {
            pivots[k] = rest[(k * d) + k];
            for (int i = k + 1; i < d; i++)
                for (int j = k + 1; j < d; j++) rest[(i * d) + j] -= rest[(i * d) + k] * rest[(k * d) + j] / pivots[k];
        }

        return pivots;
    }
}
