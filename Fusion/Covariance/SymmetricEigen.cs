namespace C3Fusion.Fusion.Covariance;

/// <summary>Eigenvalues and eigenvectors of small symmetric matrices by Jacobi rotations in a fixed order: roots and the four operations only.</summary>
internal static class SymmetricEigen
{
    private const int MaxSweeps = 60;

    /// <summary>A = V diag(values) Vᵀ, eigenvectors in the columns of V (row-major).</summary>
    public static (double[] Values, double[] Vectors) Of(ReadOnlySpan<double> matrix, int d)
    {
        double[] a = matrix.ToArray();
        double[] v = new double[d * d];
        for (int i = 0; i < d; i++) v[(i * d) + i] = 1;
        for (int sweep = 0; sweep < MaxSweeps; sweep++)
        {
            bool rotated = false;
            for (int p = 0; p < d - 1; p++)
                for (int q = p + 1; q < d; q++) rotated |= Rotate(a, v, d, p, q);
            if (!rotated) break;
        }

        double[] values = new double[d];
        for (int i = 0; i < d; i++) values[i] = a[(i * d) + i];
        return (values, v);
    }

    private static bool Rotate(double[] a, double[] v, int d, int p, int q)
    {
        double apq = a[(p * d) + q];
        double app = a[(p * d) + p];
        double aqq = a[(q * d) + q];
        if (Math.Abs(apq) <= 1e-17 * Math.Sqrt(Math.Abs(app) * Math.Abs(aqq)) || apq == 0) return false;
        double theta = (aqq - app) / (2 * apq);
        double t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        if (!double.IsFinite(theta * theta)) t = 0.5 / theta;
        double c = 1 / Math.Sqrt((t * t) + 1);
        double s = t * c;
        for (int k = 0; k < d; k++)
        {
            double akp = a[(k * d) + p];
            double akq = a[(k * d) + q];
            a[(k * d) + p] = (c * akp) - (s * akq);
            a[(k * d) + q] = (s * akp) + (c * akq);
        }

        for (int k = 0; k < d; k++)
        {
            double apk = a[(p * d) + k];
            double aqk = a[(q * d) + k];
            a[(p * d) + k] = (c * apk) - (s * aqk);
            a[(q * d) + k] = (s * apk) + (c * aqk);
            double vkp = v[(k * d) + p];
            double vkq = v[(k * d) + q];
            v[(k * d) + p] = (c * vkp) - (s * vkq);
            v[(k * d) + q] = (s * vkp) + (c * vkq);
        }

        a[(p * d) + q] = a[(q * d) + p] = 0;
        return true;
    }
}
