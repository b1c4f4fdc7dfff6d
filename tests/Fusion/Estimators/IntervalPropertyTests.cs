using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>What must hold of C_f, M_f and F_f for every input; 100,000 random cases each by default.</summary>
public sealed class IntervalPropertyTests
{
    [Fact]
    public void Every_set_is_what_its_definition_says() => IntervalCase.Beyond().Hold(c =>
    {
        Span<Interval> room = stackalloc Interval[64];
        Span<Interval> oracle = stackalloc Interval[BruteForce.Room];
        Span<int> strengths = stackalloc int[c.N];
        IntervalFusionResult result = IntervalFusion.Fuse(c.Intervals, c.F, room);
        oracle = oracle[..BruteForce.Regions(c.Intervals, c.F, oracle)];
        int overlap = BruteForce.LargestCoverage(c.Intervals);
        bool alarm = oracle.IsEmpty;
        Interval? hull = alarm ? null : new Interval(oracle[0].Low, oracle[^1].High);
        IntervalFusion.AccusationStrengths(c.Intervals, strengths);
        bool same = room[..result.RegionCount].SequenceEqual(oracle)
            && result.Marzullo == hull && IntervalFusion.Marzullo(c.Intervals, c.F) == hull
            && result.FaultTolerant == BruteForce.FaultTolerant(c.Intervals, c.F)
            && IntervalFusion.FaultTolerant(c.Intervals, c.F) == result.FaultTolerant
            && result.MaxOverlap == overlap && IntervalFusion.MaxOverlap(c.Intervals) == overlap && result.MinFaulty == c.N - overlap
            && result.Status == (c.N - overlap > c.F ? FusionStatus.Alarm : c.N < (3 * c.F) + 1 ? FusionStatus.Weak : FusionStatus.Ok)
            && (result.Status == FusionStatus.Alarm) == alarm;
        for (int i = 0; i < c.N; i++)
        {
            same &= strengths[i] == c.N - BruteForce.LargestCoverage(c.Intervals, c.Intervals[i]);
            bool misses = true;
            foreach (Interval region in oracle) misses &= region.High < c.Intervals[i].Low || c.Intervals[i].High < region.Low;
            same &= (result.Accused >> i & 1) != 0 == (misses && !alarm);
            same &= alarm || misses == strengths[i] > c.F;
        }

        return same;
    });

    [Fact]
    public void The_truth_is_in_every_set_while_at_most_f_lie() => IntervalCase.Within().Hold(c =>
    {
        Span<Interval> room = stackalloc Interval[64];
        IntervalFusionResult result = IntervalFusion.Fuse(c.Intervals, c.F, room);
        return AnyContains(room[..result.RegionCount], 0) && result.Marzullo!.Value.Contains(0) && result.FaultTolerant!.Value.Contains(0) && TrimmedMean.Certificate(c.Intervals, c.F).Contains(0);
    });

    [Fact]
    public void The_truth_is_in_C_f_exactly_when_at_most_f_miss_it() => IntervalCase.Beyond().Hold(c =>
    {
        Span<Interval> room = stackalloc Interval[64];
        int count = IntervalFusion.Regions(c.Intervals, c.F, room);
        return AnyContains(room[..count], 0) == (c.N - BruteForce.Coverage(c.Intervals, 0) <= c.F);
    });

    [Fact]
    public void M_is_in_F_is_in_the_trimmed_certificate() => IntervalCase.Beyond().Hold(c =>
    {
        Interval? m = IntervalFusion.Marzullo(c.Intervals, c.F);
        Interval? fti = IntervalFusion.FaultTolerant(c.Intervals, c.F);
        if (m is null) return true;
        Interval certificate = TrimmedMean.Certificate(c.Intervals, c.F);
        return fti!.Value.Contains(m.Value) && certificate.Contains(fti.Value) && certificate.Contains(TrimmedMean.OfMidpoints(c.Intervals, c.F));
    });

    [Fact]
    public void No_honest_sensor_is_accused_while_at_most_f_lie() => IntervalCase.Within().Hold(c =>
    {
        Span<Interval> room = stackalloc Interval[64];
        return IntervalFusion.Fuse(c.Intervals, c.F, room).Accused >> c.Liars == 0;
    });

