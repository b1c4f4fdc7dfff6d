namespace C3Fusion.Fusion.Numerics;

public static partial class DeterministicMath
{
    private const int FirstLogarithm = 22;

    /// <summary>2^(j/32), j = 0..31, rounded to double.</summary>
    private static ReadOnlySpan<double> PowerOfTwoHigh =>
    [
        1.0, 1.0218971486541166, 1.0442737824274138, 1.0671404006768237,
        1.0905077326652577, 1.1143867425958924, 1.1387886347566916, 1.1637248587775775,
        1.189207115002721, 1.215247359980469, 1.241857812073484, 1.2690509571917332,
        1.2968395546510096, 1.3252366431597413, 1.3542555469368927, 1.383909881963832,
        1.4142135623730951, 1.4451808069770467, 1.4768261459394993, 1.5091644275934228,
        1.5422108254079407, 1.5759808451078865, 1.6104903319492543, 1.645755478153965,
        1.681792830507429, 1.718619298122478, 1.7562521603732995, 1.7947090750031072,
        1.8340080864093424, 1.8741676341103, 1.9152065613971474, 1.9571441241754002,
    ];

    /// <summary>What the rounding of <see cref="PowerOfTwoHigh"/> left out.</summary>
    private static ReadOnlySpan<double> PowerOfTwoLow =>
    [
        0.0, 5.109225028973444e-17, 8.551889705537965e-17, -7.899853966841582e-17,
        -3.046782079812471e-17, 1.0410278456845571e-16, 8.912812676025408e-17, 3.8292048369240935e-17,
        3.982015231465646e-17, -7.712630692681488e-17, 4.658027591836937e-17, 2.667932131342186e-18,
        2.5382502794888315e-17, -2.8587312100388614e-17, 7.70094837980299e-17, -6.770511658794786e-17,
        -9.667293313452913e-17, -3.0237581349939873e-17, -3.483994556892796e-17, -1.016455327754295e-16,
        7.949834809697621e-17, -1.0136916471278304e-17, 2.4707192569797888e-17, -1.0125679913674773e-16,
        8.199010020581497e-17, -1.851380418263111e-17, 2.960140695448873e-17, 1.8227458427912087e-17,
        3.283107224245627e-17, -6.122763413004143e-17, -1.0619946056195963e-16, 8.960767791036668e-17,
    ];

    /// <summary>ln(j/32), j = 22..46, rounded to double.</summary>
    private static ReadOnlySpan<double> LogarithmHigh =>
    [
        -0.3746934494414107, -0.33024168687057687, -0.2876820724517809, -0.24686007793152578,
        -0.2076393647782445, -0.16989903679539747, -0.13353139262452263, -0.09844007281325252,
        -0.06453852113757118, -0.0317486983145803, 0.0, 0.030771658666753687,
        0.06062462181643484, 0.08961215868968714, 0.11778303565638346, 0.1451820098444979,
        0.17185025692665923, 0.19782574332991987, 0.22314355131420976, 0.24783616390458127,
        0.27193371548364176, 0.2954642128938359, 0.3184537311185346, 0.3409265869705932,
        0.3629054936893685,
    ];

    /// <summary>What the rounding of <see cref="LogarithmHigh"/> left out.</summary>
    private static ReadOnlySpan<double> LogarithmLow =>
    [
        3.9243112288632396e-18, 1.0828321637483858e-17, -2.607160616442564e-17, -1.361743371748368e-17,
        -1.2053243216686129e-17, 4.868008764439071e-19, 3.664457663660085e-18, 4.439009633675136e-18,
        6.470486661692933e-18, -3.0382263084680858e-18, 0.0, 1.0431732029005968e-18,
        2.6424025938726934e-18, -5.4268129336647135e-18, -1.1971685747593677e-18, 8.242418783022475e-18,
        -6.0224538210113705e-18, 1.2821194372980142e-17, -9.091270597324799e-18, -1.2432209578702523e-17,
        7.83319637697442e-19, -2.16461086040599e-17, 2.7114779367326236e-17, 1.7467136443544747e-17,
        -2.1492361455310972e-17,
    ];

