using System.Text.Json;
using C3Fusion.Fusion.Estimators;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The interval vectors: brute force over exact rationals, made by others than this library.</summary>
public sealed class IntervalVectorTests
{
    [Fact]
    public void All_interval_cases_agree_bit_for_bit()
    {
        JsonElement cases = SharedData.Read("estimators/intervals.json").GetProperty("cases");
        Assert.Equal(250, cases.GetArrayLength());
        foreach (JsonElement item in cases.EnumerateArray())
        {
            JsonElement expected = item.GetProperty("expected");
            Interval[] intervals = SharedData.Intervals(item.GetProperty("intervals"));
            int f = item.GetProperty("f").GetInt32();
            Check(item.GetProperty("id").ToString(), intervals, f, expected);
            JsonElement bi = expected.GetProperty("brooksIyengar");
            if (bi.ValueKind != JsonValueKind.Null) CheckMean(BrooksIyengar.Estimate(intervals, f), bi.GetProperty("estimate"));
            CheckMean(TrimmedMean.OfMidpoints(intervals, f), expected.GetProperty("trimmedMeanOfMidpoints"));
            CheckMean(Median.OfMidpoints(intervals), expected.GetProperty("medianOfMidpoints"));
            CheckMean(TrimmedMean.Of([.. intervals.Select(i => i.Low)], f), expected.GetProperty("trimmedMeanOfLows"));
            CheckMean(TrimmedMean.Of([.. intervals.Select(i => i.High)], f), expected.GetProperty("trimmedMeanOfHighs"));
            Assert.Equal(SharedData.Number(expected.GetProperty("widthCap_2fPlus1_smallest")), intervals.Select(i => i.Width).Order().ElementAt(2 * f), 1e-12);
        }
    }

    [Fact]
    public void All_edge_cases_agree_bit_for_bit()
    {
        JsonElement cases = SharedData.Read("estimators/edge_cases.json").GetProperty("cases");
        foreach (JsonElement item in cases.EnumerateArray())
        {
            JsonElement expected = item.GetProperty("expected");
            Interval[] intervals = SharedData.Intervals(item.GetProperty("intervals"));
            int f = item.GetProperty("f").GetInt32();
            Check(item.GetProperty("name").GetString()!, intervals, f, expected);
            JsonElement bi = expected.GetProperty("brooksIyengarEstimate");
            if (bi.ValueKind == JsonValueKind.Null) Assert.Null(BrooksIyengar.Estimate(intervals, f));
            else CheckMean(BrooksIyengar.Estimate(intervals, f), bi);
        }
    }

    [Fact]
    public void The_canonical_Brooks_Iyengar_example_gives_683_over_260()
    {
        JsonElement item = SharedData.Read("estimators/brooks_iyengar_canonical.json").GetProperty("cases")[0];
        Interval[] intervals = SharedData.Intervals(item.GetProperty("intervals"));
        JsonElement expected = item.GetProperty("expected");
        Assert.Equal(683.0 / 260.0, BrooksIyengar.Estimate(intervals, 1)!.Value, 1e-15);
        Assert.Equal(SharedData.Interval(expected.GetProperty("interval")), IntervalFusion.Marzullo(intervals, 1));
        Assert.Equal(SharedData.Interval(expected.GetProperty("fti")), IntervalFusion.FaultTolerant(intervals, 1));
        Assert.Equal(5, IntervalFusion.MaxOverlap(intervals));
        Span<Interval> regions = stackalloc Interval[5];
        Assert.Equal(1, IntervalFusion.Regions(intervals, 0, regions));
        Assert.Equal(SharedData.Interval(expected.GetProperty("maxOverlapInterval")), regions[0]);
    }

    [Fact]
    public void The_selection_cases_of_ntpd_rs_follow_from_the_largest_overlap()
    {
        JsonElement cases = SharedData.Read("estimators/ntpdrs_select.json").GetProperty("cases");
        Span<Interval> regions = stackalloc Interval[64];
        foreach (JsonElement item in cases.EnumerateArray())
        {
            Interval[] intervals = SharedData.Intervals(item.GetProperty("intervals"));
            int n = intervals.Length;
            int selected = 0;
            int best = n == 0 ? 0 : IntervalFusion.MaxOverlap(intervals);
            if (best >= item.GetProperty("minAgreeing").GetInt32() && 2 * best > n)
            {
                // The points of largest coverage are C_f at f = n - best, and those who miss them are the falsetickers.
                IntervalFusionResult result = IntervalFusion.Fuse(intervals, n - best, regions);
                selected = n - System.Numerics.BitOperations.PopCount(result.Accused);
            }

            Assert.Equal(item.GetProperty("expectedSelected").GetInt32(), selected);
        }
    }

    private static void Check(string name, Interval[] intervals, int f, JsonElement expected)
    {
        Span<Interval> room = stackalloc Interval[64];
        IntervalFusionResult result = IntervalFusion.Fuse(intervals, f, room);
        Assert.Equal((name, SharedData.IntervalOrNull(expected.GetProperty("hull"))), (name, result.Marzullo));
        Assert.Equal((name, result.Marzullo), (name, IntervalFusion.Marzullo(intervals, f)));
        Assert.Equal((name, SharedData.IntervalOrNull(expected.GetProperty("fti"))), (name, result.FaultTolerant));
        Assert.Equal((name, result.FaultTolerant), (name, IntervalFusion.FaultTolerant(intervals, f)));
        Assert.Equal(SharedData.Intervals(expected.GetProperty("regions")), room[..result.RegionCount].ToArray());
        Assert.Equal(expected.GetProperty("maxOverlap").GetInt32(), result.MaxOverlap);
        Assert.Equal(expected.GetProperty("minFaulty").GetInt32(), result.MinFaulty);
        int[] accused = [.. Enumerable.Range(0, intervals.Length).Where(i => (result.Accused >> i & 1) != 0)];
        if (result.Status != FusionStatus.Alarm) Assert.Equal(SharedData.Indices(expected.GetProperty("certainlyFaulty")), accused);
        else Assert.Empty(accused);
        int[] strengths = new int[intervals.Length];
        IntervalFusion.AccusationStrengths(intervals, strengths);
        if (result.Status != FusionStatus.Alarm) Assert.Equal(accused, Enumerable.Range(0, intervals.Length).Where(i => strengths[i] > f));
    }

    private static void CheckMean(double? actual, JsonElement expected)
    {
        double value = SharedData.Number(expected);
        Assert.NotNull(actual);
        Assert.InRange(Math.Abs(actual.Value - value), 0, 1e-12 * Math.Abs(value));
    }
}
