using Xunit;

namespace C3Fusion.Rosters.Tests;

public sealed class RosterRulesTests
{
    private static readonly Roster Sound = TestRosters.Sound();

    private static void Refused(Roster roster, string because)
    {
        Assert.Contains(RosterRules.Violations(roster), violation => violation.Contains(because, StringComparison.Ordinal));
        Assert.Null(RosterBytes.Read(RosterBytes.Write(roster)));
    }

    [Fact]
    public void A_sound_roster_breaks_no_rule() => Assert.Empty(RosterRules.Violations(Sound));

    [Fact]
    public void Numbers_that_contradict_each_other_are_refused()
    {
        Refused(Sound with { FaultyNodes = 3 }, "n-2 = 2");
        Refused(Sound with { FaultySensors = 5 }, "below the number of sensors");
        Refused(Sound with { HopDiameter = 0 }, "hop diameter");
        Refused(Sound with { Timing = Sound.Timing with { PeriodUs = 599_999 } }, "shorter than (T+1)R = 600000 us");
        Assert.Empty(RosterRules.Violations(Sound with { Timing = Sound.Timing with { PeriodUs = 600_000 } }));
        Refused(Sound with { Timing = Sound.Timing with { RoundUs = 0 } }, "longer than nothing");
        Refused(Sound with { Timing = Sound.Timing with { ClockGuardUs = 150_000 } }, "shorter than a round");
        Refused(Sound with { Timing = Sound.Timing with { PeriodUs = long.MaxValue } }, "at most a day");
        Refused(Sound with { Timing = Sound.Timing with { Start = new Instant(long.MaxValue) } }, "T0");
        Refused(Sound with { Timing = Sound.Timing with { Start = new Instant(long.MinValue) } }, "T0");
        Refused(Sound with { MaxAccelerationMps2 = 0 }, "acceleration");
        Refused(Sound with { Datum = new GeodeticPosition(91, 0, 0) }, "latitude");
        Refused(Sound with { Epoch = -1 }, "epoch");
        Refused(Sound with { ClusterId = "" }, "cluster id");
    }

    [Fact]
    public void Names_and_keys_are_unique_and_names_fit_topics()
    {
        Refused(Sound with { Nodes = Sound.Nodes.With(1, Sound.Nodes[1] with { Name = "node-1" }) }, "named twice");
        Refused(Sound with { Nodes = Sound.Nodes.With(1, Sound.Nodes[1] with { Key = Sound.Nodes[0].Key }) }, "a key that another entry has");
        Refused(Sound with { Sensors = Sound.Sensors.With(1, Sound.Sensors[1] with { Key = Sound.Nodes[0].Key }) }, "a key that another entry has");
        Refused(Sound with { Nodes = Sound.Nodes.With(1, Sound.Nodes[1] with { Name = "node/+" }) }, "a name has");
        Refused(Sound with { Nodes = Sound.Nodes.With(1, Sound.Nodes[1] with { Name = "Node-2" }) }, "a name has");
        Refused(Sound with { Sensors = Sound.Sensors.With(1, Sound.Sensors[1] with { Id = "" }) }, "a name has");
    }

    [Theory]
    [InlineData(0, 300, 5, 4, 0, 0.9, 0, 1)]
    [InlineData(301, 300, 5, 4, 0, 0.9, 0, 1)]
    [InlineData(30, 300, 0, 4, 0, 0.9, 0, 1)]
    [InlineData(30, 300, 5, -1, 0, 0.9, 0, 1)]
    [InlineData(30, 300, 5, 4, -1, 0.9, 0, 1)]
    [InlineData(30, 300, 5, 4, 0, 0, 0, 1)]
    [InlineData(30, 300, 5, 4, 0, 1.1, 0, 1)]
    [InlineData(30, 300, 5, 4, 0, 0.9, -1, 1)]
    [InlineData(30, 300, 5, 4, 0, 0.9, 0, 0)]
    public void A_sensor_with_an_impossible_error_model_is_refused(double sigma, double cap, double velocity, double k, double bias, double pd, double coverage, long period)
    {
        SensorEntry sensor = Sound.Sensors[0] with
        {
            SigmaPositionM = sigma,
            SigmaPositionCapM = cap,
            SigmaVelocityMps = velocity,
            BoundK = k,
            BiasCapM = bias,
            DetectionProbability = pd,
            CoverageRangeM = coverage,
            ScanPeriodUs = period,
        };
        Assert.NotEmpty(RosterRules.Violations(Sound with { Sensors = Sound.Sensors.With(0, sensor) }));
    }

    [Fact]
    public void A_changed_copy_has_its_own_hash()
    {
        Hash256 hash = Sound.Hash;
        Assert.NotEqual(hash, (Sound with { FaultyNodes = 2 }).Hash);
        Assert.NotEqual(Sound, Sound with { FaultyNodes = 2 });
        Assert.Equal(hash, (Sound with { }).Hash);
    }
}
