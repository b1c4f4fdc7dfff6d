using C3Fusion.Fusion.Estimators;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>How sure a published set can be, and how f is chosen.</summary>
public sealed class MissProbabilityTests
{
    [Theory]
    [InlineData(1, 0.31731050786291415)]
    [InlineData(2, 0.04550026389635842)]
    [InlineData(3, 0.0026997960632601866)]
    [InlineData(4, 6.334248366623984e-05)]
    [InlineData(5, 5.733031437583869e-07)]
    [InlineData(0, 1)]
    public void One_reading_misses_as_the_normal_distribution_says(double k, double expected) =>
        Assert.Equal(1, MissProbability.OfReading(k) / expected, 1e-12);

    [Fact]
    public void Four_sigma_frames_once_in_16_000_and_two_sigma_all_the_time()
    {
        Assert.InRange(1 / MissProbability.OfReading(4), 15_000, 16_000);
        // Eight honest sensors, f = 2: at 2 sigma the set misses once in 200, at 4 sigma once in 10^11.
        Assert.InRange(MissProbability.OfInterval(2, 8, 2), 1 / 250.0, 1 / 150.0);
        Assert.InRange(MissProbability.OfInterval(4, 8, 2), 1e-11, 2e-11);
        // Two liars use up f: then one honest miss is one too many.
        Assert.InRange(MissProbability.OfInterval(4, 8, 2, liars: 2), 3.7e-4, 3.9e-4);
        Assert.Equal(1, MissProbability.OfInterval(4, 8, 2, liars: 3));
    }

    [Fact]
    public void The_set_misses_as_often_as_all_outcomes_say()
    {
        // Every pattern of honest misses, one by one; a set of intervals is built for each and fused.
        var regions = new Interval[16];
        foreach ((int n, int f, int liars) in new[] { (3, 1, 0), (4, 1, 1), (5, 2, 1), (7, 2, 0), (7, 3, 2) })
        {
            double delta = MissProbability.OfReading(1.5);
            double missed = 0;
            for (int pattern = 0; pattern < 1 << n; pattern++)
            {
                if ((pattern & ((1 << liars) - 1)) != (1 << liars) - 1) continue; // liars always miss
                double probability = 1;
                for (int i = liars; i < n; i++) probability *= (pattern >> i & 1) != 0 ? delta : 1 - delta;
                Interval[] intervals = [.. Enumerable.Range(0, n).Select(i => (pattern >> i & 1) != 0 ? new Interval(1 + i, 2 + i) : new Interval(-1, 0.5))];
                int count = IntervalFusion.Regions(intervals, f, regions);
                if (!regions.Take(count).Any(region => region.Contains(0))) missed += probability;
            }

            Assert.Equal(1, MissProbability.OfInterval(1.5, n, f, liars) / missed, 1e-12);
        }
    }

    [Fact]
    public void A_joint_box_misses_at_most_as_often_as_its_axes_together()
    {
        for (int d = 1; d <= 6; d++)
        {
            double joint = MissProbability.OfJointBox(4, 8, 0, d);
            Assert.InRange(joint, MissProbability.OfInterval(4, 8, 0), d * MissProbability.OfInterval(4, 8, 0));
        }

        Assert.Equal(MissProbability.OfInterval(3, 7, 2), MissProbability.OfJointBox(3, 7, 2, 1));
    }

    [Theory]
    [InlineData(8, 2, 0, 2, FusionStatus.Ok)]
    [InlineData(8, 2, 6.334e-5, 4, FusionStatus.Insufficient)]
    [InlineData(16, 2, 6.334e-5, 4, FusionStatus.Ok)]
    [InlineData(10, 2, 6.334e-5, 4, FusionStatus.Weak)]
    [InlineData(3, 1, 1, 3, FusionStatus.Insufficient)]
    [InlineData(4, 1, 0, 1, FusionStatus.Ok)]
    public void The_effective_f_adds_the_honest_misses_that_must_be_expected(int n, int f, double missRate, int expected, FusionStatus status) =>
        Assert.Equal((expected, status), FaultBound.Effective(n, f, missRate));

    [Fact]
    public void The_effective_f_is_the_least_that_keeps_the_risk()
    {
        foreach (double risk in new[] { 1e-3, 1e-6, 1e-12 })
            foreach (double missRate in new[] { 1e-6, 1e-3, 0.05, 0.5 })
                for (int n = 1; n <= 64; n++)
                {
                    int f = n / 4;
                    int q = FaultBound.Effective(n, f, missRate, risk).F - f;
                    Assert.True(Tail(q, n - f, missRate) <= risk * (1 + 1e-9));
                    if (q > 0) Assert.True(Tail(q - 1, n - f, missRate) > risk * (1 - 1e-9));
                }
    }

    [Fact]
    public void Invalid_readings_lower_n_and_f_and_missing_ones_only_n()
    {
        Assert.Equal(1, FaultBound.AfterRemoving(2, 1));
        Assert.Equal(0, FaultBound.AfterRemoving(1, 3));
        Assert.Equal((2, 3), (FaultBound.LargestWithHonestWidth(7), FaultBound.Largest(7)));
        Assert.Equal((0, 0), (FaultBound.LargestWithHonestWidth(0), FaultBound.Largest(0)));
        Assert.Equal((0, 0, 1), (FaultBound.Largest(1), FaultBound.Largest(2), FaultBound.Largest(3)));
    }

    /// <summary>P(Bin(n, p) > q) by Pascal's recursion over the sensors.</summary>
    private static double Tail(int q, int n, double p)
    {
        double[] chance = new double[n + 2];
        chance[0] = 1;
        for (int i = 0; i < n; i++)
            for (int k = i + 1; k >= 0; k--) chance[k] = (chance[k] * (1 - p)) + (k > 0 ? chance[k - 1] * p : 0);
        double sum = 0;
        for (int k = n; k > q; k--) sum += chance[k];
        return sum;
    }
}
