using C3Fusion.Fusion;
using C3Fusion.Fusion.Numerics;

namespace C3Fusion.Exercises;

/// <summary>A named stream of random numbers: the same (seed, name) gives the same numbers on every machine, and no stream disturbs another.</summary>
/// <remarks>xoshiro256** (Blackman and Vigna, 2018), seeded by SplitMix64 over the seed and an FNV-1a hash of the name.</remarks>
public sealed class RandomStream
{
    private readonly ulong[] _state = new ulong[4];
    private double _spareNormal = double.NaN;

    /// <summary>Opens the stream of a name.</summary>
    public RandomStream(long seed, string name)
    {
        ulong mix = 14695981039346656037;
        foreach (char c in name) mix = (mix ^ c) * 1099511628211;
        mix ^= unchecked((ulong)seed) * 0x9E3779B97F4A7C15;
        for (int i = 0; i < 4; i++)
        {
            mix += 0x9E3779B97F4A7C15;
            ulong z = (mix ^ (mix >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            _state[i] = z ^ (z >> 31);
        }
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong Next()
    {
        ulong result = ulong.RotateLeft(_state[1] * 5, 7) * 9, t = _state[1] << 17;
        _state[2] ^= _state[0];
        _state[3] ^= _state[1];
        _state[1] ^= _state[2];
        _state[0] ^= _state[3];
        _state[2] ^= t;
        _state[3] = ulong.RotateLeft(_state[3], 45);
        return result;
    }

    /// <summary>Uniform in [low, high).</summary>
    public double Uniform(double low, double high) => low + ((high - low) * ((Next() >> 11) * (1.0 / 9007199254740992.0)));

    /// <summary>A whole number, uniform from low to high, both included.</summary>
    public int Whole(int low, int high) => (int)Math.Floor(Uniform(low, high + 1.0));

    /// <summary>True with probability <paramref name="p"/>.</summary>
    public bool Chance(double p) => Uniform(0, 1) < p;

    /// <summary>Standard normal (Box and Muller).</summary>
    public double Normal()
    {
        if (!double.IsNaN(_spareNormal))
        {
            double spare = _spareNormal;
            _spareNormal = double.NaN;
            return spare;
        }

        double radius = Math.Sqrt(-2 * DeterministicMath.Log(1 - Uniform(0, 1))), angle = Uniform(0, 2 * Math.PI);
        _spareNormal = radius * DeterministicMath.Sin(angle);
        return radius * DeterministicMath.Cos(angle);
    }

    /// <summary>Three independent normals of one sigma.</summary>
    public Enu Normal3(double sigma) => new(sigma * Normal(), sigma * Normal(), sigma * Normal());

    /// <summary>A horizontal vector of a length, in a random direction.</summary>
    public Enu Horizontal(double length)
    {
        double angle = Uniform(0, 2 * Math.PI);
        return new Enu(length * DeterministicMath.Cos(angle), length * DeterministicMath.Sin(angle), 0);
    }

    /// <summary>Poisson by Knuth's product; small means only.</summary>
    public int Poisson(double mean)
    {
        double limit = DeterministicMath.Exp(-mean), product = Uniform(0, 1);
        int count = 0;
        while (product > limit)
        {
            product *= Uniform(0, 1);
            count++;
        }

        return count;
    }
}
