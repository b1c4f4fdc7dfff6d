using System.Numerics;
using System.Runtime.Intrinsics;
using C3Fusion.Fusion.Tracking;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Tracking;

/// <summary>Sets of possible liars, and the set that explains best, against every subset tried by hand.</summary>
public sealed class LiarHypothesesTests
{
    [Theory]
    [InlineData(0b11111111UL, 2, 37)]
    [InlineData(0b11011011UL, 1, 7)]
    [InlineData(0b1111UL, 0, 1)]
    [InlineData(0b11UL, 5, 4)]
    public void Every_set_of_at_most_r_free_sensors_is_there_once(ulong free, int r, int count)
    {
        var hypotheses = new LiarHypotheses();
        hypotheses.BuildAll(free, r);
        Assert.True(hypotheses.IsComplete);
        Assert.Equal(count, hypotheses.Count);
        Assert.Equal(count, hypotheses.Set[..count].Distinct().Count());
        Assert.All(hypotheses.Set[..count], set => Assert.True((set & ~free) == 0 && BitOperations.PopCount(set) <= r));
        for (int h = 1; h < count; h++) Assert.Equal(hypotheses.Set[h], hypotheses.Set[hypotheses.Parent[h]] | (1UL << hypotheses.Last[h]));
    }

    [Fact]
    public void Too_many_sets_are_not_enumerated()
    {
        var hypotheses = new LiarHypotheses();
        hypotheses.BuildAll(ulong.MaxValue, 5);
        Assert.False(hypotheses.IsComplete);
        Assert.Equal(1, hypotheses.Count);
        hypotheses.BuildFrom([.. Enumerable.Range(0, 64).Reverse()], 5);
        Assert.InRange(hypotheses.Count, 100, LiarHypotheses.MaxSets);
    }

    [Fact]
    public void The_best_exclusion_is_that_of_a_search_over_all_subsets()
    {
        Gen<(double O, double Sigma)> one = Gen.Select(Gen.Double[-500, 500], Gen.Double[10, 300]);
        Gen.Select(one.Array[2, 8], Gen.Int[0, 3], Gen.Double[5, 40]).Sample((readings, r, penalty) =>
        {
            var hypotheses = new LiarHypotheses();
            hypotheses.BuildAll((1UL << readings.Length) - 1, r);
            var exclusion = new Exclusion();
            exclusion.Clear();
            for (int s = 0; s < readings.Length; s++)
            {
                exclusion.Add(s, Vector256.Create(readings[s].O, -readings[s].O, 0, 0), Vector256.Create(1, 1, 1, 0.0) / Vector256.Create(readings[s].Sigma * readings[s].Sigma), default, default);
            }

            ulong found = exclusion.Best(hypotheses, r, penalty, out double chi);
            double best = double.PositiveInfinity;
            for (uint set = 0; set < 1u << readings.Length; set++)
            {
                if (BitOperations.PopCount(set) <= r) best = Math.Min(best, ChiSquare(readings, set) + (penalty * BitOperations.PopCount(set)));
            }

            Assert.Equal(ChiSquare(readings, found), chi, 1e-6 * (1 + chi));
            Assert.Equal(best, chi + (penalty * BitOperations.PopCount(found)), 1e-6 * (1 + best));
        });
    }

    /// <summary>Two mirrored axes: twice the weighted sum of squares about the weighted mean.</summary>
    private static double ChiSquare((double O, double Sigma)[] readings, ulong without)
    {
        (double O, double Sigma)[] rest = [.. readings.Where((_, s) => (without >> s & 1) == 0)];
        if (rest.Length == 0) return 0;
        double mean = rest.Sum(x => x.O / (x.Sigma * x.Sigma)) / rest.Sum(x => 1 / (x.Sigma * x.Sigma));
        return 2 * rest.Sum(x => Math.Pow((x.O - mean) / x.Sigma, 2));
    }
}
