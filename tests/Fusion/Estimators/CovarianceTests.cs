using System.Text.Json;
using C3Fusion.Fusion.Covariance;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>Covariance intersection and its kin: published values, refusals, and the bound that each one promises.</summary>
public sealed class CovarianceTests
{
    [Fact]
    public void The_values_that_Stone_Soup_asserts_hold()
    {
        JsonElement file = SharedData.Read("metrics/covariance_intersection_stonesoup_asserted.json");
        foreach (JsonElement pair in file.GetProperty("mean_zero").EnumerateArray())
            foreach (double value in FuseStates(file, pair).Mean) Assert.Equal(0, value, 1e-12);
        foreach (JsonElement pair in file.GetProperty("cov_1p5").EnumerateArray())
        {
            CovarianceMatrix covariance = FuseStates(file, pair).Covariance;
            for (int i = 0; i < 4; i++)
                for (int j = 0; j < 4; j++) Assert.Equal(i == j ? 1.5 : 0, covariance[i, j], 1e-12);
        }
    }

    [Fact]
    public void Tracks_with_matrices_that_are_no_covariances_are_refused()
    {
        foreach (string name in new[] { "expected_tracks", "tracks" })
        {
            JsonElement file = SharedData.Read($"metrics/must-refuse/test_fusing_ctra_tracks_and_detections_{name}.json");
            JsonElement list = file.GetProperty("tracks");
            Assert.Equal(3, list.GetArrayLength());
            foreach (JsonElement item in list.EnumerateArray())
            {
                CovarianceMatrix? matrix = CovarianceMatrix.TryCreate(SharedData.Numbers(item.GetProperty("covariance")), out string reason);
                Assert.Null(matrix);
                Assert.NotEmpty(reason);
            }
        }

        // The detections to be fused with them are sound by themselves: what is refused is the fusion, for its tracks' sake.
        JsonElement detections = SharedData.Read("metrics/must-refuse/test_fusing_ctra_tracks_and_detections_detections.json").GetProperty("detections");
        foreach (JsonElement item in detections.EnumerateArray())
            Assert.NotNull(CovarianceMatrix.TryCreate(SharedData.Numbers(item.GetProperty("covariance")), out _));
    }

    [Theory]
    [InlineData("square", 1.0, 0.0, 1.0)]
    [InlineData("finite", double.NaN)]
    [InlineData("finite", double.PositiveInfinity)]
    [InlineData("above 0", 0.0)]
    [InlineData("above 0", -1.0)]
    [InlineData("symmetric", 1.0, 0.5, 0.4, 1.0)]
    [InlineData("positive definite", 1.0, 1.0, 1.0, 1.0)]
    [InlineData("positive definite", 1.0, 2.0, 2.0, 1.0)]
    public void What_is_no_covariance_is_refused_with_its_reason(string reason, params double[] entries)
    {
        Assert.Null(CovarianceMatrix.TryCreate(entries, out string said));
        Assert.Contains(reason, said, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CovarianceMatrix.Create(entries));
    }

    [Fact]
    public void No_selection_without_agreement_and_a_liar_is_left_out()
    {
        GaussianEstimate At(double x, double variance = 1) => new([x, 0], CovarianceMatrix.Diagonal(variance, variance));
        Assert.Null(ConsistentSelection.TrySelect([At(0), At(0)], [1, 1, 1, 1], f: 1));
        Assert.Null(ConsistentSelection.TrySelect([At(0), At(100), At(200)], [1, 1, 1, 1, 1, 1], f: 1));

        // The liar claims to be a million times as accurate as it is registered.
        ConsistentSelection? selection = ConsistentSelection.TrySelect([At(0), At(50, 1e-12), At(1), At(-1)], [1, 1, 1, 1, 1, 1, 1, 1], f: 1);
        Assert.Equal([0, 2, 3], selection!.Indices);
        GaussianEstimate fused = CovarianceIntersection.Fuse(selection, CovarianceCriterion.Trace, out _);
        Assert.InRange(fused.Mean[0], -1, 1);

        // Inside C_f it cannot be told from an honest one, but its forged covariance is raised to the registered floor.
        selection = ConsistentSelection.TrySelect([At(0), At(5, 1e-12), At(1), At(-1)], [1, 1, 1, 1, 1, 1, 1, 1], f: 1);
        Assert.Equal(4, selection!.Estimates.Count);
        Assert.Equal(1, selection.Estimates[1].Covariance[0, 0], 1e-12);
    }

