using C3Fusion.Fusion.Numerics;

namespace C3Fusion.Fusion.Estimators;

/// <summary>A symmetric matrix in 106 bits, factored in place as L Lᵀ (Golub and Van Loan, Matrix Computations, 4.2).</summary>
/// <param name="d">Rows.</param>
internal sealed class DoubleDoubleCholesky(int d)
{
    /// <summary>A pivot below this share of its diagonal entry holds no digits.</summary>
    private const double SmallestPivot = 1e-27;

    private readonly DoubleDouble[] entries = new DoubleDouble[d * d];

    /// <summary>An entry of the lower triangle; of L once it is factored.</summary>
    public ref DoubleDouble this[int row, int column] => ref entries[(row * d) + column];

    /// <summary>All entries 0.</summary>
    public void Clear() => Array.Clear(entries);

    /// <summary>Factors it; false where it is not positive definite within rounding.</summary>
    public bool Factor()
    {
        for (int j = 0; j < d; j++)
        {
            double before = this[j, j].High;
            for (int i = j; i < d; i++)
            {
                DoubleDouble sum = this[i, j];
                for (int k = 0; k < j; k++) sum -= this[i, k] * this[j, k];
                this[i, j] = sum;
            }

            if (!(this[j, j].High > SmallestPivot * before) || !double.IsFinite(before)) return false;
            DoubleDouble pivot = DoubleDouble.Sqrt(this[j, j]);
            this[j, j] = pivot;
            for (int i = j + 1; i < d; i++) this[i, j] /= pivot;
        }

        return true;
    }

    /// <summary>Replaces b with the solution of L Lᵀ x = b.</summary>
    public void Solve(DoubleDouble[] b)
    {
        for (int i = 0; i < d; i++)
        {
            DoubleDouble sum = b[i];
            for (int k = 0; k < i; k++) sum -= this[i, k] * b[k];
            b[i] = sum / this[i, i];
        }

        for (int i = d - 1; i >= 0; i--)
        {
            DoubleDouble sum = b[i];
            for (int k = i + 1; k < d; k++) sum -= this[k, i] * b[k];
            b[i] = sum / this[i, i];
        }
    }

    /// <summary>tr (L Lᵀ)⁻¹ = the sum of the squares of L⁻¹.</summary>
    public double TraceOfInverse()
    {
        DoubleDouble trace = default;
        var column = new DoubleDouble[d];
        for (int j = 0; j < d; j++)
        {
            for (int i = j; i < d; i++)
            {
                DoubleDouble sum = new(i == j ? 1 : 0, 0);
                for (int k = j; k < i; k++) sum -= this[i, k] * column[k];
                column[i] = sum / this[i, i];
                trace += column[i] * column[i];
            }
        }

        return trace.High;
    }
}
