using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>Any 128 bits as an interval: NaN, infinities, zeros of either sign, subnormals, the ends of the double range. What is an interval is fused to the last bit, what is none is refused by every estimator.</summary>
public sealed class HostileBitsTests
{
    [Fact]
    public void Whatever_the_bits_of_valid_ends_the_sets_are_copied_from_them_bit_for_bit() => new Bits(faulty: false).Hold(c =>
    {
        Span<Interval> room = stackalloc Interval[64];
        Span<Interval> oracle = stackalloc Interval[BruteForce.Room];
        IntervalFusionResult result = IntervalFusion.Fuse(c.Intervals, c.F, room);
        oracle = oracle[..BruteForce.Regions(c.Intervals, c.F, oracle)];
        Interval? hull = oracle.IsEmpty ? null : new Interval(oracle[0].Low, oracle[^1].High);
        bool same = result.RegionCount == oracle.Length
            && SameBits(result.Marzullo, Signed(hull, c.Intervals)) && SameBits(IntervalFusion.Marzullo(c.Intervals, c.F), result.Marzullo)
            && SameBits(result.FaultTolerant, Signed(BruteForce.FaultTolerant(c.Intervals, c.F), c.Intervals)) && SameBits(IntervalFusion.FaultTolerant(c.Intervals, c.F), result.FaultTolerant)
            && result.MaxOverlap == BruteForce.LargestCoverage(c.Intervals);
        for (int k = 0; same && k < oracle.Length; k++) same = SameBits(room[k], Signed(oracle[k], c.Intervals));
        return same;
    });

    [Fact]
    public void Whatever_the_bits_of_valid_ends_the_estimates_are_finite_and_lie_among_them() => new Bits(faulty: false).Hold(c =>
    {
        (double low, double high) = (double.MaxValue, double.MinValue);
        bool sound = true;
        foreach (Interval interval in c.Intervals)
        {
            (low, high) = (Math.Min(low, interval.Low), Math.Max(high, interval.High));
            sound &= interval.Contains(interval.Midpoint);
        }

        var all = new Interval(low, high);
        Interval certificate = TrimmedMean.Certificate(c.Intervals, c.F);
        return sound && all.Contains(TrimmedMean.OfMidpoints(c.Intervals, c.F)) && all.Contains(Median.OfMidpoints(c.Intervals)) && all.Contains(certificate)
            && (BrooksIyengar.Estimate(c.Intervals, c.F) is not { } bi || all.Contains(bi))
            && (IntervalFusion.Marzullo(c.Intervals, c.F) is not { } safe || (safe.Contains(safe.Midpoint) && safe.Contains(TrimmedMean.Clamped(c.Intervals, c.F)!.Value)));
    });

