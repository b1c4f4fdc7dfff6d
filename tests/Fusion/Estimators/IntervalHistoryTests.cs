using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The bounded window over time.</summary>
public sealed class IntervalHistoryTests
{
    private static readonly MotionBound Walk = new(new Interval(-1, 1), 0);

    [Fact]
    public void The_truth_stays_inside_while_it_moves_as_bounded_and_at_most_f_lie() =>
        (from window in Gen.Int[1, 5]
         from steps in Gen.Int[2, 12]
         from speed in Gen.Int[-8, 8].Select(x => x / 8.0).Array[steps]
         from gap in Gen.Int[0, 24].Select(x => x / 8.0).Array[steps]
         from low in Gen.Double[0, 2].Array[3 * steps]
         from high in Gen.Double[0, 2].Array[3 * steps]
         from lie in Gen.Double[-20, 20].Array[steps]
         select (window, steps, speed, gap, low, high, lie)).Hold(t =>
        {
            var history = new IntervalHistory(t.window);
            var regions = new Interval[3];
            double truth = 0;
            double time = 0;
            for (int k = 0; k < t.steps; k++)
            {
                truth += t.speed[k] * t.gap[k];
                time += t.gap[k];
                Interval[] readings = [new(t.lie[k], t.lie[k] + 1), .. Enumerable.Range(0, 3).Select(i => new Interval(truth - t.low[(3 * k) + i], truth + t.high[(3 * k) + i]))];
                int count = IntervalFusion.Regions(readings, 1, regions);
                // Speeds and gaps are eighths: the truth and the clock are exact.
                Interval[] allowed = history.Step(time, regions.AsSpan(0, count), Walk, out bool reset);
                if (reset || !allowed.Any(region => region.Contains(truth))) return false;
                if (!allowed.All(region => regions.Take(count).Any(now => now.Contains(region)))) return false; // never wider
            }

            return true;
        });

    [Fact]
    public void An_empty_intersection_drops_the_history_and_says_so()
    {
        var history = new IntervalHistory(3);
        Assert.Equal([new Interval(0, 1)], history.Step(0, [new Interval(0, 1)], Walk, out bool reset));
        Assert.False(reset);
        Interval[] far = history.Step(1, [new Interval(50, 51)], Walk, out reset);
        Assert.True(reset);
        Assert.Equal([new Interval(50, 51)], far);
        Assert.Equal((1, 1), (history.Resets, history.Depth));
        history.Step(2, [new Interval(50, 52)], Walk, out reset);
        Assert.False(reset);
    }

    [Fact]
    public void A_bad_step_is_forgotten_when_it_leaves_the_window()
    {
        // At step 0 too many lie: the set is wrong, though no later step contradicts it.
        var history = new IntervalHistory(2);
        history.Step(0, [new Interval(0, 1)], Walk, out _);
        Assert.True(history.Step(1, [new Interval(0, 9)], Walk, out _)[0].High < 3);
        Assert.Equal([new Interval(0, 9)], history.Step(1, [new Interval(0, 9)], Walk, out _));
    }

    [Fact]
    public void Regions_are_kept_apart_and_an_alarm_adds_nothing()
    {
        var history = new IntervalHistory(4);
        history.Step(0, [new Interval(0, 1), new Interval(10, 11)], Walk, out _);
        Interval[] both = history.Step(1, [new Interval(-9, 20)], Walk, out _);
        Assert.Equal(2, both.Length);
        Assert.True(both[0].High < 3 && both[1].Low > 8);
        Assert.Empty(history.Step(2, [], Walk, out bool reset));
        Assert.False(reset);
        Assert.Equal(2, history.Depth);
        Assert.Throws<ArgumentOutOfRangeException>(() => history.Step(0, [new Interval(0, 1)], Walk, out _));
        Assert.Throws<ArgumentException>(() => history.Step(3, [new Interval(2, 1)], Walk, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IntervalHistory(0));
    }

    [Fact]
    public void Reach_grows_with_speed_and_acceleration_and_rounds_outward()
    {
        Interval reach = new MotionBound(new Interval(-2, 3), 4).Reach(new Interval(10, 11), 0.5);
        Assert.True(reach.Low < 10 - 1 - 0.5 && reach.Low > 8.4999999);
        Assert.True(reach.High > 11 + 1.5 + 0.5 && reach.High < 13.0000001);
    }
}