    [Fact]
    public void A_forged_correlation_is_raised_to_the_floor_in_every_direction()
    {
        foreach (double r in new[] { 0, 0.5, -0.9, 0.999999, -0.99999999 })
        {
            CovarianceMatrix claimed = CovarianceMatrix.Create([1, r, r, 1]);
            CovarianceMatrix raised = claimed.WithFloor([1, 1]);
            // Along (1, 1) and (1, -1) the claim has 1 + r and 1 - r: the smaller becomes 1, the larger stays.
            Assert.Equal(1 + Math.Abs(r), 0.5 * (raised[0, 0] + raised[1, 1]) + Math.Abs(raised[0, 1]), 1e-12);
            Assert.Equal(1, 0.5 * (raised[0, 0] + raised[1, 1]) - Math.Abs(raised[0, 1]), 1e-12);
        }

        CovarianceMatrix coarse = CovarianceMatrix.Create([4, 1, 1, 9]);
        Assert.Equal(coarse.Values.ToArray(), coarse.WithFloor([1, 1]).Values.ToArray());
        Assert.Throws<ArgumentException>(() => coarse.WithFloor([1]));
        Assert.Throws<ArgumentException>(() => coarse.WithFloor([1, 0]));
    }

    [Fact]
    public void A_raised_covariance_is_below_neither_the_claim_nor_the_floor_and_touches_one_in_every_direction() => CovarianceCase.Of(1, 1).Hold(c =>
    {
        double[] claim = c.Covariances[0];
        double[] floor = new double[c.D * c.D];
        double[] sigmas = new double[c.D];
        for (int i = 0; i < c.D; i++)
        {
            sigmas[i] = 0.05 + Math.Abs(c.Means[0][i]) % 3;
            floor[(i * c.D) + i] = sigmas[i] * sigmas[i];
        }

        double[] raised = CovarianceMatrix.Create(claim).WithFloor(sigmas).Values.ToArray();
        double slack = 1e-9 * (DenseOracle.Trace(claim, c.D) + DenseOracle.Trace(floor, c.D));
        double[] overClaim = DenseOracle.Sum(1, raised, -1, claim);
        double[] overFloor = DenseOracle.Sum(1, raised, -1, floor);
        if (!DenseOracle.IsPositive(overClaim, c.D, slack) || !DenseOracle.IsPositive(overFloor, c.D, slack)) return false;
        // No larger than needed: (P' - P) D⁻¹ (P' - D) = 0, each direction is at one of the two.
        double[] product = DenseOracle.Product(DenseOracle.Product(overClaim, DenseOracle.Inverse(floor, c.D), c.D), overFloor, c.D);
        double size = DenseOracle.Trace(raised, c.D) * DenseOracle.Trace(raised, c.D) / sigmas.Min(s => s * s);
        foreach (double entry in product)
            if (Math.Abs(entry) > 1e-9 * size) return false;
        return true;
    });

    [Fact]
    public void Covariance_intersection_bounds_the_error_whatever_the_correlation() => CovarianceCase.Of(2, 2).Hold(c =>
    {
        ConsistentSelection selection = c.Select();
        double[] cross = CrossCovariance(c);
        foreach (CovarianceCriterion criterion in Criteria)
        {
            double[] fused = CovarianceIntersection.Fuse(selection, criterion, out double[] w).Covariance.Values.ToArray();
            double[] gainA = DenseOracle.Product(fused, DenseOracle.Inverse(c.Covariances[0], c.D), c.D);
            double[] gainB = DenseOracle.Product(fused, DenseOracle.Inverse(c.Covariances[1], c.D), c.D);
            double[] ofA = Sandwich(gainA, c.Covariances[0], gainA, c.D);
            double[] ofB = Sandwich(gainB, c.Covariances[1], gainB, c.D);
            double[] mixed = Sandwich(gainA, cross, gainB, c.D);
            double[] excess = [.. fused];
            for (int i = 0; i < c.D; i++)
                for (int j = 0; j < c.D; j++)
                {
                    int k = (i * c.D) + j;
                    excess[k] -= (w[0] * w[0] * ofA[k]) + (w[1] * w[1] * ofB[k]) + (w[0] * w[1] * (mixed[k] + mixed[(j * c.D) + i]));
                }

            if (!DenseOracle.IsPositive(excess, c.D, 1e-8 * DenseOracle.Trace(fused, c.D))) return false;
        }

        return true;
    });

