using System.Numerics;
using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The constants of Allouah et al., AISTATS 2023: for every choice of n-f honest points, the squared distance of a rule to their mean is at most kappa times their variance. They are not sharp (the sharp ones have their own tests), so there is no equality case; no rule may exceed them.</summary>
public sealed class PublishedConstantsTests
{
    private static readonly Gen<(int D, int F, double[] Points)> Cases =
        from d in Gen.Int[1, 3]
        from f in Gen.Int[1, 2]
        from n in Gen.Int[(2 * f) + 3, (2 * f) + 5]
        from points in Gen.OneOf(Gen.Double[-1, 1], Gen.Int[-1, 1].Select(x => (double)x), Gen.Const(50.0)).Array[n * d]
        select (d, f, points);

    [Fact]
    public void Krum_keeps_6_times_1_plus_f_over_n_minus_2f() => Cases.Hold(t => WorstRatio(t, KrumOf(t)) <= 6 * (1 + Share(t)) * (1 + 1e-9));

    [Fact]
    public void The_geometric_median_keeps_4_times_its_square() => Cases.Hold(t =>
    {
        double[] median = new double[t.D];
        GeometricMedian.Of(t.Points, t.D, median);
        return WorstRatio(t, median) <= 4 * (1 + Share(t)) * (1 + Share(t)) * (1 + 1e-9);
    });

    [Fact]
    public void The_medians_of_the_axes_keep_it_too() => Cases.Hold(t =>
        WorstRatio(t, PerAxis(t, axis => Median.Of(axis))) <= 4 * (1 + Share(t)) * (1 + Share(t)) * (1 + 1e-9));

    [Fact]
    public void The_trimmed_means_of_the_axes_keep_their_sharp_constant_in_every_dimension() => Cases.Hold(t =>
        WorstRatio(t, PerAxis(t, axis => TrimmedMean.Of(axis, t.F))) <= Share(t) * (1 + 1e-9));

    private static double Share((int D, int F, double[] Points) t) => (double)t.F / ((t.Points.Length / t.D) - (2 * t.F));

    private static double[] KrumOf((int D, int F, double[] Points) t)
    {
        int chosen = Krum.Select(t.Points, t.D, t.F, Krum.Neighbours.ByzFL);
        return t.Points[(chosen * t.D)..((chosen + 1) * t.D)];
    }

    private static double[] PerAxis((int D, int F, double[] Points) t, Func<double[], double> rule)
    {
        double[] result = new double[t.D];
        double[] column = new double[t.Points.Length / t.D];
        for (int axis = 0; axis < t.D; axis++)
        {
            for (int i = 0; i < column.Length; i++) column[i] = t.Points[(i * t.D) + axis];
            result[axis] = rule(column);
        }

        return result;
    }

    /// <summary>Squared distance to the mean of the chosen over their variance, at worst over all choices of n-f.</summary>
    private static double WorstRatio((int D, int F, double[] Points) t, double[] result)
    {
        int n = t.Points.Length / t.D;
        Span<double> chosen = stackalloc double[n - t.F];
        double worst = 0;
        for (uint subset = BruteForce.FirstSubset(n - t.F); subset < 1u << n; subset = BruteForce.NextSubset(subset))
        {
            double square = 0;
            double variance = 0;
            for (int axis = 0; axis < t.D; axis++)
            {
                int count = 0;
                for (uint rest = subset; rest != 0; rest &= rest - 1) chosen[count++] = t.Points[(BitOperations.TrailingZeroCount(rest) * t.D) + axis];
                (double centre, double spread) = AttackedValues.Moments(chosen);
                square += (result[axis] - centre) * (result[axis] - centre);
                variance += spread;
            }

            // Iterative rules are right to 1e-9; where the chosen agree there is nothing to divide by.
            if (square > 1e-9) worst = Math.Max(worst, square / variance);
        }

        return worst;
    }
}
