namespace C3Fusion.Fusion.Estimators;

/// <summary>Minimum-diameter averaging (MDA), for comparison: the mean of the n-f points whose largest mutual distance is least.</summary>
/// <remarks>El Mhamdi, Guerraoui and Rouault, 2020 (after Rousseeuw's minimal-volume idea). C(n,f) subsets in the worst case, so n is limited. Of subsets of equal diameter the first in lexicographic order.</remarks>
public static class MinimumDiameterAveraging
{
    /// <summary>The largest n: 2.7 million subsets at worst, most of them pruned.</summary>
    public const int MaxPoints = 24;

    /// <summary>Writes the mean and returns the mask of the points that were averaged.</summary>
    /// <param name="points">n rows of d finite coordinates, n from 1 to 24.</param>
    /// <param name="d">Dimensions.</param>
    /// <param name="f">How many points to leave out; 2f &lt; n.</param>
    /// <param name="mean">Receives d coordinates.</param>
    /// <param name="diameterSquared">The square of the chosen subset's diameter.</param>
    public static ulong Of(ReadOnlySpan<double> points, int d, int f, Span<double> mean, out double diameterSquared)
    {
        int n = PointSet.Check(points, d, int.MaxValue);
        PointRules.CheckCount(n, f);
        if (n > MaxPoints) throw new ArgumentException($"{n} points: at most {MaxPoints} are allowed", nameof(points));
        var search = new Search(PointSet.SquaredDistances(points, d), n, n - f);
        search.Extend(0, 0, 0, 0);
        PointSet.Mean(points, d, search.Best, mean);
        diameterSquared = search.BestDiameter;
        return search.Best;
    }

    private sealed class Search(double[] squares, int n, int size)
    {
        public ulong Best { get; private set; }

        public double BestDiameter { get; private set; } = double.PositiveInfinity;

        public void Extend(int next, ulong chosen, int count, double diameter)
        {
            if (count == size)
            {
                (Best, BestDiameter) = (chosen, diameter);
                return;
            }

            if (n - next < size - count) return;
            double with = diameter;
            for (int j = 0; j < next; j++)
                if ((chosen >> j & 1) != 0) with = Math.Max(with, squares[(next * n) + j]);
            if (with < BestDiameter) Extend(next + 1, chosen | (1UL << next), count + 1, with);
            Extend(next + 1, chosen, count, diameter);
        }
    }
}
