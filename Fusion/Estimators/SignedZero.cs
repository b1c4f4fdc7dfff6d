namespace C3Fusion.Fusion.Estimators;

/// <summary>Makes the sign of a copied zero independent of the sensors' order: -0 and 0 compare equal, but are different bits.</summary>
internal static class SignedZero
{
    /// <summary>A low that is zero is -0 where any of the lows is -0.</summary>
    public static double OfLow(double low, ReadOnlySpan<double> lows) => low == 0 ? AnyZero(lows, negative: true) ? -0.0 : 0.0 : low;

    /// <summary>A high that is zero is +0 where any of the highs is +0.</summary>
    public static double OfHigh(double high, ReadOnlySpan<double> highs) => high == 0 ? AnyZero(highs, negative: false) ? 0.0 : -0.0 : high;

    private static bool AnyZero(ReadOnlySpan<double> values, bool negative)
    {
        foreach (double value in values)
            if (value == 0 && double.IsNegative(value) == negative) return true;
        return false;
    }
}
