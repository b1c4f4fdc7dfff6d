namespace C3Fusion.Fusion.Covariance;

/// <summary>Minimises a function with one valley on [0, 1].</summary>
internal static class GoldenSection
{
    private const double Ratio = 0.6180339887498949;
    private const int Steps = 60;

    /// <summary>The place of the least value; ends included.</summary>
    public static double Minimise(Func<double, double> cost)
    {
        double low = 0;
        double high = 1;
        double a = high - Ratio;
        double b = low + Ratio;
        double costA = cost(a);
        double costB = cost(b);
        for (int i = 0; i < Steps; i++)
        {
            if (costA <= costB)
            {
                (high, b, costB) = (b, a, costA);
                a = high - (Ratio * (high - low));
                costA = cost(a);
            }
            else
            {
                (low, a, costA) = (a, b, costB);
                b = low + (Ratio * (high - low));
                costB = cost(b);
            }
        }

        double best = 0.5 * (low + high);
        double least = cost(best);
        if (cost(0) <= least) (best, least) = (0, cost(0));
        return cost(1) < least ? 1 : best;
    }
}
