namespace C3Fusion.Fusion.Numerics;

public static partial class DeterministicMath
{
    private static readonly DoubleDouble TwoOverSqrtPi = new(1.1283791670955126, 1.533545961316588e-17);
    private static readonly DoubleDouble FirstErfcx = new(1.2205401653970334, -3.9689333144705296e-17);

    private const int ErfcxLeading = 5;

    /// <summary>Chebyshev coefficients 1..22 of (1+2x) e^(x²) erfc x in the variable of <see cref="ErfcTail"/>; number 0 is <see cref="FirstErfcx"/>.</summary>
    private static ReadOnlySpan<double> Erfcx =>
    [
        -0.062037412614222374, -0.02367804313372185, 0.018302263120552362, -0.007136366145070548,
        0.002016024912366754, -0.00043937367178855047, 7.314036049014107e-05, -8.53654992845644e-06,
        4.674955592476453e-07, 4.932947037578724e-08, -1.292570284854447e-08, 6.358198383328227e-10,
        1.527122718164855e-10, -2.341043267792331e-11, -1.1613678479433203e-12, 5.122506422106152e-13,
        -1.2382939735733633e-15, -1.0491838974643425e-14, 3.216070258335592e-16, 2.2494410232807143e-16,
        -9.771628404279537e-18, -5.235878832943194e-18,
    ];

    /// <summary>Error function 2/sqrt(pi) * integral of e^(-t²) from 0 to x. Error below 0.8 ulp.</summary>
    public static double Erf(double x)
    {
        if (double.IsNaN(x)) return x;
        double size = Math.Abs(x);
        if (size < 0.5) return size < 1e-300 ? x * TwoOverSqrtPi.High : SmallErf(x).Rounded;
        double value = size > 6 ? 1 : (new DoubleDouble(1, 0) - ErfcTail(size, out int exponent).ScaleBy(exponent)).Rounded;
        return x < 0 ? -value : value;
    }

    /// <summary>1 - erf x without cancellation. Error below 1 ulp; 0 above 27.23.</summary>
    public static double Erfc(double x)
    {
        if (double.IsNaN(x)) return x;
        if (Math.Abs(x) < 0.5) return Math.Abs(x) < 1e-17 ? 1 : (new DoubleDouble(1, 0) - SmallErf(x)).Rounded;
        if (x < -6) return 2;
        if (x > 27.3) return 0;
        DoubleDouble tail = ErfcTail(Math.Abs(x), out int exponent);
        return x > 0 ? Math.ScaleB(tail.Rounded, exponent) : (new DoubleDouble(2, 0) - tail.ScaleBy(exponent)).Rounded;
    }

    private static DoubleDouble ScaleBy(this DoubleDouble value, int exponent) =>
        new(Math.ScaleB(value.High, exponent), Math.ScaleB(value.Low, exponent));

    /// <summary>erf x = 2/sqrt(pi) (x - x³/3 + x⁵/(2! 5) - x⁷/(3! 7) + ...) for |x| below 1/2; the first term left out is below 2^-68.</summary>
    private static DoubleDouble SmallErf(double x)
    {
        double z = x * x;
        double series = 4.4632242632864775e-13;
        series = -6.7113668551641105e-12 + (z * series);
        series = 9.422759064650411e-11 + (z * series);
        series = -1.2290555301717928e-09 + (z * series);
        series = 1.4807192815879218e-08 + (z * series);
        series = -1.6365844691234924e-07 + (z * series);
        series = 1.6462114365889248e-06 + (z * series);
        series = -1.492565035840625e-05 + (z * series);
        series = 0.00012055332981789664 + (z * series);
        series = -0.0008548327023450853 + (z * series);
        series = 0.005223977625442188 + (z * series);
        series = -0.026866170645131252 + (z * series);
        series = 0.11283791670955126 + (z * series);
        series = -0.37612638903183754 + (z * series);
        DoubleDouble head = DoubleDouble.Product(TwoOverSqrtPi.High, x);
        return DoubleDouble.OrderedSum(head.High, head.Low + ((TwoOverSqrtPi.Low + (z * series)) * x));
    }

    /// <summary>erfc x = value * 2^exponent for 1/2 &lt;= x &lt;= 28.</summary>
    /// <remarks>
    /// (1+2x) e^(x²) erfc x is nearly constant (1.12 to 1.24): a Chebyshev series (Clenshaw's sum) in
    /// (x-15/4)/(x+15/4), after Shepherd and Laframboise, Math. Comp. 36 (1981).
    /// </remarks>
    private static DoubleDouble ErfcTail(double x, out int exponent)
    {
        DoubleDouble variable = DoubleDouble.Sum(x, -3.75) / DoubleDouble.Sum(x, 3.75) * (64.0 / 49);
        double doubled = 2 * variable.High, next = 0, afterNext = 0;
        ReadOnlySpan<double> coefficients = Erfcx;
        int i = coefficients.Length - 1;
        for (; i >= ErfcxLeading; i--)
        {
            double sum = coefficients[i] + ((doubled * next) - afterNext);
            afterNext = next;
            next = sum;
        }

        // The large coefficients decide the last bit: their part of the sum is carried twice as wide.
        DoubleDouble wide = new(next, 0), afterWide = new(afterNext, 0);
        for (; i >= 0; i--)
        {
            DoubleDouble sum = (variable * wide * 2) - afterWide + coefficients[i];
            afterWide = wide;
            wide = sum;
        }

        DoubleDouble scaled = FirstErfcx + ((variable * wide) - afterWide);
        (DoubleDouble decay, exponent) = ExpParts(-DoubleDouble.Product(x, x));
        return (decay * scaled) / DoubleDouble.Sum(1, 2 * x);
    }
}