    [Fact]
    public void An_honest_sensors_accusation_strength_bounds_the_number_of_liars_from_below() => IntervalCase.Beyond().Hold(c =>
    {
        Span<int> strengths = stackalloc int[c.N];
        IntervalFusion.AccusationStrengths(c.Intervals, strengths);
        bool sound = c.Liars == c.N || c.N - IntervalFusion.MaxOverlap(c.Intervals) <= c.Liars;
        foreach (int strength in strengths[c.Liars..]) sound &= strength <= c.Liars;
        return sound;
    });

    [Fact]
    public void Removing_the_accused_with_f_lowered_by_their_number_leaves_C_f() => IntervalCase.Within().Hold(c =>
    {
        Span<Interval> room = stackalloc Interval[64];
        Span<Interval> after = stackalloc Interval[64];
        Span<Interval> rest = stackalloc Interval[c.N];
        IntervalFusionResult result = IntervalFusion.Fuse(c.Intervals, c.F, room);
        int kept = 0;
        for (int i = 0; i < c.N; i++)
            if ((result.Accused >> i & 1) == 0) rest[kept++] = c.Intervals[i];
        int count = IntervalFusion.Regions(rest[..kept], c.F - (c.N - kept), after);
        return room[..result.RegionCount].SequenceEqual(after[..count]);
    });

    [Fact]
    public void The_order_of_the_sensors_does_not_matter() => IntervalCase.Beyond().Hold(c =>
    {
        Span<Interval> shuffled = stackalloc Interval[c.N];
        Span<double> before = stackalloc double[MaxNumbers];
        Span<double> after = stackalloc double[MaxNumbers];
        c.Intervals.CopyTo(shuffled);
        RandomBits.Shuffle(shuffled, c.Salt);
        before = before[..Everything(c.Intervals, c.F, before)];
        after = after[..Everything(shuffled, c.F, after)];
        bool same = before.Length == after.Length;
        for (int k = 0; same && k < before.Length; k++) same &= BitConverter.DoubleToInt64Bits(before[k]) == BitConverter.DoubleToInt64Bits(after[k]);
        return same;
    });

    [Fact]
    public void Translation_scale_and_reflection_carry_over() => IntervalCase.OnGrid().Hold(c =>
    {
        // On the grid every one of these operations is exact.
        uint salt = c.Salt;
        double shift = RandomBits.Next(ref salt, 129) - 64;
        double scale = Math.ScaleB(1, RandomBits.Next(ref salt, 17) - 8);
        Span<Interval> other = stackalloc Interval[c.N];
        Span<double> before = stackalloc double[MaxNumbers];
        Span<double> after = stackalloc double[MaxNumbers];
        int count = Everything(c.Intervals, c.F, before);
        int ends = count - Estimates;

        for (int i = 0; i < c.N; i++) other[i] = new Interval(c.Intervals[i].Low + shift, c.Intervals[i].High + shift);
        bool same = Everything(other, c.F, after) == count;
        for (int k = 0; same && k < count; k++) same &= Close(before[k] + shift, after[k], mean: k >= ends);

        for (int i = 0; i < c.N; i++) other[i] = new Interval(c.Intervals[i].Low * scale, c.Intervals[i].High * scale);
        same &= Everything(other, c.F, after) == count;
        for (int k = 0; same && k < count; k++) same &= Close(before[k] * scale, after[k], mean: k >= ends);

        for (int i = 0; i < c.N; i++) other[i] = new Interval(-c.Intervals[i].High, -c.Intervals[i].Low);
        same &= Everything(other, c.F, after) == count;
        for (int k = 0; same && k < count; k++) same &= Close(-before[k], after[k >= ends ? k : ends - 1 - k], mean: k >= ends);
        return same;
    });

