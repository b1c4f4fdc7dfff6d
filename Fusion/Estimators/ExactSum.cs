namespace C3Fusion.Fusion.Estimators;

/// <summary>Means of doubles without the cancellation of naive sums: right to the last bit or two, whatever the terms.</summary>
/// <remarks>Knuth's TwoSum and Shewchuk's growing expansions ("Adaptive precision floating-point arithmetic", Discrete Comput. Geom. 18, 1997): additions only, so equal bits on every machine.</remarks>
internal static class ExactSum
{
    /// <summary>Non-overlapping parts that a sum of doubles can need: 2098 bits in pieces of 53, and one in the making.</summary>
    private const int MaxParts = 44;

    /// <summary>Keeps a sum of 2^20 terms inside the double range.</summary>
    private const double Downscale = 1.0 / (1 << 20);

    /// <summary>The mean of ascending finite <paramref name="sorted"/>, never outside their range.</summary>
    public static double MeanOfSorted(ReadOnlySpan<double> sorted)
    {
        double sum = sorted[0];
        double error = 0;
        double magnitude = Math.Abs(sum);
        for (int i = 1; i < sorted.Length; i++)
        {
            double x = sorted[i];
            double next = sum + x;
            double part = next - sum;
            error += (sum - (next - part)) + (x - part);
            sum = next;
            magnitude += Math.Abs(x);
        }

        double total = sum + error;
        // 2^-30 of the terms' size has survived cancellation: the error left is below 2^-60 of the result. Not so for NaN.
        double mean = Math.Abs(total) >= magnitude * (1.0 / (1 << 30)) && double.IsFinite(magnitude) ? total / sorted.Length : Ratio(sorted, sorted.Length);
        return mean < sorted[0] ? sorted[0] : mean > sorted[^1] ? sorted[^1] : mean;
    }

    /// <summary>(sum of <paramref name="terms"/>) / <paramref name="divisor"/>, the sum exact before it is rounded once.</summary>
    /// <remarks>Where the sum leaves the double range it is formed at 2^-20 of its size; the quotient must be representable.</remarks>
    public static double Ratio(ReadOnlySpan<double> terms, double divisor)
    {
        double sum = Total(terms, 1);
        return double.IsFinite(sum) ? sum / divisor : Total(terms, Downscale) / divisor / Downscale;
    }

    private static double Total(ReadOnlySpan<double> terms, double scale)
    {
        Span<double> parts = stackalloc double[MaxParts];
        int count = 0;
        foreach (double term in terms)
        {
            double x = term * scale;
            int kept = 0;
            for (int i = 0; i < count; i++)
            {
                double y = parts[i];
                double sum = x + y;
                double yPart = sum - x;
                double low = (x - (sum - yPart)) + (y - yPart);
                if (low != 0) parts[kept++] = low;
                x = sum;
            }

            if (!double.IsFinite(x)) return double.NaN;
            parts[kept++] = x;
            count = kept;
        }

        double total = 0;
        for (int i = 0; i < count; i++) total += parts[i];
        return total;
    }
}
