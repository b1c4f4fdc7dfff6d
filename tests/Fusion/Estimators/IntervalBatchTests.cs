using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The batch form gives what the single form gives.</summary>
public sealed class IntervalBatchTests
{
    [Fact]
    public void Each_lane_is_fused_as_it_would_be_alone() =>
        Gen.Int[1, 9].SelectMany(n => from f in Gen.Int[0, (n - 1) / 2] from count in Gen.Int[1, 11] from low in Gen.Int[-8, 8].Array[n * count] from width in Gen.Int[0, 9].Array[n * count] select (n, f, count, low, width)).Hold(t =>
        {
            double[] lows = [.. t.low.Select(x => x / 4.0)];
            double[] highs = [.. t.low.Zip(t.width, (l, w) => (l + w) / 4.0)];
            double[][] columns = [.. Enumerable.Range(0, 6).Select(_ => new double[t.count])];
            Fuse(lows, highs, t.n, t.count, t.f, columns);
            for (int target = 0; target < t.count; target++)
            {
                Interval[] one = [.. Enumerable.Range(0, t.n).Select(s => new Interval(lows[(s * t.count) + target], highs[(s * t.count) + target]))];
                Interval? m = IntervalFusion.Marzullo(one, t.f);
                Interval? fti = IntervalFusion.FaultTolerant(one, t.f);
                double mean = TrimmedMean.Clamped(one, t.f) ?? double.NaN;
                if (!columns[0][target].Equals(m?.Low ?? double.NaN) || !columns[1][target].Equals(m?.High ?? double.NaN)) return false;
                if (!columns[2][target].Equals(fti?.Low ?? double.NaN) || !columns[3][target].Equals(fti?.High ?? double.NaN)) return false;
                if (double.IsNaN(mean) ? !double.IsNaN(columns[4][target]) : Math.Abs(columns[4][target] - mean) > 1e-12) return false;
                if (columns[5][target] != IntervalFusion.MaxOverlap(one)) return false;
            }

            return true;
        });

    [Fact]
    public void A_target_with_an_invalid_interval_is_marked_and_its_neighbours_are_not()
    {
        double[] lows = [0, double.NaN, 0, 0, 0, 0, 0, 0, 5, 0];
        double[] highs = [1, 1, 1, 1, double.PositiveInfinity, 1, 1, 1, 1, 1];
        double[][] columns = [.. Enumerable.Range(0, 6).Select(_ => new double[5])];
        Fuse(lows, highs, 2, 5, 0, columns);
        Assert.Equal([2, 0, 2, 0, 0], columns[5]);
        Assert.Equal([0, double.NaN, 0, double.NaN, double.NaN], columns[0]);
        Assert.Equal([1, double.NaN, 1, double.NaN, double.NaN], columns[3]);
        Assert.Equal([0.5, double.NaN, 0.5, double.NaN, double.NaN], columns[4]);
    }

    [Fact]
    public void Columns_of_the_wrong_length_are_refused_and_empty_ones_left_out()
    {
        Assert.Throws<ArgumentException>(() => IntervalBatch.Fuse(new double[5], new double[6], 2, 3, 0, default));
        Assert.Throws<ArgumentException>(() => IntervalBatch.Fuse(new double[6], new double[6], 2, 3, 1, default));
        Assert.Throws<ArgumentException>(() => IntervalBatch.Fuse(new double[6], new double[6], 2, 3, 0, new IntervalBatch.Columns { MarzulloLow = new double[2] }));
        double[] overlap = new double[3];
        IntervalBatch.Fuse(new double[6], new double[6], 2, 3, 0, new IntervalBatch.Columns { MaxOverlap = overlap });
        Assert.Equal([2, 2, 2], overlap);
    }

    private static void Fuse(double[] lows, double[] highs, int n, int count, int f, double[][] columns) =>
        IntervalBatch.Fuse(lows, highs, n, count, f, new IntervalBatch.Columns { MarzulloLow = columns[0], MarzulloHigh = columns[1], FaultTolerantLow = columns[2], FaultTolerantHigh = columns[3], TrimmedMean = columns[4], MaxOverlap = columns[5] });
}
