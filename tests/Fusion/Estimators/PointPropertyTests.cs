using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The bounds of the point estimators: never exceeded, met with equality, reached by the best response.</summary>
public sealed class PointPropertyTests
{
    /// <summary>Honest values first, then f forged ones.</summary>
    private static readonly Gen<(double[] Values, int F)> Attacked =
        from f in Gen.Int[1, 4]
        from n in Gen.Int[(2 * f) + 1, (2 * f) + 6]
        from honest in Gen.Double[-1, 1].Array[n - f]
        from forged in Gen.OneOf(Gen.Double[-1.5, 1.5], Gen.Int[0, 1].Select(s => (2 * s - 1) * 1e6), Gen.Int[0, n - f - 1].Select(i => honest[i])).Array[f]
        select ((double[])[.. honest, .. forged], f);

    [Fact]
    public void The_trimmed_mean_lies_between_the_means_of_the_lowest_and_highest_honest() => Attacked.Hold(t =>
    {
        int n = t.Values.Length;
        double[] honest = [.. t.Values.Take(n - t.F).Order()];
        int kept = n - (2 * t.F);
        double mean = TrimmedMean.Of(t.Values, t.F);
        return honest.Take(kept).Average() - 1e-12 <= mean && mean <= honest.TakeLast(kept).Average() + 1e-12;
    });

    [Fact]
    public void The_trimmed_mean_is_within_its_constant_of_the_honest_mean_for_every_choice_of_the_honest() => Attacked.Hold(t =>
    {
        // kappa = f/(n-2f) holds for every subset of n-f values taken as the honest ones.
        int n = t.Values.Length;
        double mean = TrimmedMean.Of(t.Values, t.F);
        double kappa = (double)t.F / (n - (2 * t.F));
        for (int subset = 0; subset < 1 << n; subset++)
        {
            if (System.Numerics.BitOperations.PopCount((uint)subset) != n - t.F) continue;
            double[] chosen = [.. t.Values.Where((_, i) => (subset >> i & 1) != 0)];
            double centre = chosen.Average();
            double variance = chosen.Average(x => (x - centre) * (x - centre));
            if ((mean - centre) * (mean - centre) > kappa * variance * (1 + 1e-9) + 1e-12) return false;
        }

        return true;
    });

    [Theory]
    [InlineData(3, 1, 1)]
    [InlineData(4, 1, 1)]
    [InlineData(7, 2, 2)]
    [InlineData(9, 4, 4)]
    [InlineData(7, 3, 1)]
    [InlineData(9, 3, 2)]
    public void The_constant_of_the_trimmed_mean_is_attained(int n, int trim, int liars)
    {
        // g/(n-b-g) for trimming g where b lie: g honest at -1, the other honest at 0, the liars far above.
        double[] honest = [.. Enumerable.Range(0, n - liars).Select(i => i < trim ? -1.0 : 0.0)];
        double error = TrimmedMean.Of([.. honest, .. Enumerable.Repeat(1e9, liars)], trim) - honest.Average();
        double variance = honest.Average(x => (x - honest.Average()) * (x - honest.Average()));
        Assert.Equal((double)trim / (n - liars - trim), error * error / variance, 1e-12);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(7, 2)]
    [InlineData(9, 4)]
    [InlineData(10, 3)]
    public void The_constant_of_the_median_is_attained(int n, int f)
    {
        int below = (n - 1) / 2;
        double[] honest = [.. Enumerable.Range(0, n - f).Select(i => i < below ? -1.0 : 0.0)];
        double error = Median.Of([.. honest, .. Enumerable.Repeat(1e9, f)]) - honest.Average();
        double variance = honest.Average(x => (x - honest.Average()) * (x - honest.Average()));
        Assert.Equal((double)((n - 1) / 2) / ((n / 2) + 1 - f), error * error / variance, 1e-12);
    }

