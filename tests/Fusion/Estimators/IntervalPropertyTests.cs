using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>What must hold of C_f, M_f and F_f for every input; 100,000 random cases each by default.</summary>
public sealed class IntervalPropertyTests
{
    [Fact]
    public void Every_set_is_what_its_definition_says() => IntervalCase.Beyond(7).Sample(c =>
    {
        Span<Interval> room = stackalloc Interval[64];
        IntervalFusionResult result = IntervalFusion.Fuse(c.Intervals, c.F, room);
        List<Interval> regions = BruteForce.Regions(c.Intervals, c.F);
        int overlap = c.Intervals.Max(i => BruteForce.Coverage(c.Intervals, i.Low));
        Interval? hull = regions.Count == 0 ? null : new Interval(regions[0].Low, regions[^1].High);
        int[] strengths = new int[c.N];
        IntervalFusion.AccusationStrengths(c.Intervals, strengths);
        bool alarm = regions.Count == 0;
        bool same = room[..result.RegionCount].SequenceEqual(regions.ToArray())
            && result.Marzullo == hull && IntervalFusion.Marzullo(c.Intervals, c.F) == hull
            && result.FaultTolerant == BruteForce.FaultTolerant(c.Intervals, c.F)
            && IntervalFusion.FaultTolerant(c.Intervals, c.F) == result.FaultTolerant
            && result.MaxOverlap == overlap && IntervalFusion.MaxOverlap(c.Intervals) == overlap && result.MinFaulty == c.N - overlap
            && result.Status == (c.N - overlap > c.F ? FusionStatus.Alarm : c.N < (3 * c.F) + 1 ? FusionStatus.Weak : FusionStatus.Ok)
            && (result.Status == FusionStatus.Alarm) == alarm;
        for (int i = 0; i < c.N; i++)
        {
            same &= strengths[i] == c.N - BruteForce.LargestCoverage(c.Intervals, c.Intervals[i]);
            bool misses = regions.All(region => region.High < c.Intervals[i].Low || c.Intervals[i].High < region.Low);
            same &= (result.Accused >> i & 1) != 0 == (misses && !alarm);
            same &= alarm || misses == strengths[i] > c.F;
        }

        return same;
    }, iter: Campaign.Cases());

    [Fact]
    public void The_truth_is_in_every_set_while_at_most_f_lie() => IntervalCase.Within().Sample(c =>
    {
        Span<Interval> room = stackalloc Interval[64];
        IntervalFusionResult result = IntervalFusion.Fuse(c.Intervals, c.F, room);
        bool inRegion = false;
        foreach (Interval region in room[..result.RegionCount]) inRegion |= region.Contains(0);
        return inRegion && result.Marzullo!.Value.Contains(0) && result.FaultTolerant!.Value.Contains(0) && TrimmedMean.Certificate(c.Intervals, c.F).Contains(0);
    }, iter: Campaign.Cases());

    [Fact]
    public void The_truth_is_in_C_f_exactly_when_at_most_f_miss_it() => IntervalCase.Beyond().Sample(c =>
    {
        Span<Interval> room = stackalloc Interval[64];
        int count = IntervalFusion.Regions(c.Intervals, c.F, room);
        bool inside = false;
        foreach (Interval region in room[..count]) inside |= region.Contains(0);
        return inside == (c.N - BruteForce.Coverage(c.Intervals, 0) <= c.F);
    }, iter: Campaign.Cases());

    [Fact]
    public void M_is_in_F_is_in_the_trimmed_certificate() => IntervalCase.Beyond().Sample(c =>
    {
        Interval? m = IntervalFusion.Marzullo(c.Intervals, c.F);
        Interval? fti = IntervalFusion.FaultTolerant(c.Intervals, c.F);
        if (m is null) return true;
        Interval certificate = TrimmedMean.Certificate(c.Intervals, c.F);
        return fti!.Value.Contains(m.Value) && certificate.Contains(fti.Value) && certificate.Contains(TrimmedMean.OfMidpoints(c.Intervals, c.F));
    }, iter: Campaign.Cases());

    [Fact]
    public void No_honest_sensor_is_accused_while_at_most_f_lie() => IntervalCase.Within().Sample(c =>
    {
        Span<Interval> room = stackalloc Interval[64];
        ulong accused = IntervalFusion.Fuse(c.Intervals, c.F, room).Accused;
        return accused >> c.Liars == 0;
    }, iter: Campaign.Cases());

    [Fact]
    public void An_honest_sensors_accusation_strength_bounds_the_number_of_liars_from_below() => IntervalCase.Beyond().Sample(c =>
    {
        int[] strengths = new int[c.N];
        IntervalFusion.AccusationStrengths(c.Intervals, strengths);
        return strengths.Skip(c.Liars).All(strength => strength <= c.Liars) && (c.Liars == c.N || c.N - IntervalFusion.MaxOverlap(c.Intervals) <= c.Liars);
    }, iter: Campaign.Cases());

