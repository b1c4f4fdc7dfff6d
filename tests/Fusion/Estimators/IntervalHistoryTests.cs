using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The bounded window over time.</summary>
public sealed class IntervalHistoryTests
{
    private static readonly MotionBound Walk = new(new Interval(-1, 1), 0);

    [Fact]
    public void The_truth_stays_inside_while_it_moves_as_bounded_and_at_most_f_lie() => new Journeys().Hold(t =>
    {
        var history = new IntervalHistory(t.Window);
        Span<Interval> regions = stackalloc Interval[4];
        for (int k = 0; k < t.Steps; k++)
        {
            ReadOnlySpan<Interval> current = regions[..IntervalFusion.Regions(t.Readings(k, liars: 1), 1, regions)];
            ReadOnlySpan<Interval> allowed = history.Step(t.Times[k], current, Walk, out bool reset);
            if (reset || !AnyContains(allowed, t.Truths[k]) || !IsIn(allowed, current)) return false;
        }

        return true;
    });

    [Fact]
    public void A_step_with_too_many_liars_resets_or_is_forgotten_when_it_leaves_the_window() => new Journeys().Hold(t =>
    {
        // In one step three of four lie: whatever they say, the window later only sound steps count.
        var history = new IntervalHistory(t.Window);
        Span<Interval> regions = stackalloc Interval[4];
        int resets = 0;
        for (int k = 0; k < t.Steps; k++)
        {
            ReadOnlySpan<Interval> current = regions[..IntervalFusion.Regions(t.Readings(k, liars: k == t.BadStep ? 3 : 1), 1, regions)];
            ReadOnlySpan<Interval> allowed = history.Step(t.Times[k], current, Walk, out bool reset);
            if (current.IsEmpty)
            {
                if (reset || !allowed.IsEmpty) return false; // an alarm leaves the history as it is
                continue;
            }

            if (reset) resets++;
            if (reset && (history.Depth != 1 || !allowed.SequenceEqual(current))) return false;
            bool poisoned = k >= t.BadStep && k < t.BadStep + t.Window;
            if (allowed.IsEmpty || !IsIn(allowed, current) || (!poisoned && !AnyContains(allowed, t.Truths[k]))) return false;
            if (reset && !poisoned) return false; // only a bad step in the window can contradict
        }

        return history.Resets == resets;
    });

    private static bool AnyContains(ReadOnlySpan<Interval> regions, double value)
    {
        bool inside = false;
        foreach (Interval region in regions) inside |= region.Contains(value);
        return inside;
    }

    private static bool IsIn(ReadOnlySpan<Interval> narrow, ReadOnlySpan<Interval> wide)
    {
        bool inside = true;
        foreach (Interval region in narrow)
        {
            bool found = false;
            foreach (Interval larger in wide) found |= larger.Contains(region);
            inside &= found;
        }

        return inside;
    }

    /// <summary>A truth that moves with at most unit speed, seen by four sensors. Speeds and gaps are eighths: truth and clock are exact.</summary>
    private sealed record Journey(int Window, int BadStep, double[] Times, double[] Truths, Interval[] All)
    {
        public int Steps => Times.Length;

        /// <summary>The readings of a step, the first <paramref name="liars"/> of them false.</summary>
        public ReadOnlySpan<Interval> Readings(int step, int liars) => All.AsSpan((7 * step) + 3 - liars, 4);

        public override string ToString() => $"window {Window} bad step {BadStep} {string.Join(' ', Times.Zip(Truths))} {string.Join(' ', All.Select(i => $"[{i.Low:R},{i.High:R}]"))}";
    }