    [Fact]
    public void No_other_weight_of_two_does_better() => CovarianceCase.Of(2, 2).Hold(c =>
    {
        ConsistentSelection selection = c.Select();
        double[] a = DenseOracle.Inverse(c.Covariances[0], c.D);
        double[] b = DenseOracle.Inverse(c.Covariances[1], c.D);
        foreach (CovarianceCriterion criterion in Criteria)
        {
            double[] fused = CovarianceIntersection.Fuse(selection, criterion, out double[] w).Covariance.Values.ToArray();
            double least = Score(fused, c.D, criterion);
            // Convex in the weight: what is no better near by and at the ends is no better anywhere.
            foreach (double step in (ReadOnlySpan<double>)[-1, -0.01, -1e-4, 1e-4, 0.01, 1])
            {
                double v = Math.Clamp(w[0] + step, 0, 1);
                if (Score(DenseOracle.Inverse(DenseOracle.Sum(v, a, 1 - v, b), c.D), c.D, criterion) < least * (1 - 1e-9)) return false;
            }
        }

        return true;
    });

    [Fact]
    public void Covariance_intersection_of_several_finds_the_least_trace() => CovarianceCase.Of(3, 4, maxD: 3).Hold(c =>
    {
        double[][] informations = new double[c.N][];
        for (int i = 0; i < c.N; i++) informations[i] = DenseOracle.Inverse(c.Covariances[i], c.D);
        double least = DenseOracle.Trace(CovarianceIntersection.Fuse(c.Select(), CovarianceCriterion.Trace, out double[] weights).Covariance.Values, c.D);
        // Convex: no step towards a single estimate or from one to another lowers it.
        for (int to = 0; to < c.N; to++)
            foreach (double share in (ReadOnlySpan<double>)[1e-4, 0.1])
            {
                double[] total = new double[c.D * c.D];
                for (int i = 0; i < c.N; i++) total = DenseOracle.Sum(1, total, ((1 - share) * weights[i]) + (i == to ? share : 0), informations[i]);
                if (DenseOracle.Trace(DenseOracle.Inverse(total, c.D), c.D) < least * (1 - 1e-7)) return false;
            }

        double sum = 0;
        foreach (double weight in weights) sum += weight;
        return Math.Abs(sum - 1) < 1e-12;
    });

    [Fact]
    public void Inverse_covariance_intersection_is_never_wider_than_covariance_intersection_and_bounds_common_information() => CovarianceCase.Of(3, 3).Hold(c =>
    {
        // Two estimates that share the information of the third: the case that it is made for.
        double[] common = DenseOracle.Inverse(c.Covariances[2], c.D);
        double[] a = DenseOracle.Inverse(c.Covariances[0], c.D);
        double[] b = DenseOracle.Inverse(c.Covariances[1], c.D);
        double[] withA = DenseOracle.Inverse(DenseOracle.Sum(1, common, 1, a), c.D);
        double[] withB = DenseOracle.Inverse(DenseOracle.Sum(1, common, 1, b), c.D);
        double[] floors = new double[2 * c.D];
        Array.Fill(floors, 1e-3);
        ConsistentSelection selection = ConsistentSelection.TrySelect([new GaussianEstimate(new double[c.D], CovarianceMatrix.Create(withA)), new GaussianEstimate(new double[c.D], CovarianceMatrix.Create(withB))], floors, 0, sigmaCap: 1e9)!;
        double[] ici = InverseCovarianceIntersection.Fuse(selection, out _).Covariance.Values.ToArray();
        double ci = DenseOracle.Trace(CovarianceIntersection.Fuse(selection, CovarianceCriterion.Trace, out _).Covariance.Values, c.D);
        double[] best = DenseOracle.Inverse(DenseOracle.Sum(1, DenseOracle.Sum(1, common, 1, a), 1, b), c.D);
        double trace = DenseOracle.Trace(ici, c.D);
        return trace <= ci * (1 + 1e-9) && DenseOracle.IsPositive(DenseOracle.Sum(1, ici, -1, best), c.D, 1e-8 * trace);
    });

