using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using C3Fusion.Exercises;
using C3Fusion.Fusion.Tracking;
using Xunit;

namespace C3Fusion.Fusion.Tests.Tracking;

/// <summary>Equal reports give an equal picture, bit for bit, whatever the order in which they came and on whatever machine.</summary>
public sealed class TrackerDeterminismTests
{
    private static readonly TrackedExercise Attacked = TrackedExercise.Of(Exercise.Generate(Catalogue.Attack("slowdrift", 5, "R2", "S1") with { Scans = 80 }));

    [Fact]
    public void The_order_of_reports_with_equal_time_does_not_matter()
    {
        List<SystemTrack[]> expected = Attacked.Run().Pictures;
        var random = new Random(7);
        for (int trial = 0; trial < 3; trial++)
        {
            TrackReport[] shuffled = [.. Attacked.Reports];
            random.Shuffle(shuffled);
            Equal(expected, (Attacked with { Reports = shuffled }).Run().Pictures);
        }
    }

    [Fact]
    public void What_comes_later_does_not_change_what_was_said()
    {
        List<SystemTrack[]> whole = Attacked.Run().Pictures;
        List<SystemTrack[]> cut = (Attacked.Without(r => r.TimeUs > 50 * TrackedExercise.Second) with { Scans = 51 }).Run().Pictures;
        Equal(whole[..51], cut);
    }

    [Fact]
    public void A_fork_goes_on_as_the_original_does_and_leaves_it_alone()
    {
        List<SystemTrack[]> expected = Attacked.Run().Pictures;
        ILookup<long, TrackReport> byScan = Attacked.Reports.ToLookup(r => r.TimeUs / TrackedExercise.Second);
        ITracker tracker = new Tracker(Attacked.Sensors, new TrackerOptions(2));
        var picture = new List<SystemTrack>();
        for (int scan = 0; scan < Attacked.Scans; scan++)
        {
            ITracker fork = tracker.Fork()!;
            foreach (TrackReport report in byScan[scan]) fork.Offer(in report);
            fork.CloseScan(scan * TrackedExercise.Second, picture);
            Assert.Equal(expected[scan], picture);
            if (scan % 2 == 0)
            {
                // The original is still where it was: it makes the same of the same reports.
                foreach (TrackReport report in byScan[scan]) tracker.Offer(in report);
                tracker.CloseScan(scan * TrackedExercise.Second, picture);
                Assert.Equal(expected[scan], picture);
            }
            else
            {
                tracker = fork;
            }
        }
    }

    [Fact]
    public void The_picture_has_the_recorded_hash()
    {
        // Changes with the tracker's parameters: then the new one is right if all other tests hold.
        string hash = Hash(Attacked.Run().Pictures);
        Assert.True(hash == GoldenHash, $"the picture's hash is {hash}");
    }

    private const string GoldenHash = "0a259bfe8c5a0723c8c367cc4737535e9e1c8cf6152f1922e35969bd9d1f6d82";

    private static string Hash(List<SystemTrack[]> pictures)
    {
        var text = new StringBuilder();
        foreach (SystemTrack t in pictures.SelectMany(p => p))
        {
            text.Append(CultureInfo.InvariantCulture, $"{t.TimeUs} {t.Number} {t.Assurance} {t.Sensors} {t.Rejected} {t.Support}");
            foreach (Enu v in new[] { t.Position, t.Velocity, t.Low, t.High, t.StatLow, t.StatHigh })
                text.Append(CultureInfo.InvariantCulture, $" {BitConverter.DoubleToInt64Bits(v.X)} {BitConverter.DoubleToInt64Bits(v.Y)} {BitConverter.DoubleToInt64Bits(v.Z)}");
            text.Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Equal(List<SystemTrack[]> expected, List<SystemTrack[]> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int scan = 0; scan < expected.Count; scan++) Assert.Equal(expected[scan], actual[scan]);
    }
}
