using C3Fusion.Fusion.Covariance;
using CsCheck;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>Estimates with covariances R Rᵀ + 0.05: the roots R are kept, since an admissible cross-covariance of two is R C Sᵀ with a contraction C.</summary>
/// <param name="D">Dimensions.</param>
/// <param name="Roots">One root per estimate, d x (d + d): R and the root of 0.05 beside it.</param>
/// <param name="Covariances">One per estimate, d x d.</param>
/// <param name="Means">One per estimate.</param>
/// <param name="Contraction">2d x 2d of norm at most 1.</param>
internal sealed record CovarianceCase(int D, double[][] Roots, double[][] Covariances, double[][] Means, double[] Contraction)
{
    public int N => Covariances.Length;

    /// <summary>All estimates: with bounds so wide that they are consistent, and floors below their variances.</summary>
    public ConsistentSelection Select()
    {
        var estimates = new GaussianEstimate[N];
        for (int i = 0; i < N; i++) estimates[i] = new GaussianEstimate(Means[i], CovarianceMatrix.Create(Covariances[i]));
        double[] floors = new double[N * D];
        Array.Fill(floors, 0.2);
        return ConsistentSelection.TrySelect(estimates, floors, 0, boundK: 100, sigmaCap: 1e6)!;
    }

    public override string ToString() => string.Join("; ", Covariances.Zip(Means).Select(pair => $"[{string.Join(", ", pair.First.Select(x => x.ToString("R", null)))}] at [{string.Join(", ", pair.Second)}]"));

    /// <summary>From <paramref name="least"/> to <paramref name="most"/> estimates in 1 to <paramref name="maxD"/> dimensions.</summary>
    public static Gen<CovarianceCase> Of(int least, int most, int maxD = 4) => new Generator(least, most, maxD);

    private sealed class Generator(int least, int most, int maxD) : Gen<CovarianceCase>
    {
        private const double Added = 0.05;

        public override CovarianceCase Generate(PCG pcg, Size? min, out Size size)
        {
            int d = 1 + pcg.Below(maxD);
            int n = least + pcg.Below(most - least + 1);
            double[][] roots = new double[n][];
            double[][] covariances = new double[n][];
            double[][] means = new double[n][];
            for (int i = 0; i < n; i++)
            {
                double[] root = roots[i] = new double[2 * d * d];
                double[] covariance = covariances[i] = new double[d * d];
                double[] mean = means[i] = new double[d];
                for (int a = 0; a < d; a++)
                {
                    mean[a] = 2 * pcg.Signed();
                    root[(a * 2 * d) + d + a] = Math.Sqrt(Added);
                    for (int k = 0; k < d; k++) root[(a * 2 * d) + k] = 3 * pcg.Signed();
                    for (int b = 0; b <= a; b++)
                    {
                        double sum = 0;
                        for (int k = 0; k < 2 * d; k++) sum += root[(a * 2 * d) + k] * root[(b * 2 * d) + k];
                        covariance[(a * d) + b] = covariance[(b * d) + a] = sum;
                    }
                }
            }

            size = new Size((ulong)((n << 8) + d));
            return new CovarianceCase(d, roots, covariances, means, RandomContraction(pcg, 2 * d));
        }

        /// <summary>Divided by its Frobenius norm: no singular value above 1. In half of the cases the identity or its negative: full correlation.</summary>
        private static double[] RandomContraction(PCG pcg, int size)
        {
            double[] c = new double[size * size];
            int kind = pcg.Below(4);
            double squares = 1e-18;
            for (int k = 0; k < c.Length; k++)
            {
                c[k] = kind < 2 ? (k % (size + 1) == 0 ? (kind * 2) - 1 : 0) : pcg.Signed();
                squares += c[k] * c[k];
            }

            if (kind < 2) return c;
            double norm = Math.Sqrt(squares);
            for (int k = 0; k < c.Length; k++) c[k] /= norm;
            return c;
        }
    }
}
