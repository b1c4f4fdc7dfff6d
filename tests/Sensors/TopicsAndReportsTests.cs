using C3Fusion.Fusion;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Sensors.Tests;

public sealed class TopicsAndReportsTests
{
    [Fact]
    public void Topics_are_those_of_the_design()
    {
        Assert.Equal("c3/v1/sensors/radar-1/scans", Topics.Scans("radar-1"));
        Assert.Equal("c3/v1/sensors/radar-1/state", Topics.SensorState("radar-1"));
        Assert.Equal("c3/v1/nodes/node-1/state", Topics.NodeState("node-1"));
        Assert.Equal("c3/v1/nodes/node-1/picture/local/T17", Topics.LocalTrack("node-1", "T17"));
        Assert.Equal("c3/v1/nodes/node-1/picture/agreed/T17", Topics.AgreedTrack("node-1", "T17"));
        Assert.Equal("c3/v1/nodes/node-1/sensors/radar-1/trust", Topics.SensorTrust("node-1", "radar-1"));
        Assert.Equal("c3/v1/nodes/node-1/plans/p-1", Topics.Plan("node-1", "p-1"));
        Assert.Equal("c3/v1/nodes/node-1/decisions/latest", Topics.LatestDecision("node-1"));
        Assert.Equal("c3/v1/nodes/node-1/alarms", Topics.Alarms("node-1"));
        Assert.Equal("c3/v1/nodes/node-1/alarms/Equivocator/node-4", Topics.Alarm("node-1", "Equivocator", "node-4"));
        Assert.Equal("c3/v1/nodes/node-1/alarms/CatchingUp", Topics.Alarm("node-1", "CatchingUp", ""));
        Assert.Equal("c3/v1/nodes/node-1/alarms/Safety/a------b", Topics.Alarm("node-1", "Safety", "a/#+ \0\nb"));
        Assert.Equal("c3/v1/nodes/node-1/plans/refused", Topics.RefusedPlan("node-1"));
        Assert.Equal("c3/v1/exercise/links", Topics.ExerciseLinks);
        Assert.True(Topics.TryParseScans(Topics.Scans("Sat-3"), out string sensor));
        Assert.Equal("Sat-3", sensor);
    }

    [Theory]
    [InlineData("")]
    [InlineData("c3/v1/sensors//scans")]
    [InlineData("c3/v1/sensors/a+b/scans")]
    [InlineData("c3/v1/sensors/#/scans")]
    [InlineData("c3/v1/sensors/a/x/scans")]
    [InlineData("c3/v1/sensors/scans")]
    [InlineData("c3/v1/sensors/abcdefghijklmnopqrstuvwxyzabcdefg/scans")]
    [InlineData("/c3/v1/sensors/a/scans")]
    public void Nothing_else_is_a_scan_topic(string topic) => Assert.False(Topics.TryParseScans(topic, out _));

    [Fact]
    public void Local_ids_become_numbers_that_spell_them_or_their_digest()
    {
        Assert.Equal(1007UL, ReportConversion.LocalTrackNumber("1007"));
        Assert.Equal(0UL, ReportConversion.LocalTrackNumber("0"));
        Assert.NotEqual(7UL, ReportConversion.LocalTrackNumber("007"));
        // SHA-256("abc") = ba7816bf 8f01cfea ... (FIPS 180-4 example).
        Assert.Equal(0xba7816bf8f01cfeaUL, ReportConversion.LocalTrackNumber("abc"));
    }

    [Fact]
    public void A_sensor_counts_only_on_the_axes_that_the_roster_registers()
    {
        SensorScan scan = Exercise.Scan(tracks: [Exercise.Track()]);
        var reports = new List<TrackReport>();
        ReportConversion.Append(scan, 3, MeasuredAxes.All, 99, reports);
        ReportConversion.Append(scan, 3, MeasuredAxes.Horizontal, 99, reports);
        ReportConversion.Append(scan, 3, MeasuredAxes.Horizontal | MeasuredAxes.Velocity, 99, reports);
        Assert.Equal(new TrackReport(Exercise.Now.Microseconds, 99, 3, 42, new Enu(1000.5, -2000.25, 3000), new Enu(200, -10.5, 0), 30, 5, reports[0].IdentityHint), reports[0]);
        Assert.NotEqual(0UL, reports[0].IdentityHint);
        Assert.True(double.IsNaN(reports[1].Position.Z) && double.IsNaN(reports[1].Velocity.X));
        Assert.True(double.IsNaN(reports[2].Position.Z) && double.IsNaN(reports[2].Velocity.Z));
        Assert.Equal(200, reports[2].Velocity.X);
    }

    [Fact]
    public void Refusals_are_counted_by_reason()
    {
        var counters = new RefusalCounters();
        counters.Count(ScanRefusal.None);
        counters.Count(ScanRefusal.Duplicate);
        counters.Count(ScanRefusal.BadSignature);
        counters.Count(ScanRefusal.BadSignature);
        Assert.Equal(2, counters[ScanRefusal.BadSignature]);
        Assert.Equal(2, counters.Total);
    }
}