    [Fact]
    public void The_constant_of_the_median_is_never_exceeded() => Attacked.Hold(t =>
    {
        int n = t.Values.Length;
        double[] honest = t.Values[..(n - t.F)];
        double error = Median.Of(t.Values) - honest.Average();
        double variance = honest.Average(x => (x - honest.Average()) * (x - honest.Average()));
        return error * error <= (double)((n - 1) / 2) / ((n / 2) + 1 - t.F) * variance * (1 + 1e-9) + 1e-12;
    });

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(7, 2)]
    [InlineData(9, 4)]
    [InlineData(20, 6)]
    public void No_rule_has_a_smaller_constant_than_the_trimmed_mean(int n, int f)
    {
        // n-f values 0 and f values 1. If the ones lie, the honest agree on 0 and any rule with a constant must say so;
        // but f of the zeros may lie: then 0 is this far from the honest mean, and the trimmed mean is no further off.
        double[] values = [.. Enumerable.Range(0, n).Select(i => i < n - f ? 0.0 : 1.0)];
        double[] honest = values[f..];
        double centre = honest.Average();
        double variance = honest.Average(x => (x - centre) * (x - centre));
        Assert.Equal((double)f / (n - (2 * f)), centre * centre / variance, 1e-12);
        Assert.Equal(0, TrimmedMean.Of(values, f));
        Assert.Equal(0, Median.Of(values));
    }

    [Fact]
    public void With_half_of_them_lying_trimming_is_refused_and_the_median_follows()
    {
        // n = 2f is the breakdown: two of four lie.
        Assert.Throws<ArgumentException>(() => TrimmedMean.Of([0, 0, 1e9, 1e9], 2));
        Assert.Equal(5e8, Median.Of([0, 0, 1e9, 1e9]));
    }

    [Fact]
    public void The_best_response_reaches_95_percent_of_the_trimmed_means_constant()
    {
        double best = 0;
        Lock gate = new();
        (from f in Gen.Int[1, 3] from honest in Gen.Int[0, 2].Array[f + 1, f + 4] select (f, honest)).Hold(t =>
        {
            int n = t.honest.Length + t.f;
            double[] honest = [.. t.honest.Select(x => (double)x)];
            double centre = honest.Average();
            double variance = honest.Average(x => (x - centre) * (x - centre));
            if (variance == 0) return true;
            double worst = 0;
            for (int up = 0; up <= t.f; up++)
                foreach (double lie in honest.Append(1e9).Distinct())
                {
                    double[] forged = [.. Enumerable.Range(0, t.f).Select(i => i < up ? lie : -1e9)];
                    double error = TrimmedMean.Of([.. honest, .. forged], t.f) - centre;
                    worst = Math.Max(worst, error * error / variance);
                }

            double share = worst / ((double)t.f / (n - (2 * t.f)));
            lock (gate) best = Math.Max(best, share);
            return share <= 1 + 1e-9;
        });
        Assert.InRange(best, 0.95, 1 + 1e-9);
    }

    [Fact]
    public void The_error_to_the_truth_is_at_most_the_mean_of_the_largest_declared_bounds() =>
        (from f in Gen.Int[0, 3] from n in Gen.Int[(2 * f) + 1, 9] from bounds in Gen.Double[0, 2].Array[n] from errors in Gen.Double[-1, 1].Array[n] from forged in Gen.OneOf(Gen.Double[-3, 3], Gen.Const(1e9), Gen.Const(-1e9)).Array[f] select (f, n, bounds, errors, forged)).Hold(t =>
        {
            // The truth is 0; the first f forge; every sensor declares its bound.
            double[] values = [.. Enumerable.Range(0, t.n).Select(i => i < t.f ? t.forged[i] : t.bounds[i] * t.errors[i])];
            double cap = t.bounds.OrderDescending().Take(t.n - (2 * t.f)).Average();
            return Math.Abs(TrimmedMean.Of(values, t.f)) <= cap + 1e-12;
        });

    [Fact]
    public void The_bound_on_the_error_to_the_truth_is_met_with_equality() =>
        Assert.Equal(2, TrimmedMean.Of([2, 2, 2, 1e9], 1)); // three honest with bound 2, all at its edge

    [Fact]
    public void The_trimmed_mean_moves_by_no_more_than_the_inputs_do() =>
        (from t in Attacked from moves in Gen.Double[-1, 1].Array[14] select (t, moves)).Hold(s =>
        {
            double[] moved = [.. s.t.Values.Zip(s.moves, (x, m) => x + m)];
            double largest = s.t.Values.Zip(moved, (a, b) => Math.Abs(a - b)).Max();
            return Math.Abs(TrimmedMean.Of(s.t.Values, s.t.F) - TrimmedMean.Of(moved, s.t.F)) <= largest * (1 + 1e-12) + 1e-12;
        });

    [Fact]
    public void Trim_then_weight_stays_among_the_honest_and_follows_the_finer_sensors() =>
        (from t in Attacked from sigmas in Gen.Double[0.01, 10].Array[14] select (t, sigmas)).Hold(s =>
        {
            int n = s.t.Values.Length;
            double value = TrimThenWeight.Of(s.t.Values, s.sigmas.AsSpan(0, n), s.t.F, out double sigma);
            double[] honest = s.t.Values[..(n - s.t.F)];
            int[] order = [.. Enumerable.Range(0, n).OrderBy(i => s.t.Values[i]).ThenBy(i => s.sigmas[i])];
            int[] kept = order[s.t.F..(n - s.t.F)];
            double weights = kept.Sum(i => 1 / (s.sigmas[i] * s.sigmas[i]));
            double expected = kept.Sum(i => s.t.Values[i] / (s.sigmas[i] * s.sigmas[i])) / weights;
            return honest.Min() <= value && value <= honest.Max() && Math.Abs(value - expected) <= 1e-9 * (1 + Math.Abs(expected)) && Math.Abs(sigma * Math.Sqrt(weights) - 1) < 1e-9;
        });

    [Fact]
    public void The_geometric_median_is_a_minimum_and_its_certificate_says_so()
    {
        // Points within 1e-9 of a degenerate place can leave the certificate unconverged: it says so, and they are rare.
        long unconverged = 0;
        Gen.Int[1, 5].SelectMany(d => Gen.Int[1, 9].SelectMany(n => Gen.OneOf(Gen.Double[-10, 10], Gen.Int[-2, 2].Select(i => (double)i)).Array[n * d].Select(points => (d, points)))).Hold(t =>
        {
            double[] median = new double[t.d];
            GeometricMedianResult certificate = GeometricMedian.Of(t.points, t.d, median);
            double least = Cost(t.points, t.d, median);
            double extent = t.points.Max() - t.points.Min();
            if (!certificate.Converged) Interlocked.Increment(ref unconverged);
            // Convex: no nearby point may be better, by more than the stated error of the position can cost.
            for (int axis = 0; axis < t.d; axis++)
                foreach (double step in new[] { 1e-1, 1e-3, 1e-5 })
                    foreach (int sign in new[] { -1, 1 })
                    {
                        double[] other = [.. median];
                        other[axis] += sign * step * extent;
                        if (Cost(t.points, t.d, other) < least * (1 - 1e-12) - 1e-12 - (t.points.Length / t.d * certificate.StepNorm * extent)) return false;
                    }

            return true;
        });
        Assert.InRange(unconverged, 0, 3 + (Campaign.Cases / 10_000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_bound_of_the_geometric_median_is_reached_by_liars_far_away(int f)
    {
        // s honest within 1 of 0, at the two tangent points of the bound's point; f liars far out.
        int s = 2 * (f + 1);
        double bound = s / Math.Sqrt((s * s) - (f * f));
        double x = 1 / bound;
        double y = Math.Sqrt(1 - (x * x));
        var points = new List<double>();
        for (int i = 0; i < s; i++) points.AddRange([x, i % 2 == 0 ? y : -y]);
        for (int i = 0; i < f; i++) points.AddRange([1e7, 0]);
        double[] median = new double[2];
        GeometricMedian.Of([.. points], 2, median);
        Assert.InRange(Math.Sqrt((median[0] * median[0]) + (median[1] * median[1])) / bound, 0.95, 1 + 1e-9);
    }

    [Fact]
    public void The_bound_of_the_geometric_median_is_never_exceeded() =>
        (from f in Gen.Int[1, 3] from s in Gen.Int[f + 1, 7] from angle in Gen.Double[0, 6.3].Array[s] from radius in Gen.Double[0, 1].Array[s] from liar in Gen.Double[-1, 1].Array[2] from far in Gen.Int[0, 6] select (f, s, angle, radius, liar, far)).Hold(t =>
        {
            var points = new List<double>();
            for (int i = 0; i < t.s; i++) points.AddRange([t.radius[i] * Math.Cos(t.angle[i]), t.radius[i] * Math.Sin(t.angle[i])]);
            for (int i = 0; i < t.f; i++) points.AddRange([t.liar[0] * Math.Pow(10, t.far), t.liar[1] * Math.Pow(10, t.far)]);
            double[] median = new double[2];
            GeometricMedian.Of([.. points], 2, median);
            double distance = Math.Sqrt((median[0] * median[0]) + (median[1] * median[1]));
            return distance <= t.s / Math.Sqrt((t.s * t.s) - (t.f * t.f)) * (1 + 1e-7);
        });

    [Theory]
    [InlineData(new double[] { 1, 1, 1, 1, 1, 1 }, 2, new double[] { 1, 1 })]
    [InlineData(new double[] { 0, 0, 1, 1, 2, 2, 3, 3, 4, 4 }, 2, new double[] { 2, 2 })]
    [InlineData(new double[] { 0, 0, 1, 0, 0, 1, 1, 1 }, 2, new double[] { 0.5, 0.5 })]
    [InlineData(new double[] { 0, 0, 0, 0, 5, 5, 7, -3 }, 2, new double[] { 0, 0 })]
    [InlineData(new double[] { 1e308, -1e308, 1e308, -1e308 }, 2, new double[] { 1e308, -1e308 })]
    [InlineData(new double[] { 5e-324, 0, 5e-324, 0, 1e-300, 1 }, 2, new double[] { 5e-324, 0 })]
    public void Special_places_of_the_geometric_median(double[] points, int d, double[] expected)
    {
        double[] median = new double[d];
        Assert.True(GeometricMedian.Of(points, d, median).Converged);
        for (int axis = 0; axis < d; axis++) Assert.Equal(expected[axis], median[axis], 1e-9 * Math.Abs(expected[axis]) + 1e-12);
    }

    private static double Cost(double[] points, int d, double[] at)
    {
        double sum = 0;
        for (int i = 0; i < points.Length / d; i++)
        {
            double square = 0;
            for (int axis = 0; axis < d; axis++) square += (points[(i * d) + axis] - at[axis]) * (points[(i * d) + axis] - at[axis]);
            sum += Math.Sqrt(square);
        }

        return sum;
    }
}
