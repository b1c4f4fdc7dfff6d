namespace C3Fusion.Fusion.Numerics;

/// <summary>
/// Elementary functions that give the same bits on every machine: IEEE-754 + - * / and sqrt only, in a fixed order.
/// </summary>
/// <remarks>
/// The platform's <see cref="Math"/> calls the local libm, whose last bit differs between machines; whatever reaches
/// agreed state takes its transcendental functions from here. Errors are below 1 ulp (measured maxima in the doc
/// comments come from the tests, which compare with exact rational series); special values follow IEEE-754 section 9.2.
/// </remarks>
public static partial class DeterministicMath
{
    /// <summary>Sine of an angle in rad, any size. Error below 0.8 ulp; NaN for infinities.</summary>
    public static double Sin(double x)
    {
        if (!double.IsFinite(x)) return double.NaN;
        if (x == 0) return x;
        (int quadrant, DoubleDouble rest) = QuarterTurns.Split(x);
        double value = (quadrant & 1) == 0 ? SinOfRest(rest).Rounded : CosOfRest(rest).Rounded;
        return (quadrant & 2) == 0 ? value : -value;
    }

    /// <summary>Cosine of an angle in rad, any size. Error below 0.8 ulp; NaN for infinities.</summary>
    public static double Cos(double x)
    {
        if (!double.IsFinite(x)) return double.NaN;
        (int quadrant, DoubleDouble rest) = QuarterTurns.Split(x);
        double value = (quadrant & 1) == 0 ? CosOfRest(rest).Rounded : SinOfRest(rest).Rounded;
        return quadrant is 1 or 2 ? -value : value;
    }

    /// <summary>Sine and cosine of one angle: the same bits as <see cref="Sin"/> and <see cref="Cos"/>.</summary>
    public static (double Sin, double Cos) SinCos(double x)
    {
        if (!double.IsFinite(x)) return (double.NaN, double.NaN);
        (int quadrant, DoubleDouble rest) = QuarterTurns.Split(x);
        double sin = x == 0 ? x : SinOfRest(rest).Rounded, cos = CosOfRest(rest).Rounded;
        return quadrant switch
        {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
    }

    /// <summary>Tangent of an angle in rad, any size. Error below 1 ulp; NaN for infinities.</summary>
    public static double Tan(double x)
    {
        if (!double.IsFinite(x)) return double.NaN;
        if (x == 0) return x;
        (int quadrant, DoubleDouble rest) = QuarterTurns.Split(x);
        DoubleDouble sin = SinOfRest(rest), cos = CosOfRest(rest);
        return (quadrant & 1) == 0 ? (sin / cos).Rounded : -(cos / sin).Rounded;
    }

    /// <summary>sin r = r - r³/3! + r⁵/5! - ...; for |r| at most pi/4 the first term left out is below 2^-62 of the result.</summary>
    private static DoubleDouble SinOfRest(DoubleDouble r)
    {
        double x = r.High, z = x * x;
        double series = (-1.0 / 6) + (z * ((1.0 / 120) + (z * ((-1.0 / 5040) + (z * ((1.0 / 362880) + (z * ((-1.0 / 39916800)
            + (z * ((1.0 / 6227020800) + (z * ((-1.0 / 1307674368000) + (z * (1.0 / 355687428096000))))))))))))));
        return DoubleDouble.OrderedSum(x, (x * z * series) + (r.Low * (1 - (0.5 * z))));
    }

    /// <summary>cos r = 1 - r²/2! + r⁴/4! - ...; the first term left out is below 2^-65.</summary>
    private static DoubleDouble CosOfRest(DoubleDouble r)
    {
        double x = r.High, z = x * x;
        double series = (1.0 / 24) + (z * ((-1.0 / 720) + (z * ((1.0 / 40320) + (z * ((-1.0 / 3628800) + (z * ((1.0 / 479001600)
            + (z * ((-1.0 / 87178291200) + (z * ((1.0 / 20922789888000) + (z * (-1.0 / 6402373705728000))))))))))))));
        DoubleDouble square = DoubleDouble.Product(x, x);
        DoubleDouble head = DoubleDouble.OrderedSum(1, -0.5 * square.High);
        return DoubleDouble.OrderedSum(head.High, head.Low + ((z * z * series) - ((0.5 * square.Low) + (x * r.Low))));
    }
}
