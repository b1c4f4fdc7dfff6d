namespace C3Fusion.Fusion.Numerics;

/// <summary>Reduction of an angle to the nearest multiple of pi/2, right for every finite double.</summary>
/// <remarks>
/// Payne and Hanek, "Radian reduction for trigonometric functions", SIGNUM Newsletter 18 (1983), in integers: the
/// mantissa times the 192 bits of 2/pi that matter. No double is closer than 2^-62 (relative) to a multiple of pi/2,
/// so at least 70 bits of the rest are right.
/// </remarks>
internal static class QuarterTurns
{
    private static readonly DoubleDouble HalfPi = new(1.5707963267948966, 6.123233995736766e-17);

    /// <summary>64 zero bits, then the first 1,280 bits of 2/pi after the point.</summary>
    private static ReadOnlySpan<ulong> TwoOverPi =>
    [
        0,
        0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041, 0xFE5163ABDEBBC561, 0xB7246E3A424DD2E0,
        0x06492EEA09D1921C, 0xFE1DEB1CB129A73E, 0xE88235F52EBB4484, 0xE99C7026B45F7E41, 0x3991D639835339F4,
        0x9C845F8BBDF9283B, 0x1FF897FFDE05980F, 0xEF2F118B5A0A6D1F, 0x6D367ECF27CB09B7, 0x4F463F669E5FEA2D,
        0x7527BAC7EBE5F17B, 0x3D0739F78A5292EA, 0x6BFB5FB11F8D5D08, 0x56033046FC7B6BAB, 0xF0CFBC209AF4361D,
    ];

    /// <summary>Splits a finite <paramref name="x"/> into quadrant * pi/2 + rest with |rest| at most pi/4.</summary>
    /// <returns>The quadrant modulo 4 and the rest.</returns>
    public static (int Quadrant, DoubleDouble Remainder) Split(double x)
    {
        if (Math.Abs(x) <= 0.7853981633974483) return (0, new DoubleDouble(x, 0));
        ulong bits = BitConverter.DoubleToUInt64Bits(Math.Abs(x));
        ulong mantissa = (bits & 0xFFFFFFFFFFFFF) | (1UL << 52);
        int exponent = (int)(bits >> 52) - 1075;

        // x = mantissa * 2^exponent. Bits of 2/pi above position exponent-1 only add whole turns.
        int first = exponent - 2 + 64;
        ulong high = Word(first), middle = Word(first + 64), low = Word(first + 128);
        UInt128 lowProduct = (UInt128)mantissa * low;
        UInt128 middleProduct = ((UInt128)mantissa * middle) + (ulong)(lowProduct >> 64);
        ulong top = unchecked((mantissa * high) + (ulong)(middleProduct >> 64));
        var fraction = new UInt128((top << 2) | ((ulong)middleProduct >> 62), ((ulong)middleProduct << 2) | ((ulong)lowProduct >> 62));
        int quadrant = (int)(top >> 62);

        // The fraction of a quarter turn, in 128 bits: to the nearest whole one.
        bool upper = (fraction >> 127) != 0;
        if (upper)
        {
            quadrant++;
            fraction = UInt128.Zero - fraction;
        }

        DoubleDouble rest = Scaled(fraction) * HalfPi;
        if (upper != x < 0) rest = -rest;
        return ((x < 0 ? -quadrant : quadrant) & 3, rest);
    }

    /// <summary>64 bits of the table from bit <paramref name="position"/> on.</summary>
    private static ulong Word(int position)
    {
        int index = position >> 6, shift = position & 63;
        ulong word = TwoOverPi[index] << shift;
        return shift == 0 ? word : word | (TwoOverPi[index + 1] >> (64 - shift));
    }

    /// <summary>fraction / 2^128 to 106 bits.</summary>
    private static DoubleDouble Scaled(UInt128 fraction)
    {
        if (fraction == UInt128.Zero) return default;
        int zeros = (int)UInt128.LeadingZeroCount(fraction);
        UInt128 normal = fraction << zeros;
        double high = (ulong)(normal >> 75);
        double low = (ulong)(normal >> 22) & ((1UL << 53) - 1);
        return DoubleDouble.OrderedSum(Math.ScaleB(high, -53 - zeros), Math.ScaleB(low, -106 - zeros));
    }
}