    [Fact]
    public void Split_covariance_intersection_is_Kalman_for_independent_and_CI_for_dependent_errors() => CovarianceCase.Of(2, 2, maxD: 3).Hold(c =>
    {
        ConsistentSelection selection = c.Select();
        double[] none = new double[c.D * c.D];
        SplitCovarianceIntersection.Result independent = SplitCovarianceIntersection.Fuse(selection, c.Covariances[0], c.Covariances[1]);
        double[] kalman = DenseOracle.Inverse(DenseOracle.Sum(1, DenseOracle.Inverse(c.Covariances[0], c.D), 1, DenseOracle.Inverse(c.Covariances[1], c.D)), c.D);
        SplitCovarianceIntersection.Result dependent = SplitCovarianceIntersection.Fuse(selection, none, none);
        double ci = DenseOracle.Trace(CovarianceIntersection.Fuse(selection, CovarianceCriterion.Trace, out _).Covariance.Values, c.D);
        double[] difference = DenseOracle.Sum(1, independent.Estimate.Covariance.Values, -1, kalman);
        bool same = Math.Abs((DenseOracle.Trace(dependent.Estimate.Covariance.Values, c.D) / ci) - 1) < 1e-6;
        foreach (double entry in difference) same &= Math.Abs(entry) <= 1e-7 * DenseOracle.Trace(kalman, c.D);
        foreach (double entry in dependent.Independent) same &= entry == 0;
        return same;
    });

    [Fact]
    public void Covariance_union_bounds_every_estimate_about_its_mean() => CovarianceCase.Of(2, 3, maxD: 2).Hold(c =>
    {
        ConsistentSelection selection = c.Select();
        GaussianEstimate union = CovarianceUnion.Fuse(selection);
        foreach (GaussianEstimate estimate in selection.Estimates)
        {
            double[] excess = union.Covariance.Values.ToArray();
            for (int i = 0; i < c.D; i++)
                for (int j = 0; j < c.D; j++)
                    excess[(i * c.D) + j] -= estimate.Covariance[i, j] + ((union.Mean[i] - estimate.Mean[i]) * (union.Mean[j] - estimate.Mean[j]));
            if (!DenseOracle.IsPositive(excess, c.D, 1e-9 * DenseOracle.Trace(union.Covariance.Values, c.D))) return false;
        }

        return true;
    });

    [Fact]
    public void Covariance_union_of_two_on_a_line_is_no_larger_than_it_must_be() => CovarianceCase.Of(2, 2, maxD: 1).Hold(c =>
    {
        // In one dimension the least bound is known: the least over x of the larger of P_i + (x - x_i)², found here by trying places.
        double found = CovarianceUnion.Fuse(c.Select()).Covariance[0, 0];
        double least = double.MaxValue;
        for (int k = 0; k <= 64; k++)
        {
            double x = c.Means[0][0] + (k / 64.0 * (c.Means[1][0] - c.Means[0][0]));
            double larger = 0;
            for (int i = 0; i < 2; i++) larger = Math.Max(larger, c.Covariances[i][0] + ((x - c.Means[i][0]) * (x - c.Means[i][0])));
            least = Math.Min(least, larger);
        }

        return found <= least * (1 + 1e-6);
    });

    private static readonly CovarianceCriterion[] Criteria = [CovarianceCriterion.Trace, CovarianceCriterion.Determinant];

    private static double Score(double[] p, int d, CovarianceCriterion criterion) => criterion == CovarianceCriterion.Trace ? DenseOracle.Trace(p, d) : DenseOracle.Determinant(p, d);

    private static double[] Sandwich(double[] left, double[] inner, double[] right, int d) => DenseOracle.Product(DenseOracle.Product(left, inner, d), right, d, transposeSecond: true);

    /// <summary>R C Sᵀ: admissible, since [R 0; 0 S] [1 C; Cᵀ 1] [R 0; 0 S]ᵀ is a covariance of both errors together.</summary>
    private static double[] CrossCovariance(CovarianceCase c)
    {
        int d = c.D;
        double[] cross = new double[d * d];
        for (int i = 0; i < d; i++)
            for (int j = 0; j < d; j++)
                for (int p = 0; p < 2 * d; p++)
                    for (int q = 0; q < 2 * d; q++)
                        cross[(i * d) + j] += c.Roots[0][(i * 2 * d) + p] * c.Contraction[(p * 2 * d) + q] * c.Roots[1][(j * 2 * d) + q];
        return cross;
    }

    private static GaussianEstimate FuseStates(JsonElement file, JsonElement pair)
    {
        GaussianEstimate[] states = [.. pair.EnumerateArray().Select(index =>
        {
            JsonElement state = file.GetProperty("states").GetProperty(index.ToString());
            return new GaussianEstimate(SharedData.Numbers(state.GetProperty("x")), CovarianceMatrix.Diagonal(SharedData.Numbers(state.GetProperty("d"))));
        })];
        ConsistentSelection selection = ConsistentSelection.TrySelect(states, [1, 1, 1, 1, 1, 1, 1, 1], f: 0)!;
        return CovarianceIntersection.FuseWeighted(selection, [0.5, 0.5]);
    }
}
