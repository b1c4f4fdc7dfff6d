using C3Fusion.Fusion.Estimators;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The hot paths allocate nothing.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(64)]
    public void Fusion_allocates_nothing(int n)
    {
        Interval[] intervals = [.. Enumerable.Range(0, n).Select(i => new Interval(-1 - (i % 7), 1 + (i % 5)))];
        double[] values = [.. intervals.Select(i => i.Midpoint)];
        var regions = new Interval[64];
        var joint = new Interval[2];
        var perAxis = new Interval?[2];
        int[] strengths = new int[64];
        int f = (n - 1) / 3;
        double sum = 0;
        void Everything()
        {
            sum += IntervalFusion.Fuse(intervals, f, regions).MaxOverlap;
            sum += IntervalFusion.Marzullo(intervals, f)!.Value.Low + IntervalFusion.FaultTolerant(intervals, f)!.Value.High;
            sum += TrimmedMean.Of(values, f) + TrimmedMean.OfMidpoints(intervals, f) + Median.Of(values) + BrooksIyengar.Estimate(intervals, f)!.Value;
            sum += TrimmedMean.Certificate(intervals, f).Low + IntervalFusion.MaxOverlap(intervals);
            IntervalFusion.AccusationStrengths(intervals, strengths);
            sum += JointBoxes.Fuse(intervals, 2, f / 2, joint, perAxis).MaxOverlap;
        }

        for (int warm = 0; warm < 100; warm++) Everything();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int k = 0; k < 100; k++) Everything();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(double.IsFinite(sum));
    }
}