    [Fact]
    public void Doubling_every_sensor_and_f_changes_no_region() => IntervalCase.Beyond().Hold(c =>
    {
        Span<Interval> room = stackalloc Interval[64];
        Span<Interval> doubled = stackalloc Interval[64];
        Span<Interval> twice = stackalloc Interval[2 * c.N];
        c.Intervals.CopyTo(twice);
        c.Intervals.CopyTo(twice[c.N..]);
        int count = IntervalFusion.Regions(c.Intervals, c.F, room);
        int countDoubled = IntervalFusion.Regions(twice, 2 * c.F, doubled);
        return room[..count].SequenceEqual(doubled[..countDoubled]);
    });

    [Fact]
    public void The_sets_widen_with_f() => IntervalCase.Beyond().Hold(c =>
    {
        int most = FaultBound.Largest(c.N);
        Span<Interval?> profile = stackalloc Interval?[most + 2];
        Span<Interval> narrow = stackalloc Interval[64];
        Span<Interval> wide = stackalloc Interval[64];
        IntervalFusion.Profile(c.Intervals, profile);
        if (profile[most + 1] is not null) return false; // n < 2f+1
        int narrowCount = IntervalFusion.Regions(c.Intervals, 0, narrow);
        for (int f = 0; f < most; f++)
        {
            int wideCount = IntervalFusion.Regions(c.Intervals, f + 1, wide);
            if (profile[f] is { } hull && profile[f + 1]?.Contains(hull) != true) return false;
            foreach (Interval region in narrow[..narrowCount])
            {
                bool inside = false;
                foreach (Interval larger in wide[..wideCount]) inside |= larger.Contains(region);
                if (!inside) return false;
            }

            wide[..wideCount].CopyTo(narrow);
            narrowCount = wideCount;
        }

        return true;
    });

    [Fact]
    public void F_moves_by_no_more_than_the_inputs_do() => IntervalCase.Within().Hold(c =>
    {
        uint salt = c.Salt;
        double size = 4 * Math.Abs(RandomBits.NextSigned(ref salt));
        Span<Interval> moved = stackalloc Interval[c.N];
        double largest = 0;
        for (int i = 0; i < c.N; i++)
        {
            Interval at = c.Intervals[i];
            double low = at.Low + (size * RandomBits.NextSigned(ref salt));
            moved[i] = new Interval(low, Math.Max(low, at.High + (size * RandomBits.NextSigned(ref salt))));
            largest = Math.Max(largest, Math.Max(Math.Abs(moved[i].Low - at.Low), Math.Abs(moved[i].High - at.High)));
        }

        if (IntervalFusion.FaultTolerant(c.Intervals, c.F) is not { } before || IntervalFusion.FaultTolerant(moved, c.F) is not { } after) return true;
        double tolerance = (largest * (1 + 1e-12)) + 1e-12;
        return Math.Abs(before.Low - after.Low) <= tolerance && Math.Abs(before.High - after.High) <= tolerance;
    });

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
    public void Brooks_Iyengar_and_the_clamped_mean_lie_in_M() => IntervalCase.Beyond().Hold(c =>
    {
        Interval? m = IntervalFusion.Marzullo(c.Intervals, c.F);
        double? estimate = BrooksIyengar.Estimate(c.Intervals, c.F);
        double? clamped = TrimmedMean.Clamped(c.Intervals, c.F);
        return m is { } safe ? safe.Contains(estimate!.Value) && safe.Contains(clamped!.Value) && safe.Contains(safe.Midpoint) : estimate is null && clamped is null;
    });

    [Fact]
    public void With_2f_plus_1_sensors_the_sets_are_sound_and_with_2f_nothing_is_said() => IntervalCase.Beyond().Hold(c =>
    {
        // The last 2f+1 of the case, f as large as they bear.
        Span<Interval> room = stackalloc Interval[64];
        int f = FaultBound.Largest(c.N);
        ReadOnlySpan<Interval> enough = c.Intervals.AsSpan(c.N - ((2 * f) + 1));
        IntervalFusionResult result = IntervalFusion.Fuse(enough, f, room);
        bool sound = result.Status != FusionStatus.Insufficient && AnyContains(room[..result.RegionCount], 0) == (enough.Length - BruteForce.Coverage(enough, 0) <= f);
        if (f == 0) return sound;
        ReadOnlySpan<Interval> tooFew = enough[1..];
        result = IntervalFusion.Fuse(tooFew, f, room);
        return sound && result is { Status: FusionStatus.Insufficient, RegionCount: 0, Marzullo: null, FaultTolerant: null, Accused: 0 }
            && result.MaxOverlap == BruteForce.LargestCoverage(tooFew)
            && IntervalFusion.Marzullo(tooFew, f) is null && IntervalFusion.FaultTolerant(tooFew, f) is null;
    });

