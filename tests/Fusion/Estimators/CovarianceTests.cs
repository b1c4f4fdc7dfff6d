using System.Text.Json;
using C3Fusion.Fusion.Covariance;
using CsCheck;
using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>Covariance intersection and its kin: published values, refusals, and the bound that each one promises (with MathNet as the oracle).</summary>
public sealed class CovarianceTests
{
    private static readonly Gen<Matrix<double>> AnyCovariance = Gen.Double[-3, 3].Array[16].Select(a =>
    {
        Matrix<double> root = Matrix<double>.Build.DenseOfRowMajor(4, 4, a);
        return (root * root.Transpose()) + (0.05 * Matrix<double>.Build.DenseIdentity(4));
    });

    private static readonly Gen<double[]> AnyMean = Gen.Double[-2, 2].Array[4];

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
    public void Covariance_intersection_bounds_the_error_whatever_the_correlation()
    {
        (from a in AnyCovariance from b in AnyCovariance from c in Gen.Double[-1, 1].Array[16] select (a, b, c)).Hold(t =>
        {
            ConsistentSelection selection = Select(t.a, t.b, new double[4], new double[4]);
            foreach (CovarianceCriterion criterion in Enum.GetValues<CovarianceCriterion>())
            {
                Matrix<double> fused = ToMatrix(CovarianceIntersection.Fuse(selection, criterion, out double[] w).Covariance);
                // The true error covariance for an admissible cross-covariance A^½ C B^½ with norm of C at most 1.
                Matrix<double> cross = Root(t.a) * Contraction(t.c) * Root(t.b).Transpose();
                Matrix<double> ka = fused * (w[0] * t.a.Inverse());
                Matrix<double> kb = fused * (w[1] * t.b.Inverse());
                Matrix<double> truth = (ka * t.a * ka.Transpose()) + (kb * t.b * kb.Transpose()) + (ka * cross * kb.Transpose()) + (kb * cross.Transpose() * ka.Transpose());
                if (SmallestEigenvalue(fused - truth) < -1e-8 * fused.Trace()) return false;

                // No other weight does better.
                for (double v = 0; v <= 1; v += 0.05)
                {
                    Matrix<double> other = ((v * t.a.Inverse()) + ((1 - v) * t.b.Inverse())).Inverse();
                    if (Score(other, criterion) < Score(fused, criterion) * (1 - 1e-9)) return false;
                }
            }

            return true;
        });
    }

    [Fact]
    public void Covariance_intersection_of_three_finds_the_least_trace()
    {
        (from a in AnyCovariance from b in AnyCovariance from c in AnyCovariance select new[] { a, b, c }).Hold(covariances =>
        {
            ConsistentSelection selection = ConsistentSelection.TrySelect([.. covariances.Select(p => new GaussianEstimate(new double[4], FromMatrix(p)))], Enumerable.Repeat(0.01, 12).ToArray(), 0, sigmaCap: 1e6)!;
            double least = ToMatrix(CovarianceIntersection.Fuse(selection, CovarianceCriterion.Trace, out double[] weights).Covariance).Trace();
            Assert.Equal(1, weights.Sum(), 1e-12);
            for (double u = 0; u <= 1; u += 0.1)
                for (double v = 0; u + v <= 1; v += 0.1)
                {
                    Matrix<double> other = ((u * covariances[0].Inverse()) + (v * covariances[1].Inverse()) + ((1 - u - v) * covariances[2].Inverse())).Inverse();
                    if (other.Trace() < least * (1 - 1e-7)) return false;
                }

            return true;
        });
    }

    [Fact]
    public void Inverse_covariance_intersection_is_never_wider_than_covariance_intersection_and_bounds_common_information()
    {
        (from common in AnyCovariance from a in AnyCovariance from b in AnyCovariance select (common, a, b)).Hold(t =>
        {
            // Two estimates that share the information of one: the case that it is made for.
            Matrix<double> pa = (t.common.Inverse() + t.a.Inverse()).Inverse();
            Matrix<double> pb = (t.common.Inverse() + t.b.Inverse()).Inverse();
            ConsistentSelection selection = Select(pa, pb, new double[4], new double[4]);
            Matrix<double> ici = ToMatrix(InverseCovarianceIntersection.Fuse(selection, out _).Covariance);
            Matrix<double> ci = ToMatrix(CovarianceIntersection.Fuse(selection, CovarianceCriterion.Trace, out _).Covariance);
            Matrix<double> best = (t.common.Inverse() + t.a.Inverse() + t.b.Inverse()).Inverse();
            return ici.Trace() <= ci.Trace() * (1 + 1e-9) && SmallestEigenvalue(ici - best) > -1e-8 * ici.Trace();
        });
    }

