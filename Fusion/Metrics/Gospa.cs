namespace C3Fusion.Fusion.Metrics;

/// <summary>Generalised optimal sub-pattern assignment distance of one scan, alpha = 2, with its parts as p-th powers.</summary>
/// <remarks>
/// d = [ min_γ Σ_{(i,j)∈γ} d(x_i, y_j)^p + (c^p / 2)(|X| + |Y| − 2|γ|) ]^{1/p} (A. S. Rahmathullah, Á. F. García-Fernández,
/// L. Svensson, FUSION 2017, eq. 4). Only alpha = 2 splits into these parts. Two empty sets are at distance 0.
/// </remarks>
/// <param name="Distance">The distance, m.</param>
/// <param name="Localisation">Σ d^p over matched pairs.</param>
/// <param name="Missed">c^p / 2 for each true target without a track.</param>
/// <param name="False">c^p / 2 for each track without a true target.</param>
/// <param name="Switching">s^p times the number of track switches since the scan before; 0 where switching is not scored.</param>
public readonly record struct Gospa(double Distance, double Localisation, double Missed, double False, double Switching = 0)
{
    /// <summary>GOSPA of the scan last matched.</summary>
    public static Gospa Of(PictureMatching matching)
    {
        double half = matching.Order.Power(matching.Cutoff) / 2;
        double localisation = 0;
        foreach (double distance in matching.Distances)
        {
            if (!double.IsNaN(distance)) localisation += matching.Order.Power(distance);
        }

        double missed = half * (matching.TruthCount - matching.MatchedCount);
        double falsely = half * (matching.TrackCount - matching.MatchedCount);
        return new Gospa(matching.Order.Root(localisation + missed + falsely), localisation, missed, falsely);
    }

    /// <summary>The same with a penalty per track switch (T-GOSPA's switching cost, García-Fernández et al., IEEE TSP 68, 2020).</summary>
    /// <param name="order">p, as for the distance.</param>
    /// <param name="penalty">s, m: the penalty of one full switch.</param>
    /// <param name="switches">Switches since the scan before, a half for each change to or from no track: <see cref="TrackSwitches"/>.</param>
    public Gospa WithSwitching(DistanceOrder order, double penalty, double switches)
    {
        double switching = order.Power(penalty) * switches;
        return this with { Distance = order.Root(Localisation + Missed + False + switching), Switching = switching };
    }
}
