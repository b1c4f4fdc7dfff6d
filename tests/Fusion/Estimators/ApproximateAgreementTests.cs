using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>How fast honest nodes that average draw together although f lie to each of them differently (Dolev et al., JACM 1986).</summary>
public sealed class ApproximateAgreementTests
{
    private static readonly Gen<(int F, double[] Honest, double[] ToA, double[] ToB)> Rounds =
        from f in Gen.Int[1, 3]
        from honest in Gen.Int[0, 4].Select(x => x / 4.0).Array[(2 * f) + 1, (2 * f) + 6]
        from toA in Gen.OneOf(Gen.Const(-9.0), Gen.Const(9.0), Gen.Double[0, 1]).Array[f]
        from toB in Gen.OneOf(Gen.Const(-9.0), Gen.Const(9.0), Gen.Double[0, 1]).Array[f]
        select (f, honest, toA, toB);

    [Fact]
    public void The_trimmed_mean_contracts_by_f_over_n_minus_2f() =>
        Rounds.Hold(t => Gap(t, values => TrimmedMean.Of(values, t.F)) <= ((double)t.F / (t.Honest.Length - t.F) * Diameter(t.Honest)) + 1e-12);

    [Fact]
    public void Reduce_and_select_contracts_by_its_optimal_factor() =>
        Rounds.Hold(t => Gap(t, values => ReduceSelectMean.Of(values, t.F)) <= (Diameter(t.Honest) / ReduceSelectMean.Contraction(t.Honest.Length + t.F, t.F)) + 1e-12);

    [Fact]
    public void The_fault_tolerant_midpoint_halves() =>
        Rounds.Hold(t => Gap(t, values => Midpoint(values, t.F)) <= (Diameter(t.Honest) / 2) + 1e-12);

    [Theory]
    [InlineData(4, 1)]
    [InlineData(7, 2)]
    [InlineData(10, 3)]
    [InlineData(6, 1)]
    public void The_contractions_are_met_with_equality(int n, int f)
    {
        // f honest at 1, the rest at 0 ... every split of the honest and every pair of lies is tried.
        double trimmed = 0;
        double select = 0;
        double midpoint = 0;
        for (int ones = 1; ones < n - f; ones++)
        {
            double[] honest = [.. Enumerable.Range(0, n - f).Select(i => i < ones ? 1.0 : 0.0)];
            var t = (f, honest, Enumerable.Repeat(9.0, f).ToArray(), Enumerable.Repeat(-9.0, f).ToArray());
            trimmed = Math.Max(trimmed, Gap(t, values => TrimmedMean.Of(values, f)));
            select = Math.Max(select, Gap(t, values => ReduceSelectMean.Of(values, f)));
            midpoint = Math.Max(midpoint, Gap(t, values => Midpoint(values, f)));
        }

        Assert.Equal((double)f / (n - (2 * f)), trimmed, 1e-12);
        Assert.Equal(1.0 / ReduceSelectMean.Contraction(n, f), select, 1e-12);
        Assert.Equal(0.5, midpoint, 1e-12);
    }

    [Fact]
    public void The_factor_of_the_paper()
    {
        Assert.Equal(2, ReduceSelectMean.Contraction(7, 2));
        Assert.Equal(2, ReduceSelectMean.Contraction(4, 1));
        Assert.Equal(4, ReduceSelectMean.Contraction(6, 1));
    }

    private static double Gap((int F, double[] Honest, double[] ToA, double[] ToB) t, Func<double[], double> rule) =>
        Math.Abs(rule([.. t.Honest, .. t.ToA]) - rule([.. t.Honest, .. t.ToB]));

    private static double Diameter(double[] values) => values.Max() - values.Min();

    private static double Midpoint(double[] values, int f)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[f] + sorted[^(f + 1)]) / 2;
    }
}
