namespace C3Fusion.Fusion.Numerics;

public static partial class DeterministicMath
{
    private static readonly DoubleDouble Pi = new(3.141592653589793, 1.2246467991473532e-16);
    private static readonly DoubleDouble HalfPi = new(1.5707963267948966, 6.123233995736766e-17);

    /// <summary>atan(j/16), j = 0..16, rounded to double.</summary>
    private static ReadOnlySpan<double> ArcTangentHigh =>
    [
        0.0, 0.06241880999595735, 0.12435499454676144, 0.18534794999569476,
        0.24497866312686414, 0.3028848683749714, 0.35877067027057225, 0.4124104415973873,
        0.4636476090008061, 0.5123894603107377, 0.5585993153435624, 0.6022873461349642,
        0.6435011087932844, 0.6823165548747481, 0.7188299996216245, 0.7531512809621944,
        0.7853981633974483,
    ];

    /// <summary>What the rounding of <see cref="ArcTangentHigh"/> left out.</summary>
    private static ReadOnlySpan<double> ArcTangentLow =>
    [
        0.0, -1.5490756308295046e-18, -3.1253241424539383e-18, 4.180692268843079e-18,
        1.0698755618734451e-17, -1.1010827903001369e-17, -2.4623815582638635e-17, -1.587652227770689e-17,
        2.2698777452961687e-17, -2.5462781472855804e-17, -5.4556305485916264e-18, 2.950430737228402e-17,
        1.5834785051444286e-17, 6.943223671560008e-18, -2.1478388444456983e-17, -2.4256934659182068e-17,
        3.061616997868383e-17,
    ];

    /// <summary>Arc tangent in rad, -pi/2 to pi/2. Error below 0.6 ulp.</summary>
    public static double Atan(double x) => double.IsNaN(x) ? x : Atan2(x, 1);

    /// <summary>Angle of the point (x, y) from the x axis in rad, -pi to pi, counter-clockwise. Error below 0.6 ulp.</summary>
    public static double Atan2(double y, double x)
    {
        if (double.IsNaN(x) || double.IsNaN(y)) return double.NaN;
        bool left = double.IsNegative(x);
        double rise = Math.Abs(y), run = Math.Abs(x), angle;
        if (rise == 0) angle = left ? Pi.High : 0;
        else if (run == 0) angle = HalfPi.High;
        else if (double.IsInfinity(rise)) angle = !double.IsInfinity(run) ? HalfPi.High : left ? 2.356194490192345 : 0.7853981633974483;
        else if (double.IsInfinity(run)) angle = left ? Pi.High : 0;
        else angle = FirstOctants(rise, run, left);
        return double.IsNegative(y) ? -angle : angle;
    }

    /// <summary>Arc sine in rad. Error below 0.6 ulp; NaN outside [-1, 1].</summary>
    public static double Asin(double x)
    {
        if (!(Math.Abs(x) <= 1)) return double.NaN;
        if (Math.Abs(x) < 1e-9) return x; // x + x³/6: below 2^-60 of x
        double angle = Math.Abs(x) == 1 ? HalfPi.High : Angle(new DoubleDouble(Math.Abs(x), 0), Cathetus(x), left: false).Rounded;
        return x < 0 ? -angle : angle;
    }

    /// <summary>Arc cosine in rad, 0 to pi. Error below 0.6 ulp; NaN outside [-1, 1].</summary>
    public static double Acos(double x)
    {
        if (!(Math.Abs(x) <= 1)) return double.NaN;
        if (x == 1) return 0;
        if (x == -1) return Pi.High;
        if (Math.Abs(x) < 1e-300) return HalfPi.High;
        return Angle(Cathetus(x), new DoubleDouble(Math.Abs(x), 0), left: x < 0).Rounded;
    }

    /// <summary>sqrt(1 - x²) for |x| below 1, as the product of two exact factors.</summary>
    private static DoubleDouble Cathetus(double x) => DoubleDouble.Sqrt(DoubleDouble.Sum(1, -x) * DoubleDouble.Sum(1, x));

    private static double FirstOctants(double rise, double run, bool left)
    {
        int exponent = Math.ILogB(run);
        int steepness = Math.ILogB(rise) - exponent;
        if (steepness > 60) return HalfPi.High;
        if (steepness < -60) return left ? Pi.High : rise / run;
        return Angle(new DoubleDouble(Math.ScaleB(rise, -exponent), 0), new DoubleDouble(Math.ScaleB(run, -exponent), 0), left).Rounded;
    }

    /// <summary>Angle of the point (run, rise), both above 0 and of sizes that can be divided; <paramref name="left"/> mirrors it at the y axis.</summary>
    private static DoubleDouble Angle(DoubleDouble rise, DoubleDouble run, bool left)
    {
        bool steep = rise.High > run.High;
        DoubleDouble angle = SmallAngle(steep ? run / rise : rise / run);
        if (steep) angle = left ? HalfPi + angle : HalfPi - angle;
        else if (left) angle = Pi - angle;
        return angle;
    }

    /// <summary>atan q for 0 &lt; q &lt;= 1: atan(c) + atan((q-c)/(1+qc)) with c the nearest sixteenth, then the series t - t³/3 + t⁵/5 - ... for |t| at most 1/32.</summary>
    private static DoubleDouble SmallAngle(DoubleDouble q)
    {
        int index = (int)Math.Round(q.High * 16);
        double c = index / 16.0;
        DoubleDouble t = index == 0 ? q : (DoubleDouble.Sum(q.High - c, q.Low)) / ((q * c) + 1);
        double z = t.High * t.High;
        double series = (-1.0 / 3) + (z * ((1.0 / 5) + (z * ((-1.0 / 7) + (z * ((1.0 / 9) + (z * ((-1.0 / 11) + (z * (1.0 / 13))))))))));
        DoubleDouble small = DoubleDouble.OrderedSum(t.High, t.Low + (t.High * z * series));
        return index == 0 ? small : new DoubleDouble(ArcTangentHigh[index], ArcTangentLow[index]) + small;
    }
}