    /// <summary>e^x. Error below 0.6 ulp (0.8 where the result is subnormal); infinite above 709.78, 0 below -745.13.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x > 709.782712893384) return double.PositiveInfinity;
        if (x < -745.1332191019412) return 0;
        (DoubleDouble value, int exponent) = ExpParts(new DoubleDouble(x, 0));
        return Math.ScaleB(value.Rounded, exponent);
    }

    /// <summary>Natural logarithm. Error below 0.6 ulp; negative infinity at 0, NaN below.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0) return double.NaN;
        if (x == 0) return double.NegativeInfinity;
        return double.IsInfinity(x) ? x : LogParts(x).Rounded;
    }

    /// <summary>Binary logarithm. Error below 0.6 ulp; exact for powers of two.</summary>
    public static double Log2(double x)
    {
        if (double.IsNaN(x) || x < 0) return double.NaN;
        if (x == 0) return double.NegativeInfinity;
        return double.IsInfinity(x) ? x : (LogParts(x) * new DoubleDouble(1.4426950408889634, 2.0355273740931033e-17)).Rounded;
    }

    /// <summary>x^y. Error below 0.6 ulp (0.8 where the result is subnormal); special values as IEEE-754 <c>pow</c>.</summary>
    public static double Pow(double x, double y)
    {
        if (y == 0 || x == 1) return 1;
        if (double.IsNaN(x) || double.IsNaN(y)) return double.NaN;
        double size = Math.Abs(x);
        if (double.IsInfinity(y)) return size == 1 ? 1 : (size > 1) == (y > 0) ? double.PositiveInfinity : 0;
        bool whole = y == Math.Floor(y);
        bool odd = whole && Math.Abs(y) < 9007199254740992 && ((long)y & 1) != 0;
        double sign = odd && double.IsNegative(x) ? -1 : 1;
        if (x == 0 || double.IsInfinity(x)) return sign * ((x == 0) == (y > 0) ? 0 : double.PositiveInfinity);
        if (x < 0 && !whole) return double.NaN;
        if (size == 1) return sign;

        // Beyond these the result is 0 or infinite whatever the digits, and the split products stay in range.
        double rough = y * LogParts(size).High;
        if (rough > 710) return sign * double.PositiveInfinity;
        if (rough < -746) return sign * 0;
        DoubleDouble logarithm = LogParts(size) * y;
        if (logarithm.High > 709.8) return sign * double.PositiveInfinity;
        (DoubleDouble value, int exponent) = ExpParts(logarithm);
        return sign * Math.ScaleB(value.Rounded, exponent);
    }

    /// <summary>Cube root. Error below 0.6 ulp.</summary>
    public static double Cbrt(double x)
    {
        if (x == 0 || !double.IsFinite(x)) return x;
        int exponent = Math.ILogB(x), third = (exponent - (((exponent % 3) + 3) % 3)) / 3;
        double scaled = Math.ScaleB(Math.Abs(x), -3 * third); // in [1, 8)

        // Halley's iteration triples the right digits: from 4 % to below an ulp in three steps.
        double root = 0.65 + (scaled * (0.36 - (0.024 * scaled)));
        for (int i = 0; i < 4; i++)
        {
            double cube = root * root * root;
            root *= (cube + (2 * scaled)) / ((2 * cube) + scaled);
        }

        DoubleDouble exactCube = DoubleDouble.Product(root, root) * root;
        double rest = (scaled - exactCube.High) - exactCube.Low;
        double value = Math.ScaleB(root + (rest / (3 * root * root)), third);
        return x < 0 ? -value : value;
    }

    /// <summary>e^x = value * 2^exponent, the value right to about 2^-64. For |x| up to 746.</summary>
    /// <remarks>x = k ln2/32 + r, |r| at most ln2/64; e^x = 2^(k/32) (1 + r + r²/2! + ...).</remarks>
    private static (DoubleDouble Value, int Exponent) ExpParts(DoubleDouble x)
    {
        double k = Math.Round(x.High * 46.16624130844683);
        DoubleDouble r = DoubleDouble.Sum(x.High - (k * 0.021660849392446835), x.Low - (k * 5.145609244655338e-14));
        double z = r.High;
        double series = (1.0 / 2) + (z * ((1.0 / 6) + (z * ((1.0 / 24) + (z * ((1.0 / 120) + (z * ((1.0 / 720) + (z * (1.0 / 5040))))))))));
        DoubleDouble growth = DoubleDouble.OrderedSum(z, r.Low + (z * z * series) + (z * r.Low));
        int steps = (int)k;
        int index = steps & 31;
        var power = new DoubleDouble(PowerOfTwoHigh[index], PowerOfTwoLow[index]);
        return (power + (power * growth), (steps - index) / 32);
    }

    /// <summary>ln x for x above 0 and finite, right to about 2^-66.</summary>
    /// <remarks>x = 2^k m; c the nearest 32nd to m; ln m = ln c + 2 artanh u with u = (m-c)/(m+c), |u| at most 1/90.</remarks>
    private static DoubleDouble LogParts(double x)
    {
        int k = Math.ILogB(x);
        double m = Math.ScaleB(x, -k);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            k++;
        }

        int index = (int)Math.Round(m * 32);
        double c = index / 32.0;
        DoubleDouble u = new DoubleDouble(m - c, 0) / DoubleDouble.Sum(m, c);
        double z = u.High * u.High;
        double series = (2.0 / 3) + (z * ((2.0 / 5) + (z * ((2.0 / 7) + (z * (2.0 / 9))))));
        DoubleDouble artanh = DoubleDouble.OrderedSum(2 * u.High, (2 * u.Low) + (u.High * z * series));
        if (index == 32 && k == 0) return artanh;
        DoubleDouble powers = DoubleDouble.Sum(k * 0.6931471805592082, k * 7.371002565167799e-13);
        return powers + new DoubleDouble(LogarithmHigh[index - FirstLogarithm], LogarithmLow[index - FirstLogarithm]) + artanh;
    }
}
