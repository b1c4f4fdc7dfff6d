using C3Fusion.Fusion.Numerics;

namespace C3Fusion.Fusion.Estimators;

/// <summary>How sure a published interval set can be: the chance that honest Gaussian errors alone push the truth out of it.</summary>
/// <remarks>
/// An honest reading's interval, reading +- k sigma, misses the truth with probability delta(k) = erfc(k / sqrt 2). With b
/// liars that all miss, C_f misses if and only if more than f-b of the n-b honest ones do:
/// P(Bin(n-b, delta) > f-b). M_f and F_f contain C_f: for them it is an upper bound. At k = 2, delta is 4.6 %: honest
/// sensors are "proved" faulty all the time; at k = 4 it is 1 in 15,787.
/// </remarks>
public static class MissProbability
{
    /// <summary>delta(k): the chance that one Gaussian error exceeds k sigmas in size.</summary>
    /// <param name="k">Half width of the interval in sigmas, at least 0.</param>
    public static double OfReading(double k)
    {
        if (!(k >= 0)) throw new ArgumentOutOfRangeException(nameof(k), "the half width in sigmas is at least 0");
        return DeterministicMath.Erfc(k / Math.Sqrt(2));
    }

    /// <summary>The chance that C_f misses the truth on one axis.</summary>
    /// <param name="k">Half width of the honest intervals in sigmas.</param>
    /// <param name="n">Number of sensors.</param>
    /// <param name="f">Fault bound of the set.</param>
    /// <param name="liars">How many of the n miss the truth on purpose, 0 to n.</param>
    public static double OfInterval(double k, int n, int f, int liars = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(f);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        if (liars < 0 || liars > n) throw new ArgumentOutOfRangeException(nameof(liars), "0 to n");
        return BinomialTail.Above(f - liars, n - liars, OfReading(k));
    }

    /// <summary>The chance that a box of per-axis or joint sets misses the truth on any of d axes: at least as the joint set has it, each sensor missing with 1 - (1-delta)^d.</summary>
    /// <param name="k">Half width of the honest intervals in sigmas.</param>
    /// <param name="n">Number of sensors, all of which see all axes.</param>
    /// <param name="f">Fault bound of the set.</param>
    /// <param name="d">Number of axes.</param>
    /// <param name="liars">How many of the n miss the truth on purpose.</param>
    public static double OfJointBox(double k, int n, int f, int d, int liars = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(d, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(f);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        if (liars < 0 || liars > n) throw new ArgumentOutOfRangeException(nameof(liars), "0 to n");
        double delta = OfReading(k);
        double any = delta;
        // 1 - (1-delta)^(j+1) = any + delta (1 - any): no cancellation for small delta.
        for (int axis = 1; axis < d; axis++) any += delta * (1 - any);
        return BinomialTail.Above(f - liars, n - liars, any);
    }
}
