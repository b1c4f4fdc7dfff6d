namespace C3Fusion.Fusion.Estimators;

/// <summary>Tails of the binomial distribution, summed from the small terms up: no cancellation, however small they are.</summary>
internal static class BinomialTail
{
    /// <summary>P(Bin(n, p) > q).</summary>
    public static double Above(int q, int n, double p)
    {
        if (q < 0) return 1;
        if (q >= n || p <= 0) return 0;
        if (p >= 1) return 1;
        double sum = 0;
        for (int k = n; k > q; k--) sum += Term(k, n, p);
        return Math.Min(sum, 1);
    }

    /// <summary>C(n,k) p^k (1-p)^(n-k), its factors interleaved so that neither powers nor coefficients leave the double range early.</summary>
    private static double Term(int k, int n, double p)
    {
        double term = 1;
        int misses = n - k;
        for (int i = 1; i <= k; i++)
        {
            term *= (n - k + i) / (double)i * p;
            for (; misses > 0 && term > 1; misses--) term *= 1 - p;
        }

        for (; misses > 0; misses--) term *= 1 - p;
        return term;
    }
}
