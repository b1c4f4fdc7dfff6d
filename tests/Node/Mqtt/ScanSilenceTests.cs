using System.Collections.Immutable;
using C3Fusion.Node.Cluster;
using C3Fusion.Node.Mqtt;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Node.Tests.Mqtt;

/// <summary>Who hears no scan is found out, and nobody else.</summary>
public sealed class ScanSilenceTests
{
    private readonly ScanSilence _silence = new(10_000_000);

    [Fact]
    public void A_box_is_deaf_when_none_of_its_sensors_was_heard_for_so_long()
    {
        for (int second = 0; second <= 10; second++)
        {
            Report("box-1", "radar-1", 5, second);
            Report("box-1", "radar-2", 0, second);
            Report("box-2", "radar-3", second, second);
            Assert.Empty(_silence.Look(At(second)));
        }

        Report("box-1", "radar-1", 5, 11);
        Report("box-2", "radar-3", 11, 11);
        Assert.Equal([("box-1", true, 11.0)], _silence.Look(At(11)));
        Assert.Equal(["box-1"], _silence.Deaf);
        Assert.Empty(_silence.Look(At(12)));
        Report("box-1", "radar-2", 1, 12);
        Assert.Equal([("box-1", false, 0.0)], _silence.Look(At(12)));
        Assert.Empty(_silence.Deaf);
    }

    [Fact]
    public void What_is_refused_was_heard()
    {
        for (int second = 0; second < 30; second++)
        {
            _silence.Take(new IngestReport("radar-1", "box-1", 0, ImmutableSortedDictionary<string, long>.Empty.Add("BadSignature", second)), At(second));
            Assert.Empty(_silence.Look(At(second)));
        }
    }

    [Fact]
    public void A_box_that_died_is_not_deaf()
    {
        for (int second = 0; second < 12; second++) Report("box-1", "radar-1", 5, second);
        Assert.Single(_silence.Look(At(11)));
        Assert.Equal([("box-1", false, 20.0)], _silence.Look(At(20)));
        Assert.Empty(_silence.Look(At(40)));
    }

    private void Report(string box, string sensor, long accepted, int second) =>
        _silence.Take(new IngestReport(sensor, box, accepted, ImmutableSortedDictionary<string, long>.Empty), At(second));

    private static Instant At(int second) => new(1_800_000_000_000_000 + (second * 1_000_000L));
}
