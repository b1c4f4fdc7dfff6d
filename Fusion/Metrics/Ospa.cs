using C3Fusion.Fusion.Assignment;

namespace C3Fusion.Fusion.Metrics;

/// <summary>Optimal sub-pattern assignment distance of one scan.</summary>
/// <remarks>
/// d = [ (1/n)( min_π Σ_{i≤m} min(c, d(x_i, y_π(i)))^p + c^p (n − m) ) ]^{1/p}, m ≤ n the two cardinalities (D. Schuhmacher,
/// B.-T. Vo, B.-N. Vo, IEEE TSP 56(8), 2008, eq. 3). Two empty sets are at distance 0; one empty set is at distance c.
/// </remarks>
public static class Ospa
{
    /// <summary>OSPA of the scan last matched, m.</summary>
    public static double Of(PictureMatching matching)
    {
        int larger = Math.Max(matching.TruthCount, matching.TrackCount);
        if (larger == 0) return 0;
        double sum = 0;
        foreach (double distance in matching.Distances)
        {
            if (!double.IsNaN(distance)) sum += matching.Order.Power(distance);
        }

        double worst = matching.Order.Power(matching.Cutoff);
        return matching.Order.Root((sum + (worst * (larger - matching.MatchedCount))) / larger);
    }

    /// <summary>OSPA of order p = ∞, m: the cutoff where the cardinalities differ, else the smallest possible largest distance, at most the cutoff.</summary>
    /// <param name="cutoff">c, m, above 0.</param>
    /// <param name="truth">True positions, m.</param>
    /// <param name="tracks">Track positions, m.</param>
    public static double OfInfiniteOrder(double cutoff, ReadOnlySpan<Enu> truth, ReadOnlySpan<Enu> tracks)
    {
        if (truth.Length != tracks.Length) return cutoff;
        if (truth.Length == 0) return 0;
        var distances = new double[truth.Length * tracks.Length];
        for (int i = 0; i < truth.Length; i++)
        {
            for (int j = 0; j < tracks.Length; j++) distances[(i * tracks.Length) + j] = Math.Min(cutoff, (tracks[j] - truth[i]).Length);
        }

        return BottleneckAssignment.Solve(distances, truth.Length);
    }
}
