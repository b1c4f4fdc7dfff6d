using System.Numerics;

namespace C3Fusion.Fusion.Tests.Numerics;

/// <summary>mantissa * 2^exponent, exactly.</summary>
internal readonly record struct BigFloat(BigInteger Mantissa, int Exponent)
{
    public static BigFloat Of(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(Math.Abs(value));
        int exponent = (int)(bits >> 52);
        long mantissa = bits & 0xFFFFFFFFFFFFF;
        mantissa = exponent == 0 ? mantissa : mantissa | (1L << 52);
        return new BigFloat(double.IsNegative(value) ? -mantissa : mantissa, Math.Max(exponent, 1) - 1075);
    }

    /// <summary>|this - value| in units of the last place of <paramref name="value"/>.</summary>
    public double UlpsFrom(double value)
    {
        BigFloat other = Of(value);
        int common = Math.Min(Exponent, other.Exponent) - 64;
        BigInteger difference = BigInteger.Abs((Mantissa << (Exponent - common)) - (other.Mantissa << (other.Exponent - common)));
        return (double)(difference >> (other.Exponent - common - 64)) / Math.ScaleB(1, 64);
    }
}

/// <summary>
/// Elementary functions as rational series in integers scaled by 2^Bits: slow, obvious, and without one formula or
/// constant of the library that they judge.
/// </summary>
internal static class ExactSeries
{
    public const int Bits = 320;

    private static readonly BigInteger One = BigInteger.One << Bits;
    private static readonly BigInteger WidePi = Machin(1500);
    private static readonly BigInteger Pi = WidePi >> (1500 - Bits);
    private static readonly BigInteger Ln2 = 2 * ArtanhOfReciprocal(3);

    public static BigFloat Exp(BigFloat x)
    {
        BigInteger scaled = Fixed(x);
        int k = (int)(BigInteger.Divide(scaled, Ln2));
        return new BigFloat(ExpSeries(scaled - (k * Ln2)), k - Bits);
    }

    public static BigFloat Log(BigFloat x) => new(LogFixed(x), -Bits);

    public static BigFloat Log2(BigFloat x) => new((LogFixed(x) << Bits) / Ln2, -Bits);

    public static BigFloat Pow(BigFloat x, BigFloat y) => Exp(new BigFloat(LogFixed(x) * y.Mantissa, y.Exponent - Bits));

    public static BigFloat Sin(BigFloat x) => new(SinFixed(x, quarter: 0), -Bits);

    public static BigFloat Cos(BigFloat x) => new(SinFixed(x, quarter: 1), -Bits);

    public static BigFloat Tan(BigFloat x) => new((SinFixed(x, 0) << Bits) / SinFixed(x, 1), -Bits);

    public static BigFloat Atan2(BigFloat y, BigFloat x)
    {
        // By halving: the angle of v is twice the angle of v + |v|.
        BigInteger run = Aligned(x, y), rise = Aligned(y, x);
        BigInteger angleScale = BigInteger.One;
        run <<= Bits;
        rise <<= Bits;
        for (int i = 0; i < 12; i++)
        {
            run += Root((run * run) + (rise * rise));
            angleScale *= 2;
        }

        BigInteger t = (rise << Bits) / run, square = (t * t) >> Bits, sum = 0, power = t;
        for (int n = 1; !power.IsZero; n += 2)
        {
            sum += (n & 2) == 0 ? power / n : -(power / n);
            power = -((-power * square) >> Bits);
            if (BigInteger.Abs(power) <= 1) break;
        }

        return new BigFloat(sum * angleScale, -Bits);
    }

    public static BigFloat Asin(BigFloat x) => Atan2(x, Cathetus(x));

    public static BigFloat Acos(BigFloat x) => Atan2(Cathetus(x), x);

    public static BigFloat Cbrt(BigFloat x)
    {
        int exponent = x.Exponent - 600;
        int shift = ((exponent % 3) + 3) % 3;
        BigInteger cube = BigInteger.Abs(x.Mantissa) << (600 + shift);
        exponent -= shift;
        BigInteger low = 0, high = BigInteger.One << (int)((cube.GetBitLength() / 3) + 1);
        while (high - low > 1)
        {
            BigInteger middle = (low + high) >> 1;
            if (middle * middle * middle <= cube) low = middle;
            else high = middle;
        }

        return new BigFloat(x.Mantissa.Sign * low, exponent / 3);
    }

