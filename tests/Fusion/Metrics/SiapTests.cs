using System.Text.Json;
using C3Fusion.Fusion.Metrics;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Metrics;

public sealed class SiapTests
{
    [Fact]
    public void The_reference_values_hold()
    {
        JsonElement reference = SharedFiles.Json("simulation/sim-vectors.json").GetProperty("siap");
        var siap = new SiapAccumulator();
        foreach (JsonElement step in reference.GetProperty("steps").EnumerateArray())
        {
            siap.BeginScan(step.GetProperty("t").GetInt64() * 1_000_000, step.GetProperty("N").GetInt32());
            foreach (long truth in new long[] { 'A', 'B' }) siap.ObserveTruth(truth);
            foreach (JsonElement pair in step.GetProperty("assoc").EnumerateArray()) siap.Associate(pair[0].GetString()![0], pair[1].GetString()![0], 0, 0);
        }

        Siap result = siap.Result();
        Assert.Equal(reference.GetProperty("completeness").GetDouble(), result.Completeness, 1e-9);
        Assert.Equal(reference.GetProperty("ambiguity").GetDouble(), result.Ambiguity, 1e-9);
        Assert.Equal(reference.GetProperty("spuriousness").GetDouble(), result.Spuriousness, 1e-9);

        // A: track 1 in scans 0-1, then 3 in 1-2: two tracks cover 2 s, the longest 1 s of 2. B: track 2 for 1 s of 2.
        Assert.Equal((2 - 1 + 0) / 3.0, result.TrackNumberChangeRate);
        Assert.Equal((1 + 1) / 4.0, result.LongestTrackSegment);
    }

    [Fact]
    public void Nothing_at_all_follows_the_convention()
    {
        Assert.Equal(new Siap(0, 1, 0, null, null, null, null), new SiapAccumulator().Result());
    }

    [Fact]
    public void Errors_are_means_over_associations()
    {
        var siap = new SiapAccumulator();
        siap.BeginScan(0, 3);
        siap.ObserveTruth(1);
        siap.Associate(1, 7, 10, 2);
        siap.Associate(1, 8, 30, double.NaN);
        Siap result = siap.Result();
        Assert.Equal((20.0, 2.0), (result.PositionAccuracy, result.VelocityAccuracy));
        Assert.Equal((2.0, 1 / 3.0), (result.Ambiguity, result.Spuriousness));
    }

    /// <summary>The greedy cover against an exhaustive one: at each tracked scan, one of the tracks that hold it must be chosen, and a choice lasts while its segment does.</summary>
    [Fact]
    public void The_number_of_tracks_needed_is_the_smallest() =>
        Gen.Int[0, 7].Array[1, 9].Sample(
            masks =>
            {
                var siap = new SiapAccumulator();
                for (int scan = 0; scan < masks.Length; scan++)
                {
                    siap.BeginScan(scan * 1_000_000L, 3);
                    siap.ObserveTruth(5);
                    for (int track = 0; track < 3; track++)
                    {
                        if ((masks[scan] & (1 << track)) != 0) siap.Associate(5, track, 0, 0);
                    }
                }

                int needed = FewestChanges(masks, 0, -1);
                int seconds = masks.Zip(masks.Skip(1)).Count(pair => (pair.First & pair.Second) != 0);
                double? expected = seconds == 0 ? null : Math.Max(0, needed - 1) / (double)seconds;
                return siap.Result().TrackNumberChangeRate == expected;
            },
            iter: 5_000);

    private static int FewestChanges(int[] masks, int scan, int current)
    {
        if (scan == masks.Length) return 0;
        if (masks[scan] == 0) return FewestChanges(masks, scan + 1, -1);
        int best = int.MaxValue;
        for (int track = 0; track < 3; track++)
        {
            if ((masks[scan] & (1 << track)) != 0) best = Math.Min(best, (track == current ? 0 : 1) + FewestChanges(masks, scan + 1, track));
        }

        return best;
    }
}