    [Fact]
    public void Sixty_four_sensors_are_fused_as_few_are() => new ManyOnWholeNumbers().Hold(t =>
    {
        Span<Interval> room = stackalloc Interval[64];
        IntervalFusionResult result = IntervalFusion.Fuse(t.Intervals, t.F, room);
        // Whole numbers: the half-way points tell the open segments apart. Coverage at -40, -39.5, ... by counting what opens and closes.
        Span<int> change = stackalloc int[(2 * 121) + 2];
        change.Clear();
        foreach (Interval interval in t.Intervals)
        {
            change[(int)(2 * (interval.Low + 40))]++;
            change[(int)(2 * (interval.High + 40)) + 1]--;
        }

        bool same = true;
        int covered = 0;
        int region = 0;
        for (int k = 0; k < change.Length; k++)
        {
            double p = (k / 2.0) - 40;
            covered += change[k];
            while (region < result.RegionCount && room[region].High < p) region++;
            bool inside = region < result.RegionCount && room[region].Contains(p);
            same &= inside == (covered >= t.Intervals.Length - t.F);
        }

        return same && result.FaultTolerant == BruteForce.FaultTolerant(t.Intervals, t.F)
            && IntervalFusion.Marzullo(t.Intervals, t.F) == result.Marzullo && IntervalFusion.FaultTolerant(t.Intervals, t.F) == result.FaultTolerant
            && (result.RegionCount == 0 || result.Marzullo == new Interval(room[0].Low, room[result.RegionCount - 1].High));
    });

    private sealed record Many(Interval[] Intervals, int F);

    private sealed class ManyOnWholeNumbers : Gen<Many>
    {
        public override Many Generate(PCG pcg, Size? min, out Size size)
        {
            var intervals = new Interval[10 + pcg.Below(55)];
            for (int i = 0; i < intervals.Length; i++)
            {
                int low = pcg.Below(81) - 40;
                intervals[i] = new Interval(low, low + pcg.Below(41));
            }

            size = new Size((ulong)intervals.Length);
            return new Many(intervals, pcg.Below(((intervals.Length - 1) / 2) + 1));
        }
    }

    private const int Estimates = 4;

    /// <summary>Ends of F_f and of up to five regions, and the estimates.</summary>
    private const int MaxNumbers = 2 + (2 * 64) + Estimates;

    /// <summary>Writes all ends ascending, then four estimates; returns how many numbers.</summary>
    private static int Everything(ReadOnlySpan<Interval> intervals, int f, Span<double> numbers)
    {
        Span<Interval> room = stackalloc Interval[64];
        IntervalFusionResult result = IntervalFusion.Fuse(intervals, f, room);
        int count = 0;
        if (result.FaultTolerant is { } fti) numbers[count++] = fti.Low;
        foreach (Interval region in room[..result.RegionCount]) (numbers[count], numbers[count + 1], count) = (region.Low, region.High, count + 2);
        if (result.FaultTolerant is { } same) numbers[count++] = same.High;
        numbers[count++] = TrimmedMean.OfMidpoints(intervals, f);
        numbers[count++] = Median.OfMidpoints(intervals);
        numbers[count++] = result.Marzullo?.Midpoint ?? double.NaN;
        numbers[count++] = BrooksIyengar.Estimate(intervals, f) ?? double.NaN;
        return count;
    }

    private static bool AnyContains(ReadOnlySpan<Interval> regions, double value)
    {
        bool inside = false;
        foreach (Interval region in regions) inside |= region.Contains(value);
        return inside;
    }

    private static bool Close(double a, double b, bool mean) => a.Equals(b) || (mean && Math.Abs(a - b) <= 1e-12 * (1 + Math.Abs(a))) || (double.IsNaN(a) && double.IsNaN(b));
}