    /// <summary>2/sqrt(pi) * sum of (-1)^n x^(2n+1) / (n! (2n+1)), with room for the cancellation and for a small erfc.</summary>
    public static BigFloat Erf(BigFloat x, int bits = 1600)
    {
        BigInteger value = x.Exponent + bits >= 0 ? x.Mantissa << (x.Exponent + bits) : x.Mantissa >> -(x.Exponent + bits);
        BigInteger square = (value * value) >> bits, power = value, sum = 0;
        for (int n = 0; BigInteger.Abs(power) > 1; n++)
        {
            if (n > 0) power = (power * square / n) >> bits;
            sum += (n & 1) == 0 ? power / ((2 * n) + 1) : -(power / ((2 * n) + 1));
        }

        BigInteger pi = bits <= 1500 ? WidePi >> (1500 - bits) : Machin(bits);
        BigInteger rootPi = Root(pi << bits);
        return new BigFloat((2 * sum << bits) / rootPi, -bits);
    }

    public static BigFloat Erfc(BigFloat x)
    {
        const int bits = 3400;
        BigFloat erf = Erf(x, bits);
        return new BigFloat((BigInteger.One << bits) - erf.Mantissa, -bits);
    }

    private static BigInteger Fixed(BigFloat x) =>
        x.Exponent + Bits >= 0 ? x.Mantissa << (x.Exponent + Bits) : x.Mantissa >> -(x.Exponent + Bits);

    private static BigInteger Aligned(BigFloat value, BigFloat other) => value.Mantissa << Math.Max(0, value.Exponent - other.Exponent);

    private static BigInteger ExpSeries(BigInteger r)
    {
        BigInteger sum = One, term = One;
        for (int n = 1; !term.IsZero && BigInteger.Abs(term) > 1; n++)
        {
            term = ((term * r) >> Bits) / n;
            sum += term;
        }

        return sum;
    }

    private static BigInteger LogFixed(BigFloat x)
    {
        int k = (int)x.Mantissa.GetBitLength();
        BigInteger m = k <= Bits ? x.Mantissa << (Bits - k) : x.Mantissa >> (k - Bits); // in [1/2, 1)
        k += x.Exponent;
        if (3 * m < 2 * One)
        {
            m <<= 1;
            k--;
        }

        BigInteger u = ((m - One) << Bits) / (m + One), square = (u * u) >> Bits, sum = 0, power = u;
        for (int n = 1; BigInteger.Abs(power) > 1; n += 2)
        {
            sum += power / n;
            power = (power * square) >> Bits;
        }

        return (2 * sum) + (k * Ln2);
    }

    private static BigInteger SinFixed(BigFloat x, int quarter)
    {
        const int wide = 1500;
        BigInteger scaled = x.Exponent + wide >= 0 ? x.Mantissa << (x.Exponent + wide) : x.Mantissa >> -(x.Exponent + wide);
        scaled += quarter * (WidePi >> 1);
        BigInteger turns = BigInteger.Divide(scaled, WidePi);
        BigInteger r = (scaled - (turns * WidePi)) >> (wide - Bits);
        BigInteger sum = 0, term = r, square = (r * r) >> Bits;
        for (int n = 1; BigInteger.Abs(term) > 1; n += 2)
        {
            sum += term;
            term = -((term * square) >> Bits) / ((n + 1) * (n + 2));
        }

        return turns.IsEven ? sum : -sum;
    }

    private static BigFloat Cathetus(BigFloat x)
    {
        BigInteger value = Fixed(x);
        return new BigFloat(Root((One * One) - (value * value)), -Bits);
    }

    private static BigInteger Root(BigInteger value)
    {
        if (value.IsZero) return 0;
        BigInteger root = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger better = (root + (value / root)) >> 1;
            if (better >= root) return root;
            root = better;
        }
    }

    private static BigInteger ArtanhOfReciprocal(int q)
    {
        BigInteger sum = 0, power = One / q;
        for (int n = 1; !power.IsZero; n += 2)
        {
            sum += power / n;
            power /= q * q;
        }

        return sum;
    }

    private static BigInteger Machin(int bits)
    {
        BigInteger ArctanOfReciprocal(int q)
        {
            BigInteger sum = 0, power = (BigInteger.One << (bits + 32)) / q;
            for (int n = 1; !power.IsZero; n += 2)
            {
                sum += (n & 2) == 0 ? power / n : -(power / n);
                power /= q * q;
            }

            return sum;
        }

        return ((16 * ArctanOfReciprocal(5)) - (4 * ArctanOfReciprocal(239))) >> 32;
    }
}
