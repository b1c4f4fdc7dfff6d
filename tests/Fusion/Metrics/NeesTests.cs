using System.Text.Json;
using C3Fusion.Fusion.Metrics;
using CsCheck;
using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace C3Fusion.Fusion.Tests.Metrics;

public sealed class NeesTests
{
    [Fact]
    public void It_agrees_with_the_likelihoods_of_a_FilterPy_run()
    {
        int steps = 0;
        foreach (JsonElement step in SharedFiles.Json("metrics/kf_filterpy_run.json").GetProperty("steps").EnumerateArray())
        {
            double s = step.GetProperty("S").GetDouble(), y = step.GetProperty("y").GetDouble();
            Assert.True(Nees.TryCompute([y], [s], out double nis));

            // log likelihood = −½ (ln 2πS + ε)
            Assert.Equal(step.GetProperty("loglik").GetDouble(), -0.5 * (Math.Log(2 * Math.PI * s) + nis), 1e-9);
            steps++;
        }

        Assert.True(steps >= 60);
    }

    [Fact]
    public void What_is_no_covariance_is_refused()
    {
        int refused = 0;
        foreach (string file in Directory.GetFiles(SharedFiles.Path("metrics/must-refuse"), "*.json"))
        {
            // The detections beside the tracks are the identity matrix: nothing is wrong with those.
            if (!JsonDocument.Parse(File.ReadAllBytes(file)).RootElement.TryGetProperty("tracks", out JsonElement tracks)) continue;
            foreach (JsonElement track in tracks.EnumerateArray())
            {
                double[] matrix = [.. track.GetProperty("covariance").EnumerateArray().Select(e => e.GetDouble())];
                Assert.False(Nees.TryCompute(new double[6], matrix, out _));
                refused++;
            }
        }

        Assert.Equal(6, refused);
        Assert.False(Nees.TryCompute([1, 1], [1, 2, 2, 1], out _));
        Assert.False(Nees.TryCompute([1], [0], out _));
        Assert.False(Nees.TryCompute([1], [double.NaN], out _));
    }

    [Fact]
    public void It_is_the_quadratic_form_of_the_inverse() =>
        Gen.Int[1, 6].SelectMany(d => Gen.Select(Gen.Double[-3, 3].Array[d * d], Gen.Double[-5, 5].Array[d])).Sample((root, error) =>
        {
            int d = error.Length;
            Matrix<double> a = Matrix<double>.Build.Dense(d, d, root);
            Matrix<double> p = (a * a.Transpose()) + Matrix<double>.Build.DenseIdentity(d);
            Vector<double> e = Vector<double>.Build.Dense(error);
            double expected = e * p.Inverse() * e;
            return Nees.TryCompute(error, p.ToRowMajorArray(), out double nees) && Math.Abs(nees - expected) <= 1e-9 * (1 + expected);
        });

    [Fact]
    public void The_bounds_are_those_of_the_textbook()
    {
        // Bar-Shalom, Li and Kirubarajan, section 5.4.2: 50 runs of 2 dimensions at 95 %: [1.5, 2.6].
        (double low, double high) = Nees.AverageBounds(2, 50, 0.95);
        Assert.Equal(1.5, low, 0.02);
        Assert.Equal(2.6, high, 0.02);
    }
}