    [Fact]
    public void Split_covariance_intersection_is_Kalman_for_independent_and_CI_for_dependent_errors()
    {
        (from a in AnyCovariance from b in AnyCovariance from x in AnyMean from y in AnyMean select (a, b, x, y)).Hold(t =>
        {
            ConsistentSelection selection = Select(t.a, t.b, t.x, t.y);
            SplitCovarianceIntersection.Result independent = SplitCovarianceIntersection.Fuse(selection, RowMajor(t.a), RowMajor(t.b));
            Matrix<double> kalman = (t.a.Inverse() + t.b.Inverse()).Inverse();
            Matrix<double> ofSplit = ToMatrix(independent.Estimate.Covariance);
            SplitCovarianceIntersection.Result dependent = SplitCovarianceIntersection.Fuse(selection, new double[16], new double[16]);
            GaussianEstimate ci = CovarianceIntersection.Fuse(selection, CovarianceCriterion.Trace, out _);
            return (ofSplit - kalman).L2Norm() <= 1e-7 * kalman.L2Norm()
                && Math.Abs(ToMatrix(dependent.Estimate.Covariance).Trace() / ToMatrix(ci.Covariance).Trace() - 1) < 1e-6
                && dependent.Independent.All(entry => entry == 0);
        });
    }

    [Fact]
    public void Covariance_union_bounds_every_estimate_about_its_mean()
    {
        (from p in AnyCovariance.Array[2, 4] from x in AnyMean.Array[4] select (p, x)).Hold(t =>
        {
            ConsistentSelection selection = ConsistentSelection.TrySelect([.. t.p.Select((p, i) => new GaussianEstimate(t.x[i], FromMatrix(p)))], Enumerable.Repeat(2.0, 4 * t.p.Length).ToArray(), 0, sigmaCap: 1e6)!;
            GaussianEstimate union = CovarianceUnion.Fuse(selection);
            foreach (GaussianEstimate estimate in selection.Estimates)
            {
                Vector<double> offset = Vector<double>.Build.Dense(union.Mean.ToArray()) - Vector<double>.Build.Dense(estimate.Mean.ToArray());
                Matrix<double> needed = ToMatrix(estimate.Covariance) + offset.OuterProduct(offset);
                Matrix<double> u = ToMatrix(union.Covariance);
                if (SmallestEigenvalue(u - needed) < -1e-9 * u.Trace()) return false;
            }

            return true;
        });
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

    private static ConsistentSelection Select(Matrix<double> a, Matrix<double> b, double[] x, double[] y) =>
        ConsistentSelection.TrySelect([new GaussianEstimate(x, FromMatrix(a)), new GaussianEstimate(y, FromMatrix(b))], Enumerable.Repeat(0.2, 8).ToArray(), 0, boundK: 100, sigmaCap: 1e6)!;

    private static double Score(Matrix<double> p, CovarianceCriterion criterion) => criterion == CovarianceCriterion.Trace ? p.Trace() : p.Determinant();

    private static Matrix<double> Root(Matrix<double> p) => p.Cholesky().Factor;

    private static Matrix<double> Contraction(double[] entries)
    {
        Matrix<double> c = Matrix<double>.Build.DenseOfRowMajor(4, 4, entries);
        return c / Math.Max(c.L2Norm(), 1e-9);
    }

    private static double SmallestEigenvalue(Matrix<double> symmetric) => ((symmetric + symmetric.Transpose()) / 2).Evd(Symmetricity.Symmetric).EigenValues.Min(value => value.Real);

    private static double[] RowMajor(Matrix<double> matrix) => matrix.ToRowMajorArray();

    private static CovarianceMatrix FromMatrix(Matrix<double> matrix) => CovarianceMatrix.Create(matrix.ToRowMajorArray());

    private static Matrix<double> ToMatrix(CovarianceMatrix covariance) => Matrix<double>.Build.DenseOfRowMajor(covariance.Dimensions, covariance.Dimensions, covariance.Values.ToArray());
}
