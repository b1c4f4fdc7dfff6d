using C3Fusion.Fusion.Estimators;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>History is sound only while at most f lie at every step: one bad step poisons an unbounded history for ever, a bounded one until it leaves the window.</summary>
public sealed class NetworkBoundsHistoryPoisoningTests
{
    private const double Truth = 5;
    private const int Steps = 200;

    private static readonly MotionBound Still = new(new Interval(0, 0), 0);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(64)]
    public void One_bad_step_poisons_for_ever_and_a_bounded_window_recovers_when_it_has_passed(int window)
    {
        var bounded = new IntervalHistory(window);
        Interval unbounded = new(-100, 100);
        Interval[] regions = new Interval[4];
        for (int step = 0; step < Steps; step++)
        {
            int count = IntervalFusion.Regions(Readings(liars: step == 0 ? 3 : 1), 1, regions);
            Assert.Equal(1, count);

            Interval[] allowed = bounded.Step(step, regions.AsSpan(0, count), Still, out bool reset);
            Assert.False(reset); // nothing contradicts the bad step
            Assert.Equal(step >= window, allowed.Any(region => region.Contains(Truth)));

            Interval reach = Still.Reach(unbounded, 1);
            unbounded = new Interval(Math.Max(reach.Low, regions[0].Low), Math.Min(reach.High, regions[0].High));
            Assert.True(unbounded.IsValid);
            Assert.False(unbounded.Contains(Truth));
        }
    }

    [Fact]
    public void Without_a_bad_step_the_truth_stays_in_both()
    {
        var bounded = new IntervalHistory(5);
        Interval unbounded = new(-100, 100);
        Interval[] regions = new Interval[4];
        for (int step = 0; step < Steps; step++)
        {
            int count = IntervalFusion.Regions(Readings(liars: 1), 1, regions);
            Assert.Contains(bounded.Step(step, regions.AsSpan(0, count), Still, out _), region => region.Contains(Truth));
            Interval reach = Still.Reach(unbounded, 1);
            unbounded = new Interval(Math.Max(reach.Low, regions[0].Low), Math.Min(reach.High, regions[0].High));
            Assert.True(unbounded.Contains(Truth));
        }
    }

    /// <summary>Four sensors, f = 1. The honest say [0, 9]; the liars [0, 1], which agrees with the honest and misses the truth.</summary>
    private static Interval[] Readings(int liars) => [.. Enumerable.Range(0, 4).Select(i => i < liars ? new Interval(0, 1) : new Interval(0, 9))];
}
