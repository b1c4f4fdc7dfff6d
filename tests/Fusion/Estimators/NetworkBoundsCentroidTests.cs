using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>How near a rule comes to the mean of the honest points, beside the best that is possible (Cambus and Melnyk, arXiv 2306.12741). A node knows the received points, not who lies: every n-f of them may be the honest ones. The centroids of those choices lie in a smallest ball; no output is nearer to all of them than its radius.</summary>
public sealed class NetworkBoundsCentroidTests
{
    [Fact]
    public void The_trimmed_mean_of_the_axes_lies_in_the_box_of_the_possible_centroids_and_within_2_root_d_of_the_best() => new Received().Hold(t =>
    {
        int n = t.Points.Length / t.D;
        Span<double> column = stackalloc double[n];
        double distance = 0;
        double diagonal = 0;
        for (int axis = 0; axis < t.D; axis++)
        {
            for (int i = 0; i < n; i++) column[i] = t.Points[(i * t.D) + axis];
            double mean = TrimmedMean.Of(column, t.F);
            // Of the possible centroids the least and the largest on this axis: means of the n-f smallest and largest.
            column.Sort();
            double low = AttackedValues.Moments(column[..(n - t.F)]).Mean;
            double high = AttackedValues.Moments(column[t.F..]).Mean;
            if (mean < low - 1e-12 || mean > high + 1e-12) return false;
            double farther = Math.Max(mean - low, high - mean);
            distance += farther * farther;
            // Both are centroids of choices: the ball's radius is at least half their difference on any axis.
            diagonal = Math.Max(diagonal, high - low);
        }

        return Math.Sqrt(distance) <= (2 * Math.Sqrt(t.D) * diagonal / 2) + 1e-12;
    });

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(7, 2)]
    [InlineData(64, 21)]
    public void On_a_line_2_root_d_is_met_with_equality(int n, int f)
    {
        // f values 1, the rest 0: the centroids of choices reach from 0 to f/(n-f), their ball has half of that as radius.
        double[] values = [.. Enumerable.Range(0, n).Select(i => i < f ? 1.0 : 0.0)];
        double farthest = (double)f / (n - f);
        Assert.Equal(2 * Math.Sqrt(1), (farthest - TrimmedMean.Of(values, f)) / (farthest / 2), 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void A_rule_bound_to_the_honest_hull_is_2d_times_as_far_off_as_the_best_and_the_trimmed_mean_is_not(int d)
    {
        // f+1 points at 0 and d groups of f that lie almost together, but in independent directions: (1, 0, ...) and (1, e at
        // axis k). Without group k the hull has 0 on its direction, so all of these hulls have 0 alone in common: that is what
        // a rule bound to the honest hull must answer. If the liars are f of the zeros the centroid is near (1, 0, ...).
        const int F = 1000;
        const double Apart = 1e-6;
        int n = ((d + 1) * F) + 1;
        double[][] groups = [.. Enumerable.Range(0, d).Select(k => Enumerable.Range(0, d).Select(axis => axis == 0 ? 1 : axis == k ? Apart : 0).ToArray())];
        double[] sum = [.. Enumerable.Range(0, d).Select(axis => F * groups.Sum(group => group[axis]))];
        double[] withoutZeros = [.. sum.Select(x => x / (n - F))];
        double[] withoutGroup = [.. sum.Select((x, axis) => (x - (F * groups[0][axis])) / (n - F))];
        double radius = Distance(withoutZeros, withoutGroup) / 2;

        Assert.InRange(Distance(withoutZeros, new double[d]) / radius, 2 * d * 0.99, 2 * d * 1.01);
        double[] trimmed = [.. Enumerable.Range(0, d).Select(axis => TrimmedMeanOf(groups.Select(group => group[axis]), F + 1, F))];
        Assert.InRange(Distance(withoutZeros, trimmed) / radius, 0, 2 * Math.Sqrt(d) * 1.01);
    }

    [Fact]
    public void In_the_plane_that_hull_is_0_alone()
    {
        Place[] points = [Place.At(0, 0), Place.At(0, 0), Place.At(1000, 0), Place.At(1000, 1)];
        Assert.All(SafeArea.Vertices(points, 1), p => Assert.Equal((0, 0), (p.X, p.Y)));
        Assert.False(SafeArea.IsEmpty(points, 1));
    }

    /// <summary>Of groups of f equal values and some zeros, by their ranks: more values than an estimator takes.</summary>
    private static double TrimmedMeanOf(IEnumerable<double> groups, int zeros, int f)
    {
        double[] sorted = [.. groups.SelectMany(x => Enumerable.Repeat(x, f)).Concat(Enumerable.Repeat(0.0, zeros)).Order()];
        return sorted[f..^f].Average();
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    private sealed record ReceivedCase(double[] Points, int D, int F)
    {
        public override string ToString() => $"d={D} f={F} [{string.Join(", ", Points)}]";
    }

    private sealed class Received : Gen<ReceivedCase>
    {
        public override ReceivedCase Generate(PCG pcg, Size? min, out Size size)
        {
            int d = 1 + pcg.Below(3);
            int f = 1 + pcg.Below(3);
            int n = (3 * f) + 1 + pcg.Below(3);
            double[] points = new double[n * d];
            for (int k = 0; k < points.Length; k++) points[k] = pcg.Below(3) switch { 0 => pcg.Below(2), 1 => pcg.Signed(), _ => 10 * pcg.Signed() };
            size = new Size((ulong)points.Length);
            return new ReceivedCase(points, d, f);
        }
    }
}
