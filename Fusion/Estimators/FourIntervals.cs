using System.Runtime.Intrinsics;

namespace C3Fusion.Fusion.Estimators;

/// <summary>M_f and F_f of exactly four intervals in registers: writing columns to memory and reading them back as vectors would cost more than the rest.</summary>
internal static class FourIntervals
{
    /// <summary>The hull of the points that at least <paramref name="need"/> of the four cover; [+inf, -inf] where there are none.</summary>
    public static Interval HullOfCovered(ReadOnlySpan<Interval> four, int need)
    {
        (Vector256<double> low, Vector256<double> high) = Columns(four);
        var enough = Vector256.Create((long)need);
        Vector256<long> atLow = Vector256<long>.Zero;
        Vector256<long> atHigh = Vector256<long>.Zero;
        for (int i = 0; i < 4; i++)
        {
            var l = Vector256.Create(four[i].Low);
            var u = Vector256.Create(four[i].High);
            atLow -= (Vector256.LessThanOrEqual(l, low) & Vector256.LessThanOrEqual(low, u)).AsInt64();
            atHigh -= (Vector256.LessThanOrEqual(l, high) & Vector256.LessThanOrEqual(high, u)).AsInt64();
        }

        return Ends(low, Vector256.GreaterThanOrEqual(atLow, enough), high, Vector256.GreaterThanOrEqual(atHigh, enough));
    }

    /// <summary>[(f+1)-th largest low, (f+1)-th smallest high] of the four.</summary>
    public static Interval InnerEnds(ReadOnlySpan<Interval> four, int f)
    {
        (Vector256<double> low, Vector256<double> high) = Columns(four);
        var most = Vector256.Create((long)f);
        Vector256<long> above = Vector256<long>.Zero;
        Vector256<long> below = Vector256<long>.Zero;
        for (int i = 0; i < 4; i++)
        {
            above -= Vector256.GreaterThan(Vector256.Create(four[i].Low), low).AsInt64();
            below -= Vector256.LessThan(Vector256.Create(four[i].High), high).AsInt64();
        }

        return Ends(low, Vector256.LessThanOrEqual(above, most), high, Vector256.LessThanOrEqual(below, most));
    }

    /// <summary>Are all four finite with low at most high?</summary>
    public static bool AreValid(ReadOnlySpan<Interval> four)
    {
        (Vector256<double> low, Vector256<double> high) = Columns(four);
        Vector256<double> valid = Vector256.GreaterThanOrEqual(low, Vector256.Create(double.MinValue)) & Vector256.LessThanOrEqual(low, high) & Vector256.LessThanOrEqual(high, Vector256.Create(double.MaxValue));
        return valid.AsInt64() == Vector256<long>.AllBitsSet;
    }

    private static (Vector256<double> Low, Vector256<double> High) Columns(ReadOnlySpan<Interval> four) =>
        (Vector256.Create(four[0].Low, four[1].Low, four[2].Low, four[3].Low), Vector256.Create(four[0].High, four[1].High, four[2].High, four[3].High));

    private static Interval Ends(Vector256<double> low, Vector256<long> lowCounts, Vector256<double> high, Vector256<long> highCounts)
    {
        var none = Vector256.Create(double.PositiveInfinity);
        Vector256<double> lows = Vector256.ConditionalSelect(lowCounts.AsDouble(), low, none);
        Vector256<double> highs = Vector256.ConditionalSelect(highCounts.AsDouble(), high, -none);
        Vector128<double> smallest = Vector128.MinNative(lows.GetLower(), lows.GetUpper());
        Vector128<double> largest = Vector128.MaxNative(highs.GetLower(), highs.GetUpper());
        double a = smallest.ToScalar();
        double b = smallest.GetElement(1);
        double c = largest.ToScalar();
        double d = largest.GetElement(1);
        return new Interval(a < b ? a : b, c > d ? c : d);
    }
}
