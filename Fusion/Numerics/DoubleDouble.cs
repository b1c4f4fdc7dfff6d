namespace C3Fusion.Fusion.Numerics;

/// <summary>An unevaluated sum of two doubles, |low| at most half an ulp of high: about 106 significant bits.</summary>
/// <remarks>
/// Error-free transformations after Dekker, "A floating-point technique for extending the available precision",
/// Numer. Math. 18 (1971), and Knuth, TAOCP vol. 2, section 4.2.2. Valid for magnitudes below 2^995 (the split multiplies by 2^27+1).
/// </remarks>
internal readonly record struct DoubleDouble(double High, double Low)
{
    private const double SplitFactor = 134217729; // 2^27 + 1

    /// <summary>The nearest double.</summary>
    public double Rounded => High + Low;

    /// <summary>a + b exactly.</summary>
    public static DoubleDouble Sum(double a, double b)
    {
        double sum = a + b;
        double bPart = sum - a;
        return new DoubleDouble(sum, (a - (sum - bPart)) + (b - bPart));
    }

    /// <summary>a + b exactly, where |a| >= |b| or a = 0.</summary>
    public static DoubleDouble OrderedSum(double a, double b)
    {
        double sum = a + b;
        return new DoubleDouble(sum, b - (sum - a));
    }

    /// <summary>a * b exactly (without fused multiply-add, which not every machine rounds alike when emulated).</summary>
    public static DoubleDouble Product(double a, double b)
    {
        double product = a * b;
        double aScaled = SplitFactor * a;
        double aHigh = aScaled - (aScaled - a);
        double aLow = a - aHigh;
        double bScaled = SplitFactor * b;
        double bHigh = bScaled - (bScaled - b);
        double bLow = b - bHigh;
        return new DoubleDouble(product, (((aHigh * bHigh) - product) + (aHigh * bLow) + (aLow * bHigh)) + (aLow * bLow));
    }

    public static DoubleDouble operator +(DoubleDouble a, DoubleDouble b)
    {
        DoubleDouble high = Sum(a.High, b.High);
        return OrderedSum(high.High, high.Low + (a.Low + b.Low));
    }

    public static DoubleDouble operator -(DoubleDouble a) => new(-a.High, -a.Low);

    public static DoubleDouble operator -(DoubleDouble a, DoubleDouble b) => a + -b;

    public static DoubleDouble operator +(DoubleDouble a, double b)
    {
        DoubleDouble high = Sum(a.High, b);
        return OrderedSum(high.High, high.Low + a.Low);
    }

    public static DoubleDouble operator *(DoubleDouble a, DoubleDouble b)
    {
        DoubleDouble high = Product(a.High, b.High);
        return OrderedSum(high.High, high.Low + ((a.High * b.Low) + (a.Low * b.High)));
    }

    public static DoubleDouble operator *(DoubleDouble a, double b)
    {
        DoubleDouble high = Product(a.High, b);
        return OrderedSum(high.High, high.Low + (a.Low * b));
    }

    public static DoubleDouble operator /(DoubleDouble a, DoubleDouble b)
    {
        double quotient = a.High / b.High;
        DoubleDouble back = Product(quotient, b.High);
        double rest = ((a.High - back.High) - back.Low) + (a.Low - (quotient * b.Low));
        return OrderedSum(quotient, rest / b.High);
    }

    /// <summary>The square root of a value above 0.</summary>
    public static DoubleDouble Sqrt(DoubleDouble a)
    {
        double root = Math.Sqrt(a.High);
        DoubleDouble square = Product(root, root);
        double rest = ((a.High - square.High) - square.Low) + a.Low;
        return OrderedSum(root, rest / (2 * root));
    }
}