    [Fact]
    public void Removing_the_accused_with_f_lowered_by_their_number_leaves_C_f() => IntervalCase.Within().Sample(c =>
    {
        Span<Interval> room = stackalloc Interval[64];
        Span<Interval> after = stackalloc Interval[64];
        IntervalFusionResult result = IntervalFusion.Fuse(c.Intervals, c.F, room);
        if (result.Accused == 0) return true;
        Interval[] rest = [.. c.Intervals.Where((_, i) => (result.Accused >> i & 1) == 0)];
        int q = c.N - rest.Length;
        int count = IntervalFusion.Regions(rest, c.F - q, after);
        return room[..result.RegionCount].SequenceEqual(after[..count]);
    }, iter: Campaign.Cases());

    [Fact]
    public void The_order_of_the_sensors_does_not_matter() =>
        (from c in IntervalCase.Beyond() from keys in Gen.Int[0, 1000].Array[9] select (c, keys)).Sample(t =>
        {
            int[] order = [.. Enumerable.Range(0, t.c.N).OrderBy(i => t.keys[i])];
            Interval[] shuffled = [.. order.Select(i => t.c.Intervals[i])];
            return SameBits(Everything(t.c.Intervals, t.c.F), Everything(shuffled, t.c.F));
        }, iter: Campaign.Cases());

    [Fact]
    public void Translation_scale_and_reflection_carry_over() =>
        (from c in IntervalCase.OnGrid() from shift in Gen.Int[-64, 64] from power in Gen.Int[-8, 8] select (c, shift, power)).Sample(t =>
        {
            double scale = Math.ScaleB(1, t.power);
            double[] before = Everything(t.c.Intervals, t.c.F);
            // On the grid every one of these operations is exact.
            double[] moved = Everything([.. t.c.Intervals.Select(i => new Interval(i.Low + t.shift, i.High + t.shift))], t.c.F);
            double[] scaled = Everything([.. t.c.Intervals.Select(i => new Interval(i.Low * scale, i.High * scale))], t.c.F);
            double[] mirrored = Everything([.. t.c.Intervals.Select(i => new Interval(-i.High, -i.Low))], t.c.F);
            int ends = before.Length - 4;
            bool same = moved.Length == before.Length && scaled.Length == before.Length && mirrored.Length == before.Length;
            for (int k = 0; same && k < before.Length; k++)
            {
                bool mean = k >= ends;
                same &= Close(before[k] + t.shift, moved[k], mean) && Close(before[k] * scale, scaled[k], mean);
                same &= Close(-before[k], mirrored[mean ? k : ends - 1 - k], mean);
            }

            return same;
        }, iter: Campaign.Cases());

    [Fact]
    public void Doubling_every_sensor_and_f_changes_no_region() => IntervalCase.Beyond().Sample(c =>
    {
        Span<Interval> room = stackalloc Interval[64];
        Span<Interval> doubled = stackalloc Interval[64];
        int count = IntervalFusion.Regions(c.Intervals, c.F, room);
        Interval[] twice = [.. c.Intervals, .. c.Intervals];
        int countDoubled = IntervalFusion.Regions(twice, 2 * c.F, doubled);
        return room[..count].SequenceEqual(doubled[..countDoubled]);
    }, iter: Campaign.Cases());

    [Fact]
    public void The_sets_widen_with_f() => IntervalCase.Beyond().Sample(c =>
    {
        int most = FaultBound.Largest(c.N);
        Interval?[] profile = new Interval?[most + 2];
        IntervalFusion.Profile(c.Intervals, profile);
        if (profile[most + 1] is not null) return false; // n < 2f+1
        for (int f = 0; f < most; f++)
        {
            if (profile[f] is not { } narrow) continue;
            if (profile[f + 1] is not { } wide || !wide.Contains(narrow)) return false;
            foreach (Interval region in BruteForce.Regions(c.Intervals, f))
                if (!BruteForce.Regions(c.Intervals, f + 1).Exists(larger => larger.Contains(region))) return false;
        }

        return true;
    }, iter: Campaign.Cases(20_000));

