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

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    private static void Near(double expected, double actual, double relative) =>
        Assert.InRange(Math.Abs(actual - expected), 0, relative * Math.Abs(expected));
}
