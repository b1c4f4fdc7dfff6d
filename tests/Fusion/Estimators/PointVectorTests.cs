using System.Text.Json;
using C3Fusion.Fusion.Estimators;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The point vectors: brute force over exact rationals and converged iterations, made by others than this library.</summary>
public sealed class PointVectorTests
{
    [Fact]
    public void Trimmed_mean_median_and_geometric_median_agree()
    {
        JsonElement cases = SharedData.Read("estimators/points3d.json").GetProperty("cases");
        Assert.Equal(60, cases.GetArrayLength());
        foreach (JsonElement item in cases.EnumerateArray())
        {
            JsonElement expected = item.GetProperty("expected");
            double[][] rows = [.. item.GetProperty("points").EnumerateArray().Select(SharedData.Numbers)];
            int f = item.GetProperty("f").GetInt32();
            for (int axis = 0; axis < 3; axis++)
            {
                double[] column = [.. rows.Select(row => row[axis])];
                Near(SharedData.Number(expected.GetProperty("cwTrimmedMean")[axis]), TrimmedMean.Of(column, f), 1e-12);
                Near(SharedData.Number(expected.GetProperty("cwMedian")[axis]), Median.Of(column), 1e-12);
            }

            double[] points = [.. rows.SelectMany(row => row)];
            double[] median = new double[3];
            GeometricMedianResult certificate = GeometricMedian.Of(points, 3, median);
            Assert.True(certificate.Converged, certificate.ToString());
            double extent = Enumerable.Range(0, 3).Max(axis => rows.Max(row => row[axis]) - rows.Min(row => row[axis]));
            double[] theirs = SharedData.Numbers(expected.GetProperty("geometricMedian_double"));
            double cost = expected.GetProperty("geometricMedianCost").GetDouble();
            Near(cost, rows.Sum(row => Distance(row, median)), 1e-12);
            for (int axis = 0; axis < 3; axis++) Assert.InRange(Math.Abs(theirs[axis] - median[axis]), 0, 1e-9 * extent);
        }
    }

    [Fact]
    public void Krum_multi_Krum_and_minimum_diameter_averaging_agree()
    {
        JsonElement cases = SharedData.Read("estimators/points3d.json").GetProperty("cases");
        foreach (JsonElement item in cases.EnumerateArray())
        {
            JsonElement expected = item.GetProperty("expected");
            double[] points = [.. item.GetProperty("points").EnumerateArray().SelectMany(SharedData.Numbers)];
            int f = item.GetProperty("f").GetInt32();
            int n = points.Length / 3;
            double[] mean = new double[3];
            CheckKrum(expected.GetProperty("krumByzFL_nMinusFMinus1"), points, f, Krum.Neighbours.ByzFL);
            if (n - f - 2 >= 1) CheckKrum(expected.GetProperty("krumBlanchard_nMinusFMinus2"), points, f, Krum.Neighbours.Blanchard);
            ulong multi = Krum.Multi(points, 3, f, mean);
            CheckSelection(expected.GetProperty("multiKrumByzFL"), multi, mean);
            ulong mda = MinimumDiameterAveraging.Of(points, 3, f, mean, out double square);
            CheckSelection(expected.GetProperty("mda"), mda, mean);
            string[] rational = expected.GetProperty("mda").GetProperty("diameterSquared").GetString()!.Split('/');
            Near(double.Parse(rational[0], System.Globalization.CultureInfo.InvariantCulture) / (rational.Length > 1 ? double.Parse(rational[1], System.Globalization.CultureInfo.InvariantCulture) : 1), square, 1e-12);
        }
    }

    [Fact]
    public void The_examples_of_ByzFL_agree()
    {
        JsonElement file = SharedData.Read("estimators/byzfl_doc_examples.json");
        JsonElement expected = file.GetProperty("expected");
        double[] points = [.. file.GetProperty("points").EnumerateArray().SelectMany(SharedData.Numbers)];
        double[] mean = new double[3];
        for (int axis = 0; axis < 3; axis++)
        {
            double[] column = [points[axis], points[3 + axis], points[6 + axis]];
            Assert.Equal(SharedData.Number(expected.GetProperty("Average")[axis]), TrimmedMean.Of(column, 0));
            Assert.Equal(SharedData.Number(expected.GetProperty("Median")[axis]), Median.Of(column));
            Assert.Equal(SharedData.Number(expected.GetProperty("TrMean(f=1)")[axis]), TrimmedMean.Of(column, 1));
        }

        Assert.Equal(SharedData.Numbers(expected.GetProperty("Krum(f=1)")), points[..3]);
        Assert.Equal(0, Krum.Select(points, 3, 1, Krum.Neighbours.ByzFL));
        Krum.Multi(points, 3, 1, mean);
        Assert.Equal(SharedData.Numbers(expected.GetProperty("MultiKrum(f=1)")), mean);
        MinimumDiameterAveraging.Of(points, 3, 1, mean, out _);
        Assert.Equal(SharedData.Numbers(expected.GetProperty("MDA(f=1)")), mean);
        GeometricMedian.Of(points, 3, mean);
        Assert.Equal([4.0, 5.0, 6.0], mean); // the exact one; the example's is three smoothed steps from 0
        Assert.Throws<ArgumentException>(() => TrimmedMean.Of([1, 4], 1)); // "raises when 2f >= n"
    }

    private static void CheckKrum(JsonElement expected, double[] points, int f, Krum.Neighbours neighbours)
    {
        if (expected.GetProperty("unique").GetBoolean()) Assert.Equal(expected.GetProperty("index").GetInt32(), Krum.Select(points, 3, f, neighbours));
    }

    private static void CheckSelection(JsonElement expected, ulong chosen, double[] mean)
    {
        if (!expected.GetProperty("unique").GetBoolean()) return;
        Assert.Equal(SharedData.Indices(expected.GetProperty("indices")), Enumerable.Range(0, 64).Where(i => (chosen >> i & 1) != 0));
        double[] theirs = SharedData.Numbers(expected.GetProperty("mean"));
        for (int axis = 0; axis < 3; axis++) Near(theirs[axis], mean[axis], 1e-12);
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    private static void Near(double expected, double actual, double relative) =>
        Assert.InRange(Math.Abs(actual - expected), 0, relative * Math.Abs(expected));
}