    [Fact]
    public void F_moves_by_no_more_than_the_inputs_do() =>
        (from c in IntervalCase.Within() from moves in Gen.Double[-1, 1].Array[18] from size in Gen.Double[0, 4] select (c, moves, size)).Sample(t =>
        {
            Interval[] moved = [.. t.c.Intervals.Select((i, k) =>
            {
                double low = i.Low + (t.size * t.moves[2 * k]);
                return new Interval(low, Math.Max(low, i.High + (t.size * t.moves[(2 * k) + 1])));
            })];
            double largest = t.c.Intervals.Zip(moved, (a, b) => Math.Max(Math.Abs(a.Low - b.Low), Math.Abs(a.High - b.High))).Max();
            Interval? before = IntervalFusion.FaultTolerant(t.c.Intervals, t.c.F);
            Interval? after = IntervalFusion.FaultTolerant(moved, t.c.F);
            if (before is not { } a0 || after is not { } a1) return true;
            double tolerance = largest * (1 + 1e-12) + 1e-12;
            return Math.Abs(a0.Low - a1.Low) <= tolerance && Math.Abs(a0.High - a1.High) <= tolerance;
        }, iter: Campaign.Cases());

    [Fact]
    public void M_jumps_where_a_touching_pair_parts_and_F_does_not()
    {
        Interval[] touching = [new(0, 10), new(0, 8), new(0, 2), new(8, 10)];
        Interval[] parted = [new(0, 10), new(0, 8), new(0, 2), new(8.000001, 10)];
        Assert.Equal(new Interval(0, 8), IntervalFusion.Marzullo(touching, 1));
        Assert.Equal(new Interval(0, 2), IntervalFusion.Marzullo(parted, 1));
        Assert.Equal(new Interval(0, 8), IntervalFusion.FaultTolerant(touching, 1));
        Assert.Equal(new Interval(0, 8), IntervalFusion.FaultTolerant(parted, 1));
    }

    [Fact]
    public void Brooks_Iyengar_and_the_clamped_mean_lie_in_M() => IntervalCase.Beyond().Sample(c =>
    {
        Interval? m = IntervalFusion.Marzullo(c.Intervals, c.F);
        double? estimate = BrooksIyengar.Estimate(c.Intervals, c.F);
        double? clamped = TrimmedMean.Clamped(c.Intervals, c.F);
        return m is { } safe ? safe.Contains(estimate!.Value) && safe.Contains(clamped!.Value) && safe.Contains(safe.Midpoint) : estimate is null && clamped is null;
    }, iter: Campaign.Cases());

    [Fact]
    public void Sixty_four_sensors_are_fused_as_few_are() =>
        Gen.Int[10, 64].SelectMany(n => from f in Gen.Int[0, (n - 1) / 2] from low in Gen.Int[-40, 40].Array[n] from width in Gen.Int[0, 40].Array[n] select (f, low, width)).Sample(t =>
        {
            Interval[] intervals = [.. t.low.Zip(t.width, (l, w) => new Interval(l, l + w))];
            int n = intervals.Length;
            Span<Interval> room = stackalloc Interval[64];
            IntervalFusionResult result = IntervalFusion.Fuse(intervals, t.f, room);
            // Whole numbers: the half-way points tell the open segments apart.
            bool Covered(double p) => BruteForce.Coverage(intervals, p) >= n - t.f;
            bool same = true;
            for (double p = -41; p <= 81; p += 0.5)
            {
                bool inside = false;
                foreach (Interval region in room[..result.RegionCount]) inside |= region.Contains(p);
                same &= inside == Covered(p);
            }

            return same && result.FaultTolerant == BruteForce.FaultTolerant(intervals, t.f)
                && IntervalFusion.Marzullo(intervals, t.f) == result.Marzullo && IntervalFusion.FaultTolerant(intervals, t.f) == result.FaultTolerant
                && (result.RegionCount == 0 || result.Marzullo == new Interval(room[0].Low, room[result.RegionCount - 1].High));
        }, iter: Campaign.Cases(20_000));

    /// <summary>All ends ascending, then four estimates.</summary>
    private static double[] Everything(Interval[] intervals, int f)
    {
        Span<Interval> room = stackalloc Interval[64];
        IntervalFusionResult result = IntervalFusion.Fuse(intervals, f, room);
        var numbers = new List<double>();
        if (result.FaultTolerant is { } fti) numbers.Add(fti.Low);
        foreach (Interval region in room[..result.RegionCount]) numbers.AddRange([region.Low, region.High]);
        if (result.FaultTolerant is { } same) numbers.Add(same.High);
        numbers.AddRange([TrimmedMean.OfMidpoints(intervals, f), Median.OfMidpoints(intervals), result.Marzullo?.Midpoint ?? double.NaN, BrooksIyengar.Estimate(intervals, f) ?? double.NaN]);
        return [.. numbers];
    }

    private static bool SameBits(double[] a, double[] b) => a.Select(BitConverter.DoubleToInt64Bits).SequenceEqual(b.Select(BitConverter.DoubleToInt64Bits));

    private static bool Close(double a, double b, bool mean) => a.Equals(b) || a == b || (mean && Math.Abs(a - b) <= 1e-12 * (1 + Math.Abs(a))) || (double.IsNaN(a) && double.IsNaN(b));
}