    [Fact]
    public void One_faulty_report_among_any_is_refused_by_every_estimator() => new Bits(faulty: true).Hold(c =>
    {
        // One estimator a case, so that a hundred million are affordable.
        int n = c.Intervals.Length;
        try
        {
            switch (c.Salt % 10)
            {
                case 0: IntervalFusion.Fuse(c.Intervals, c.F, new Interval[64]); break;
                case 1: IntervalFusion.Marzullo(c.Intervals, c.F); break;
                case 2: IntervalFusion.FaultTolerant(c.Intervals, c.F); break;
                case 3: IntervalFusion.MaxOverlap(c.Intervals); break;
                case 4: IntervalFusion.AccusationStrengths(c.Intervals, new int[n]); break;
                case 5: BrooksIyengar.Estimate(c.Intervals, c.F); break;
                case 6: TrimmedMean.OfMidpoints(c.Intervals, c.F); break;
                case 7: TrimmedMean.Certificate(c.Intervals, c.F); break;
                case 8: Median.OfMidpoints(c.Intervals); break;
                default: IntervalFusion.Profile(c.Intervals, new Interval?[2]); break;
            }

            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    });

    [Fact]
    public void Whatever_the_bits_of_finite_points_their_centres_are_finite_and_lie_among_them() => new Bits(faulty: false).Hold(c =>
    {
        // The ends as points of the plane.
        double[] points = new double[2 * c.Intervals.Length];
        double[] median = new double[2];
        for (int i = 0; i < c.Intervals.Length; i++) (points[2 * i], points[(2 * i) + 1]) = (c.Intervals[i].Low, c.Intervals[i].High);
        GeometricMedian.Of(points, 2, median);
        Span<double> column = stackalloc double[c.Intervals.Length];
        bool sound = true;
        for (int axis = 0; axis < 2; axis++)
        {
            for (int i = 0; i < column.Length; i++) column[i] = points[(2 * i) + axis];
            (double mean, double middle) = (TrimmedMean.Of(column, c.F), Median.Of(column));
            column.Sort();
            var all = new Interval(column[0], column[^1]);
            sound &= all.Contains(mean) && all.Contains(middle) && all.Contains(median[axis]);
        }

        return sound;
    });

    /// <summary>Of equal lows -0 is taken before 0, of equal highs 0 before -0.</summary>
    private static Interval? Signed(Interval? interval, ReadOnlySpan<Interval> all)
    {
        if (interval is not { } copied) return null;
        (double low, double high) = copied;
        if (low == 0)
        {
            low = 0.0;
            foreach (Interval other in all)
                if (other.Low == 0 && double.IsNegative(other.Low)) low = -0.0;
        }

        if (high == 0)
        {
            high = -0.0;
            foreach (Interval other in all)
                if (other.High == 0 && !double.IsNegative(other.High)) high = 0.0;
        }

        return new Interval(low, high);
    }

    private static bool SameBits(Interval? a, Interval? b) =>
        a is { } x && b is { } y
            ? BitConverter.DoubleToInt64Bits(x.Low) == BitConverter.DoubleToInt64Bits(y.Low) && BitConverter.DoubleToInt64Bits(x.High) == BitConverter.DoubleToInt64Bits(y.High)
            : a is null && b is null;

    private sealed class Bits(bool faulty) : Gen<IntervalCase>
    {
        private static readonly double[] Special =
        [
            0.0, -0.0, double.Epsilon, -double.Epsilon, 2.2250738585072009e-308, -2.2250738585072009e-308, 2.2250738585072014e-308, -2.2250738585072014e-308,
            double.MaxValue, double.MinValue, double.BitDecrement(double.MaxValue), 1, -1, 1 + 2.220446049250313e-16, 0.1, -0.1,
        ];

        public override IntervalCase Generate(PCG pcg, Size? min, out Size size)
        {
            int n = 1 + pcg.Below(9);
            var intervals = new Interval[n];
            for (int i = 0; i < n; i++)
            {
                double a = End(pcg);
                double b = End(pcg);
                // By comparison, not Math.Min: of 0 and -0 either may come first.
                intervals[i] = a <= b ? new Interval(a, b) : new Interval(b, a);
            }

            if (faulty) intervals[pcg.Below(n)] = Faulty(pcg);
            size = new Size((ulong)n);
            return new IntervalCase(intervals, pcg.Below(((n - 1) / 2) + 1), 0, pcg.Next());
        }

        private static double End(PCG pcg)
        {
            if (pcg.Below(3) != 0) return Special[pcg.Below(Special.Length)];
            double any = BitConverter.UInt64BitsToDouble(pcg.Next64());
            return double.IsFinite(any) ? any : 0;
        }

        private static Interval Faulty(PCG pcg) => pcg.Below(6) switch
        {
            0 => new Interval(double.NaN, End(pcg)),
            1 => new Interval(End(pcg), double.NaN),
            2 => new Interval(double.NegativeInfinity, End(pcg)),
            3 => new Interval(End(pcg), double.PositiveInfinity),
            4 => pcg.Below(2) == 0 ? Interval.Unseen : new Interval(double.PositiveInfinity, double.PositiveInfinity),
            _ => new Interval(double.BitIncrement(1 + Math.Abs(pcg.Signed())), 1),
        };
    }
}
