using System.Numerics;
using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>What floating point can do to an interval: NaN, infinities, -0, subnormals, overflow, cancellation.</summary>
public sealed class IntervalNumericsTests
{
    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.NaN)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(0, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(5, 2)]
    public void A_faulty_report_is_refused_by_every_estimator(double low, double high)
    {
        var faulty = new Interval(low, high);
        Assert.False(faulty.IsValid);
        foreach ((int n, int place) in from n in Enumerable.Range(3, 7) from place in Enumerable.Range(0, n) select (n, place))
        {
            // Away from 0: four intervals have a way of their own there.
            Interval[] intervals = [.. Enumerable.Repeat(new Interval(1, 2), n)];
            intervals[place] = faulty;
            Assert.Throws<ArgumentException>(() => IntervalFusion.Fuse(intervals, 1, new Interval[64]));
            Assert.Throws<ArgumentException>(() => IntervalFusion.Marzullo(intervals, 1));
            Assert.Throws<ArgumentException>(() => IntervalFusion.FaultTolerant(intervals, 1));
            Assert.Throws<ArgumentException>(() => IntervalFusion.MaxOverlap(intervals));
            Assert.Throws<ArgumentException>(() => IntervalFusion.AccusationStrengths(intervals, new int[n]));
            Assert.Throws<ArgumentException>(() => BrooksIyengar.Estimate(intervals, 1));
            Assert.Throws<ArgumentException>(() => TrimmedMean.OfMidpoints(intervals, 1));
            Assert.Throws<ArgumentException>(() => TrimmedMean.Certificate(intervals, 1));
            Assert.Throws<ArgumentException>(() => Median.OfMidpoints(intervals));
            if (!faulty.IsUnseen) Assert.Throws<ArgumentException>(() => JointBoxes.Fuse(intervals, 1, 1, new Interval[1], []));
        }

        if (double.IsFinite(low)) return;
        Assert.Throws<ArgumentException>(() => TrimmedMean.Of([1, low, 2], 1));
        Assert.Throws<ArgumentException>(() => Median.Of([1, low, 2]));
        Assert.Throws<ArgumentException>(() => GeometricMedian.Of([1, low, 2], 1, new double[1]));
    }

    [Fact]
    public void Counts_and_f_out_of_range_are_refused()
    {
        var regions = new Interval[65];
        Interval[] many = [.. Enumerable.Repeat(new Interval(0, 1), 65)];
        Assert.Throws<ArgumentException>(() => IntervalFusion.Fuse([], 0, regions));
        Assert.Throws<ArgumentException>(() => IntervalFusion.Fuse(many, 0, regions));
        Assert.Throws<ArgumentException>(() => IntervalFusion.Marzullo(many, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => IntervalFusion.Fuse(many.AsSpan(0, 3), -1, regions));
        Assert.Throws<ArgumentOutOfRangeException>(() => IntervalFusion.Marzullo(many.AsSpan(0, 3), -1));
        Assert.Equal(64, IntervalFusion.Fuse(many.AsSpan(0, 64), 0, regions).MaxOverlap);
    }

    [Fact]
    public void n_is_2f_plus_1_or_nothing_is_said()
    {
        var regions = new Interval[64];
        for (int f = 0; f < 32; f++)
        {
            Interval[] enough = [.. Enumerable.Repeat(new Interval(0, 1), (2 * f) + 1)];
            Assert.Equal(f == 0 ? FusionStatus.Ok : FusionStatus.Weak, IntervalFusion.Fuse(enough, f, regions).Status);
            Assert.Equal(new Interval(0, 1), IntervalFusion.Marzullo(enough, f));
            if (f == 0) continue;
            Interval[] tooFew = enough[..(2 * f)];
            IntervalFusionResult result = IntervalFusion.Fuse(tooFew, f, regions);
            Assert.Equal((FusionStatus.Insufficient, 0, null, null, 2 * f, 0ul), (result.Status, result.RegionCount, result.Marzullo, result.FaultTolerant, result.MaxOverlap, result.Accused));
            Assert.Null(IntervalFusion.Marzullo(tooFew, f));
            Assert.Null(IntervalFusion.FaultTolerant(tooFew, f));
            Assert.Throws<ArgumentException>(() => TrimmedMean.OfMidpoints(tooFew, f));
            Assert.Throws<ArgumentException>(() => BrooksIyengar.Estimate(tooFew, f));
        }

        Assert.Equal(FusionStatus.Insufficient, IntervalFusion.Fuse([new(0, 1)], int.MaxValue, regions).Status);
        Assert.Equal(FusionStatus.Weak, FaultBound.Status(6, 2, 2));
        Assert.Equal(FusionStatus.Ok, FaultBound.Status(7, 2, 2));
        Assert.Equal(FusionStatus.Alarm, FaultBound.Status(7, 2, 3));
    }

    [Fact]
    public void Minus_zero_is_zero_and_the_copied_sign_depends_on_no_order()
    {
        Interval[] touching = [new(-1, -0.0), new(0.0, 1), new(-0.0, 0.0)];
        Interval m = IntervalFusion.Marzullo(touching, 0)!.Value;
        Assert.Equal((true, false), (double.IsNegative(m.Low), double.IsNegative(m.High)));
        Assert.Equal(BitConverter.DoubleToInt64Bits(-0.0), BitConverter.DoubleToInt64Bits(IntervalFusion.Marzullo([new(-0.0, -0.0)], 0)!.Value.High));
        Assert.Equal(BitConverter.DoubleToInt64Bits(0.0), BitConverter.DoubleToInt64Bits(IntervalFusion.Marzullo([new(0.0, 0.0)], 0)!.Value.Low));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Of_zeros_the_low_is_minus_zero_if_one_is_and_the_high_is_zero_if_one_is(int n)
    {
        // Every way to put signs to n times [0, 0].
        var regions = new Interval[n];
        for (int signs = 0; signs < 1 << (2 * n); signs++)
        {
            Interval[] intervals = [.. Enumerable.Range(0, n).Select(i => new Interval((signs >> (2 * i) & 1) != 0 ? -0.0 : 0.0, (signs >> ((2 * i) + 1) & 1) != 0 ? -0.0 : 0.0))];
            (bool, bool) expected = (intervals.Any(i => double.IsNegative(i.Low)), intervals.All(i => double.IsNegative(i.High)));
            for (int f = 0; 2 * f < n; f++)
            {
                IntervalFusionResult fused = IntervalFusion.Fuse(intervals, f, regions);
                foreach (Interval? set in new[] { IntervalFusion.Marzullo(intervals, f), IntervalFusion.FaultTolerant(intervals, f), fused.Marzullo, fused.FaultTolerant })
                    Assert.Equal(expected, (double.IsNegative(set!.Value.Low), double.IsNegative(set.Value.High)));
            }
        }
    }

    [Fact]
    public void The_midpoint_never_overflows_and_never_leaves_the_interval()
    {
        Assert.Equal(double.MaxValue, new Interval(double.MaxValue, double.MaxValue).Midpoint);
        Assert.Equal(0, new Interval(-double.MaxValue, double.MaxValue).Midpoint);
        Assert.Equal(double.Epsilon, new Interval(double.Epsilon, double.Epsilon).Midpoint);
        Assert.Equal(-double.Epsilon, new Interval(-double.Epsilon, -double.Epsilon).Midpoint);
        (from a in AnyFinite from b in AnyFinite select new Interval(Math.Min(a, b), Math.Max(a, b))).Hold(i => i.Contains(i.Midpoint));
    }

    [Fact]
    public void Centre_and_radius_round_outward_and_no_further_than_needed() =>
        (from centre in AnyFinite from radius in AnyFinite select (centre, radius: Math.Abs(radius))).Hold(t =>
        {
            Interval interval = Interval.FromCentre(t.centre, t.radius);
            if (!interval.IsValid) return Math.Abs(t.centre) + t.radius > double.MaxValue / 2;
            Rational low = Rational.Of(t.centre) - Rational.Of(t.radius);
            Rational high = Rational.Of(t.centre) + Rational.Of(t.radius);
            return Rational.Of(interval.Low) <= low && high <= Rational.Of(interval.High)
                && Rational.Of(double.BitIncrement(interval.Low)) > low && Rational.Of(double.BitDecrement(interval.High)) < high;
        });

    [Fact]
    public void Means_are_right_to_1e_12_even_where_everything_cancels() =>
        Gen.Int[1, 9].SelectMany(n => from a in Hostile.Array[n] from b in Hostile.Array[n] from f in Gen.Int[0, (n - 1) / 2] select (a, b, f)).Hold(t =>
        {
            int n = t.a.Length;
            var intervals = new Interval[n];
            var middles = new BigInteger[n];
            var values = new BigInteger[n];
            for (int i = 0; i < n; i++)
            {
                intervals[i] = new Interval(Math.Min(t.a[i], t.b[i]), Math.Max(t.a[i], t.b[i]));
                values[i] = Rational.Of(t.a[i]).Units;
                middles[i] = values[i] + Rational.Of(t.b[i]).Units;
            }

            Array.Sort(middles);
            Array.Sort(values);
            Rational sum = default;
            Rational trimmed = default;
            for (int i = t.f; i < n - t.f; i++) (sum, trimmed) = (new Rational(sum.Units + middles[i]), new Rational(trimmed.Units + values[i]));
            var median = new Rational(middles[(n - 1) / 2] + middles[n / 2]);
            return Rational.Of(TrimmedMean.OfMidpoints(intervals, t.f)).IsNear(sum, 2 * (n - (2 * t.f)))
                && Rational.Of(Median.OfMidpoints(intervals)).IsNear(median, 4)
                && Rational.Of(TrimmedMean.Of(t.a, t.f)).IsNear(trimmed, n - (2 * t.f));
        });

    [Fact]
    public void The_full_double_range_is_fused()
    {
        Interval[] wide = [new(-double.MaxValue, double.MaxValue), new(double.MaxValue, double.MaxValue), new(-1, double.MaxValue)];
        Assert.Equal(new Interval(double.MaxValue, double.MaxValue), IntervalFusion.Marzullo(wide, 0));
        Assert.Equal(double.MaxValue, BrooksIyengar.Estimate([new(double.MaxValue, double.MaxValue), new(double.MaxValue, double.MaxValue)], 0));
        Assert.Equal(double.MaxValue, TrimmedMean.OfMidpoints([new(double.MaxValue, double.MaxValue), new(double.MaxValue, double.MaxValue)], 0));
        Assert.Equal(double.MaxValue, TrimmedMean.Of([double.MaxValue, double.MaxValue, double.MaxValue], 0));
        Assert.Equal(double.MaxValue, Median.Of([double.MaxValue, double.MaxValue]));
        Assert.Equal(1e300, TrimmedMean.Of([double.MaxValue, 3e300, -double.MaxValue], 0));
        // low + high is within half an ulp of the largest double: the rounding error of the sum must not overflow.
        Interval[] nearlyAll = [new(-2.9051741993915454E+307, double.MaxValue), new(0, 0), new(-1, 1)];
        Assert.Equal((double.MaxValue - 2.9051741993915454E+307) / 6, TrimmedMean.OfMidpoints(nearlyAll, 0), 1e295);
        double tiny = double.Epsilon;
        Assert.Equal(tiny, BrooksIyengar.Estimate([new(tiny, tiny), new(tiny, 3 * tiny)], 0));
    }

    private static readonly Gen<double> AnyFinite = Gen.Long.Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite);

    private static readonly double[] Magnitudes = [0.1, -0.1, 1e16, -1e16, 1.0, -1.0, 3e-5, -3e-5, 0.30000000000000004, -0.3, 1e300, -1e300];

    /// <summary>Few magnitudes and both signs: sums that cancel to the last bit.</summary>
    private static readonly Gen<double> Hostile =
        Gen.OneOf(Gen.Int[0, 11].Select(k => Magnitudes[k]), Gen.Double[-1, 1]);

    /// <summary>m 2^-1074: every double and every sum of them, exactly.</summary>
    private readonly record struct Rational(BigInteger Units)
    {
        public static Rational Of(double value)
        {
            long bits = BitConverter.DoubleToInt64Bits(value);
            int exponent = (int)(bits >> 52 & 0x7FF);
            long fraction = bits & 0xFFFFFFFFFFFFF;
            BigInteger units = exponent == 0 ? fraction : new BigInteger(fraction | 1L << 52) << (exponent - 1);
            return new Rational(bits < 0 ? -units : units);
        }

        /// <summary>Is this within 1e-12 relative of sum / divisor, or within half the smallest double?</summary>
        public bool IsNear(Rational sum, int divisor)
        {
            BigInteger error = BigInteger.Abs((Units * divisor) - sum.Units);
            return error * 1_000_000_000_000 <= BigInteger.Abs(sum.Units) || error <= divisor;
        }

        public static Rational operator +(Rational a, Rational b) => new(a.Units + b.Units);

        public static Rational operator -(Rational a, Rational b) => new(a.Units - b.Units);

        public static bool operator <=(Rational a, Rational b) => a.Units <= b.Units;

        public static bool operator >=(Rational a, Rational b) => a.Units >= b.Units;

        public static bool operator <(Rational a, Rational b) => a.Units < b.Units;

        public static bool operator >(Rational a, Rational b) => a.Units > b.Units;
    }
}
