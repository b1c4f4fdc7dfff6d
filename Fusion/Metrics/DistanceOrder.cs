namespace C3Fusion.Fusion.Metrics;

/// <summary>The exponent p of GOSPA and OSPA: p-th powers and p-th roots of distances.</summary>
/// <remarks>
/// Whole p up to 16 use multiplication alone, so that the common orders 1 and 2 are exact to the last bit of their sums.
/// The p-th power of a distance is relative to c^p: above p = 6 or so, small errors beside a large cutoff drown in rounding.
/// </remarks>
public readonly record struct DistanceOrder
{
    /// <summary>Largest whole order.</summary>
    public const int Largest = 16;

    /// <summary>An order p.</summary>
    /// <param name="p">A whole number from 1 to <see cref="Largest"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">p is anything else.</exception>
    public DistanceOrder(int p)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(p, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(p, Largest);
        P = p;
    }

    /// <summary>The exponent.</summary>
    public int P { get; }

    /// <summary><paramref name="value"/> to the power p.</summary>
    public double Power(double value)
    {
        double power = value;
        for (int i = 1; i < P; i++) power *= value;
        return power;
    }

    /// <summary>The p-th root of <paramref name="value"/>, 0 or more.</summary>
    public double Root(double value)
    {
        if (P == 1 || value == 0 || double.IsInfinity(value)) return value;
        return P == 2 ? Math.Sqrt(value) : Newton(value);
    }

    /// <summary>Newton's iteration for x^p = value, from above, so that it falls until rounding stops it.</summary>
    private double Newton(double value)
    {
        double x = Math.ScaleB(1, (int)Math.Ceiling((Math.ILogB(value) + 1) / (double)P));
        for (int i = 0; i < 200; i++)
        {
            double below = 1;
            for (int k = 1; k < P; k++) below *= x;
            double next = x - (((x * below) - value) / (P * below));
            if (!(next < x)) break;
            x = next;
        }

        return x;
    }
}
