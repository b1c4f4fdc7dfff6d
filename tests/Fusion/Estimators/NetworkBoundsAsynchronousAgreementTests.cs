using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>Approximate agreement without clocks (Dolev et al., JACM 1986): a node goes on with the first n-f values, drops f at either end and averages every 2f-th of the rest. Two nodes then differ in up to 2f values; the honest diameter shrinks by c(n-3f, 2f), c(m, k) = floor((m-1)/k) + 1.</summary>
public sealed class NetworkBoundsAsynchronousAgreementTests
{
    [Fact]
    public void The_diameter_shrinks_by_the_factor_of_the_paper() =>
        (from f in Gen.Int[1, 2]
         from n in Gen.Int[(5 * f) + 1, (5 * f) + 6]
         from honest in Gen.Int[0, 4].Select(x => x / 4.0).Array[n - f]
         from orderA in Gen.Shuffle(Enumerable.Range(0, n).ToArray())
         from orderB in Gen.Shuffle(Enumerable.Range(0, n).ToArray())
         from liesToA in Gen.OneOf(Gen.Const(-9.0), Gen.Const(9.0), Gen.Double[0, 1]).Array[f]
         from liesToB in Gen.OneOf(Gen.Const(-9.0), Gen.Const(9.0), Gen.Double[0, 1]).Array[f]
         select (n, f, honest, orderA, orderB, liesToA, liesToB)).Hold(t =>
        {
            double[] atA = [.. t.orderA.Take(t.n - t.f).Select(node => node < t.honest.Length ? t.honest[node] : t.liesToA[node - t.honest.Length])];
            double[] atB = [.. t.orderB.Take(t.n - t.f).Select(node => node < t.honest.Length ? t.honest[node] : t.liesToB[node - t.honest.Length])];
            double diameter = t.honest.Max() - t.honest.Min();
            double a = Next(atA, t.f);
            double b = Next(atB, t.f);
            return Math.Abs(a - b) <= (diameter / Factor(t.n - (3 * t.f), 2 * t.f)) + 1e-12
                && Math.Min(a, b) >= t.honest.Min() - 1e-12 && Math.Max(a, b) <= t.honest.Max() + 1e-12;
        });

    [Theory]
    [InlineData(6, 1, 2)]
    [InlineData(8, 1, 3)]
    [InlineData(10, 1, 4)]
    [InlineData(11, 2, 2)]
    [InlineData(15, 2, 3)]
    [InlineData(16, 3, 2)]
    public void The_factor_is_met_with_equality(int n, int f, int factor)
    {
        Assert.Equal(factor, Factor(n - (3 * f), 2 * f));
        Assert.Equal(1.0 / factor, WorstGap(n, f), 1e-12);
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(10, 2)]
    [InlineData(15, 3)]
    public void With_5f_nodes_the_diameter_can_stay_as_it_is(int n, int f) => Assert.Equal(1, WorstGap(n, f), 1e-12);

    /// <summary>The largest gap over all splits of the honest into 0 and 1: A hears the lies from above and misses the lowest honest, B the reverse.</summary>
    private static double WorstGap(int n, int f)
    {
        double worst = 0;
        for (int ones = 1; ones < n - f; ones++)
        {
            double[] honest = [.. Enumerable.Range(0, n - f).Select(i => i < n - f - ones ? 0.0 : 1.0)];
            double a = Next([.. honest.Skip(f), .. Enumerable.Repeat(9.0, f)], f);
            double b = Next([.. honest.SkipLast(f), .. Enumerable.Repeat(-9.0, f)], f);
            worst = Math.Max(worst, Math.Abs(a - b));
        }

        return worst;
    }

    private static int Factor(int m, int k) => ((m - 1) / k) + 1;

    private static double Next(double[] received, int f) => received.Order().Skip(f).SkipLast(f).Where((_, i) => i % (2 * f) == 0).Average();
}
