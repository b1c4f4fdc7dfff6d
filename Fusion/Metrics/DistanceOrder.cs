using C3Fusion.Fusion.Numerics;

namespace C3Fusion.Fusion.Metrics;

/// <summary>The exponent p of GOSPA and OSPA: p-th powers and p-th roots of distances.</summary>
/// <remarks>
/// Whole p multiply and the root of order 2 is <see cref="Math.Sqrt"/>, so that the common orders are exact to the last bit
/// of their sums. A p-th power stands beside c^p: above p = 6 or so, small errors beside a large cutoff drown in rounding.
/// </remarks>
public readonly record struct DistanceOrder
{
    /// <summary>Largest order.</summary>
    public const double Largest = 16;

    /// <summary>An order p.</summary>
    /// <param name="p">From 1 to <see cref="Largest"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">p is anything else.</exception>
    public DistanceOrder(double p)
    {
        if (!(p >= 1 && p <= Largest)) throw new ArgumentOutOfRangeException(nameof(p), p, "the order must lie between 1 and 16");
        P = p;
    }

    /// <summary>The exponent.</summary>
    public double P { get; }

    /// <summary><paramref name="value"/>, 0 or more, to the power p.</summary>
    public double Power(double value)
    {
        if (P != Math.Truncate(P)) return DeterministicMath.Pow(value, P);
        double power = value;
        for (int i = 1; i < P; i++) power *= value;
        return power;
    }

    /// <summary>The p-th root of <paramref name="value"/>, 0 or more.</summary>
    public double Root(double value)
    {
        if (P == 1) return value;
        return P == 2 ? Math.Sqrt(value) : DeterministicMath.Pow(value, 1 / P);
    }
}