    private sealed class Journeys : Gen<Journey>
    {
        public override Journey Generate(PCG pcg, Size? min, out Size size)
        {
            int steps = 2 + pcg.Below(11);
            double[] times = new double[steps];
            double[] truths = new double[steps];
            // For each step three lies, alike or not, and four honest readings.
            var all = new Interval[7 * steps];
            double time = 0;
            double truth = 0;
            for (int k = 0; k < steps; k++)
            {
                double gap = pcg.Below(25) / 8.0;
                times[k] = time += gap;
                truths[k] = truth += (pcg.Below(17) - 8) / 8.0 * gap;
                bool alike = pcg.Below(2) == 0;
                for (int i = 0; i < 3; i++)
                {
                    double lie = truth + (20 * pcg.Signed());
                    all[(7 * k) + i] = alike && i > 0 ? all[7 * k] : new Interval(lie, lie + (2 * Math.Abs(pcg.Signed())));
                }

                for (int i = 3; i < 7; i++) all[(7 * k) + i] = new Interval(truth - (2 * Math.Abs(pcg.Signed())), truth + (2 * Math.Abs(pcg.Signed())));
            }

            size = new Size((ulong)steps);
            return new Journey(1 + pcg.Below(5), pcg.Below(steps), times, truths, all);
        }
    }

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
    public void An_alarm_is_carried_through_by_its_own_motion()
    {
        var history = new IntervalHistory(4);
        history.Step(0, [new Interval(0, 1)], Walk, out _);
        Assert.Empty(history.Step(1, [], new MotionBound(new Interval(-100, 100), 0), out _));
        Assert.Equal([new Interval(2.5, 60)], history.Step(2, [new Interval(2.5, 60)], Walk, out bool reset));
        Assert.False(reset);
        Assert.Throws<ArgumentOutOfRangeException>(() => history.Step(1, [], Walk, out _));
    }

    [Fact]
    public void The_truth_stays_inside_while_the_bound_of_its_motion_changes_from_step_to_step() => new Journeys().Hold(t =>
    {
        // Each step has a bound of its own that the motion of that step just keeps; the bad step is an alarm.
        var history = new IntervalHistory(t.Window);
        Span<Interval> regions = stackalloc Interval[4];
        for (int k = 0; k < t.Steps; k++)
        {
            double gap = k == 0 ? 0 : t.Times[k] - t.Times[k - 1];
            double speed = gap == 0 ? 0 : (t.Truths[k] - t.Truths[k - 1]) / gap;
            var motion = new MotionBound(new Interval(Math.Min(0, speed), Math.Max(0, speed)), k % 2);
            ReadOnlySpan<Interval> current = k == t.BadStep ? [] : regions[..IntervalFusion.Regions(t.Readings(k, liars: 1), 1, regions)];
            ReadOnlySpan<Interval> allowed = history.Step(t.Times[k], current, motion, out bool reset);
            if (reset || !IsIn(allowed, current) || (k != t.BadStep && !AnyContains(allowed, t.Truths[k]))) return false;
        }

        return true;
    });

    [Fact]
    public void A_motion_that_is_none_is_refused_and_one_beyond_the_double_range_is_no_bound()
    {
        foreach (Interval velocity in new Interval[] { new(1, -1), new(double.NaN, 1), new(0, double.NaN), new(double.NegativeInfinity, 0), new(0, double.PositiveInfinity) })
            Assert.Throws<ArgumentException>(() => new MotionBound(velocity, 0));
        foreach (double acceleration in new[] { -1, double.NaN, double.PositiveInfinity })
            Assert.Throws<ArgumentException>(() => new MotionBound(new Interval(-1, 1), acceleration));
        foreach (double seconds in new[] { -1, double.NaN, double.PositiveInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => Walk.Reach(new Interval(0, 1), seconds));
        Assert.True(new MotionBound(new Interval(1e308, 1e308), 1e308).Reach(new Interval(0, 1), 1e9).IsUnseen);
    }

    [Fact]
    public void Reach_grows_with_speed_and_acceleration_and_rounds_outward()
    {
        Interval reach = new MotionBound(new Interval(-2, 3), 4).Reach(new Interval(10, 11), 0.5);
        Assert.True(reach.Low < 10 - 1 - 0.5 && reach.Low > 8.4999999);
        Assert.True(reach.High > 11 + 1.5 + 0.5 && reach.High < 13.0000001);
    }
}
