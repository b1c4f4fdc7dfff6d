using System.Runtime.Intrinsics;
using C3Fusion.Fusion.Numerics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>A chi-square as a normal score, by the cube-root transform of Wilson and Hilferty (PNAS 17, 1931).</summary>
internal static class ChiSquareScore
{
    /// <summary>Degrees of freedom of so many voices per axis about their common mean.</summary>
    public static double Freedom(V voices) => ConsistencySums.Sum(Vector256.Max(voices - V.One, V.Zero));

    /// <summary>(∛(χ²/k) - (1 - 2/9k)) / √(2/9k); minus infinity without freedom.</summary>
    public static double Normal(double chiSquare, double freedom)
    {
        if (freedom < 1) return double.NegativeInfinity;
        double spread = 2 / (9 * freedom);
        return (DeterministicMath.Cbrt(chiSquare / freedom) - (1 - spread)) / Math.Sqrt(spread);
    }
}
