using System.Numerics;
using System.Text;
using C3Fusion.Fusion.Numerics;
using C3Fusion.Rosters;

namespace C3Fusion.Sim;

/// <summary>A named stream of random numbers, equal on every machine for equal (seed, entity, purpose).</summary>
/// <remarks>
/// Each entity draws from streams of its own, so that adding a sensor disturbs no other (as ns-3's stream assignment).
/// Generator: xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47, 2021),
/// its state the SHA-256 of the name.
/// </remarks>
public sealed class RandomStream
{
    private ulong _a, _b, _c, _d;
    private double _spareGaussian = double.NaN;

    private RandomStream(Hash256 state)
    {
        (_a, _b, _c, _d) = (state.A, state.B, state.C, state.D);
        if ((_a | _b | _c | _d) == 0) _d = 1; // the one state that never leaves itself
    }

    /// <summary>The stream of one purpose of one entity under <paramref name="seed"/>.</summary>
    public static RandomStream Of(ulong seed, string entity, string purpose) =>
        new(Hash256.Of(Encoding.UTF8.GetBytes($"c3fusion stream\n{seed}\n{entity}\n{purpose}")));

    /// <summary>The stream that starts from this state.</summary>
    public static RandomStream FromState(ulong a, ulong b, ulong c, ulong d) => new(new Hash256(a, b, c, d));

    /// <summary>64 uniform bits.</summary>
    public ulong NextBits()
    {
        ulong result = unchecked(BitOperations.RotateLeft(_b * 5, 7) * 9);
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextUnit() => (NextBits() >> 11) * (1.0 / 9007199254740992);

    /// <summary>Uniform in [low, high).</summary>
    public double Next(double low, double high) => low + ((high - low) * NextUnit());

    /// <summary>Uniform among 0 .. <paramref name="count"/>-1.</summary>
    public int Next(int count) => (int)(((UInt128)NextBits() * (ulong)count) >> 64);

    /// <summary>True with this probability.</summary>
    public bool Chance(double probability) => NextUnit() < probability;

    /// <summary>Gaussian of mean 0 and variance 1 (Marsaglia's polar method).</summary>
    public double NextGaussian()
    {
        if (!double.IsNaN(_spareGaussian))
        {
            double spare = _spareGaussian;
            _spareGaussian = double.NaN;
            return spare;
        }

        while (true)
        {
            double u = Next(-1, 1), v = Next(-1, 1), square = (u * u) + (v * v);
            if (square is >= 1 or 0) continue;
            double factor = Math.Sqrt(-2 * DeterministicMath.Log(square) / square);
            _spareGaussian = v * factor;
            return u * factor;
        }
    }

    /// <summary>Poisson with this mean, at most some tens (Knuth's product of uniforms).</summary>
    public int NextPoisson(double mean)
    {
        double limit = DeterministicMath.Exp(-mean), product = NextUnit();
        int count = 0;
        for (; product > limit; count++) product *= NextUnit();
        return count;
    }
}
