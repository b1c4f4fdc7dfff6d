namespace C3Fusion.Fusion.Estimators;

/// <summary>Krum and multi-Krum, for comparison: they pick the point, or the n-f points, whose nearest neighbours are closest.</summary>
/// <remarks>
/// Blanchard, El Mhamdi, Guerraoui and Stainer, NeurIPS 2017: the score is the sum of squared distances to the n-f-2
/// nearest others, for 2f+2 &lt; n; ByzFL counts n-f-1. Its published constant, 6(1+f/(n-2f)), is far above the
/// f/(n-2f) of the trimmed mean: no reason to use it for accuracy. Ties go to the smaller index.
/// </remarks>
public static class Krum
{
    /// <summary>How many neighbours of each point are counted.</summary>
    public enum Neighbours
    {
        /// <summary>n-f-2, as in the paper.</summary>
        Blanchard,

        /// <summary>n-f-1, as in the ByzFL library.</summary>
        ByzFL,
    }

    /// <summary>The index of the point with the least score.</summary>
    /// <param name="points">n rows of d finite coordinates, n from 1 to 64; sums of squares must stay finite.</param>
    /// <param name="d">Dimensions.</param>
    /// <param name="f">How many points may be forged; 2f &lt; n, and at least one neighbour must be left.</param>
    /// <param name="neighbours">Which convention.</param>
    public static int Select(ReadOnlySpan<double> points, int d, int f, Neighbours neighbours = Neighbours.Blanchard)
    {
        double[] scores = Scores(points, d, f, neighbours);
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
            if (scores[i] < scores[best]) best = i;
        return best;
    }

    /// <summary>Multi-Krum: the mask of the n-f points with the least scores; writes their mean.</summary>
    /// <param name="points">n rows of d finite coordinates.</param>
    /// <param name="d">Dimensions.</param>
    /// <param name="f">How many points may be forged.</param>
    /// <param name="mean">Receives d coordinates.</param>
    /// <param name="neighbours">Which convention.</param>
    public static ulong Multi(ReadOnlySpan<double> points, int d, int f, Span<double> mean, Neighbours neighbours = Neighbours.ByzFL)
    {
        double[] scores = Scores(points, d, f, neighbours);
        int[] order = new int[scores.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(order, (a, b) => scores[a] != scores[b] ? scores[a].CompareTo(scores[b]) : a.CompareTo(b));
        ulong chosen = 0;
        foreach (int i in order.AsSpan(0, scores.Length - f)) chosen |= 1UL << i;
        PointSet.Mean(points, d, chosen, mean);
        return chosen;
    }

    private static double[] Scores(ReadOnlySpan<double> points, int d, int f, Neighbours neighbours)
    {
        int n = PointSet.Check(points, d, int.MaxValue);
        PointRules.CheckCount(n, f);
        int counted = n - f - (neighbours == Neighbours.Blanchard ? 2 : 1);
        if (counted < 1) throw new ArgumentException($"n = {n} and f = {f} leave no neighbour to count", nameof(f));
        double[] squares = PointSet.SquaredDistances(points, d);
        double[] scores = new double[n];
        double[] others = new double[n - 1];
        for (int i = 0; i < n; i++)
        {
            int at = 0;
            for (int j = 0; j < n; j++)
                if (j != i) others[at++] = squares[(i * n) + j];
            Array.Sort(others);
            double sum = 0;
            for (int k = 0; k < counted; k++) sum += others[k];
            scores[i] = sum;
        }

        return scores;
    }
}
