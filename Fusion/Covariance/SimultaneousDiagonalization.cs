namespace C3Fusion.Fusion.Covariance;

/// <summary>A basis in which two symmetric matrices are diagonal at once: a = T Tᵀ and b = T diag(values) Tᵀ, a positive definite.</summary>
/// <remarks>Golub and Van Loan, Matrix Computations, 8.7: a = L Lᵀ, L⁻¹ b L⁻ᵀ = V diag(values) Vᵀ, T = L V. Then every a p + b q is T (p + q diag(values)) Tᵀ: what is minimised over a weight costs d operations a step instead of d³.</remarks>
internal sealed class SimultaneousDiagonalization
{
    private readonly double[] lower;
    private readonly double[] vectors;
    private readonly int d;

    private SimultaneousDiagonalization(double[] lower, double[] values, double[] vectors, int d)
    {
        this.lower = lower;
        this.vectors = vectors;
        this.d = d;
        Values = values;
    }

    /// <summary>b's diagonal in the basis in which a is the identity.</summary>
    public double[] Values { get; }

    /// <summary>Diagonalises both.</summary>
    /// <param name="a">Symmetric and positive definite, d x d.</param>
    /// <param name="b">Symmetric, d x d.</param>
    /// <param name="d">Dimensions.</param>
    public static SimultaneousDiagonalization Of(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int d)
    {
        double[] factor = a.ToArray();
        if (!Cholesky.Factor(factor, d)) throw new ArithmeticException("a matrix that must be positive definite is not, within rounding");
        for (int i = 0; i < d; i++)
            for (int j = i + 1; j < d; j++) factor[(i * d) + j] = 0;

        double[] whitened = b.ToArray();
        ForwardSolve(factor, whitened, d);
        whitened = SmallMatrix.Transpose(whitened, d);
        ForwardSolve(factor, whitened, d);
        SmallMatrix.Symmetrise(whitened, d);
        (double[] values, double[] eigenvectors) = SymmetricEigen.Of(whitened, d);
        return new SimultaneousDiagonalization(factor, values, eigenvectors, d);
    }

    /// <summary>T diag(values) Tᵀ, exactly symmetric.</summary>
    public double[] Compose(ReadOnlySpan<double> values)
    {
        double[] basis = SmallMatrix.Multiply(lower, vectors, d);
        double[] sum = new double[d * d];
        for (int i = 0; i < d; i++)
            for (int j = 0; j <= i; j++)
            {
                double entry = 0;
                for (int k = 0; k < d; k++) entry += basis[(i * d) + k] * values[k] * basis[(j * d) + k];
                sum[(i * d) + j] = sum[(j * d) + i] = entry;
            }

        return sum;
    }

    /// <summary>The squared lengths of T's columns: the trace of T diag(x) Tᵀ is the sum of these times x.</summary>
    public double[] SquaredLengths() => SquaredLengthsOfColumns(SmallMatrix.Multiply(lower, vectors, d), d);

    /// <summary>The squared lengths of the columns of T⁻ᵀ: the trace of (T diag(x) Tᵀ)⁻¹ is the sum of these over x.</summary>
    public double[] SquaredLengthsOfInverse()
    {
        double[] dual = [.. vectors];
        for (int column = 0; column < d; column++)
            for (int i = d - 1; i >= 0; i--)
            {
                double sum = dual[(i * d) + column];
                for (int k = i + 1; k < d; k++) sum -= lower[(k * d) + i] * dual[(k * d) + column];
                dual[(i * d) + column] = sum / lower[(i * d) + i];
            }

        return SquaredLengthsOfColumns(dual, d);
    }

    private static double[] SquaredLengthsOfColumns(double[] matrix, int d)
    {
        double[] squares = new double[d];
        for (int i = 0; i < d; i++)
            for (int k = 0; k < d; k++) squares[k] += matrix[(i * d) + k] * matrix[(i * d) + k];
        return squares;
    }

    /// <summary>Replaces b with L⁻¹ b.</summary>
    private static void ForwardSolve(double[] factor, double[] b, int d)
    {
        for (int column = 0; column < d; column++)
            for (int i = 0; i < d; i++)
            {
                double sum = b[(i * d) + column];
                for (int k = 0; k < i; k++) sum -= factor[(i * d) + k] * b[(k * d) + column];
                b[(i * d) + column] = sum / factor[(i * d) + i];
            }
    }
}
