namespace C3Fusion.Fusion.Tracking;

/// <summary>e^x good to 1e-12, from additions and multiplications alone: the mode probabilities need no more.</summary>
internal static class Exponential
{
    public static double Of(double x)
    {
        double k = Math.Round(x * 1.4426950408889634);
        double r = (x - (k * 0.693147180369123816490)) - (k * 1.90821492927058770002e-10);
        double sum = 1;
        for (int n = 12; n >= 1; n--) sum = 1 + (sum * r / n);
        return sum * BitConverter.Int64BitsToDouble((1023L + (long)k) << 52);
    }
}
