using System.Collections.Immutable;
using C3Fusion.Fusion;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using C3Fusion.Sim.Lies;
using C3Fusion.Sim.Sensing;
using C3Fusion.Sim.Worlds;
using Xunit;

namespace C3Fusion.Sim.Tests;

public sealed class SimulatedSensorTests : IDisposable
{
    private const long Minute = 60_000_000;
    private static readonly Instant Start = new(1_763_815_000_000_000);
    private readonly ExerciseRoster _exercise = ExerciseRoster.Build(5, 4, Start, BuiltInScenario.Datum);
    private readonly World _world = BuiltInScenario.Draw(5, Start, 10 * Minute);

    public void Dispose() => _exercise.Dispose();

    [Fact]
    public void Errors_misses_and_false_alarms_are_those_that_are_registered()
    {
        foreach (SensorEntry entry in _exercise.Roster.Sensors)
        {
            var errors = new List<Enu>();
            int expected = 0, falseAlarms = 0;
            SimulatedSensor sensor = Sensor(entry.Id);
            for (int i = 0; i < 300; i++)
            {
                (SensorScan scan, List<TargetState> truth) = Next(sensor);
                expected += truth.Count;
                foreach (ScanTrack track in scan.Tracks)
                {
                    TargetState nearest = truth.MinBy(target => (target.Position - track.Position).Length);
                    if ((nearest.Position - track.Position).Length < 8 * entry.SigmaPositionM) errors.Add(track.Position - nearest.Position);
                    else falseAlarms++;
                }
            }

            var mean = errors.Aggregate(default(Enu), (sum, error) => sum + error) * (1.0 / errors.Count);
            Assert.InRange(Math.Max(Math.Abs(mean.X), Math.Max(Math.Abs(mean.Y), Math.Abs(mean.Z))), 0, entry.BiasCapM + (entry.SigmaPositionM * 0.05));
            double variance = errors.Sum(error => (error - mean).X * (error - mean).X) / errors.Count;
            Assert.InRange(Math.Sqrt(variance) / entry.SigmaPositionM, 0.95, 1.05);
            Assert.InRange(errors.Count / (double)expected, 0.88, 0.92);
            Assert.InRange(falseAlarms / 300.0, 0.7, 2.4);
        }
    }

    [Fact]
    public void A_radar_with_polar_errors_errs_less_along_the_beam_and_never_more_than_registered()
    {
        SensorEntry entry = _exercise.Roster.Sensors[0];
        var sensor = new SimulatedSensor(entry, SensorBehaviour.Radar with { Polar = true }, _world, 5, Start);
        Enu site = new LocalFrame(_world.Datum).ToLocal(entry.Position);
        double along = 0, across = 0;
        int count = 0;
        for (int i = 0; i < 300; i++)
        {
            (SensorScan scan, List<TargetState> truth) = Next(sensor);
            foreach (ScanTrack track in scan.Tracks)
            {
                TargetState nearest = truth.MinBy(target => (target.Position - track.Position).Length);
                Enu error = track.Position - nearest.Position, beam = nearest.Position - site;
                if (error.Length > 300) continue;
                double range = Math.Sqrt((beam.X * beam.X) + (beam.Y * beam.Y));
                double a = ((error.X * beam.X) + (error.Y * beam.Y)) / range, b = ((error.Y * beam.X) - (error.X * beam.Y)) / range;
                along += a * a;
                across += b * b / Math.Max(1e-9, Math.Min(1, range / 150_000) * Math.Min(1, range / 150_000));
                count++;
            }
        }

        Assert.InRange(Math.Sqrt(along / count), 13, 18); // 15 m and a bias of at most 10 m
        Assert.InRange(Math.Sqrt(across / count), 26, 80); // 30 m at the reference range; the bias weighs more near the radar
    }

    [Fact]
    public void Local_numbers_last_and_change_after_three_misses()
    {
        SensorEntry entry = _exercise.Roster.Sensors[0] with { DetectionProbability = 0.5 };
        var sensor = new SimulatedSensor(entry, SensorBehaviour.Radar with { FalseAlarmsPerScan = 0 }, _world, 5, Start);
        var lastSeen = new Dictionary<int, (string Number, int Scan)>();
        int renewed = 0;
        for (int i = 0; i < 200; i++)
        {
            (SensorScan scan, List<TargetState> truth) = Next(sensor);
            foreach (ScanTrack track in scan.Tracks)
            {
                int target = truth.MinBy(state => (state.Position - track.Position).Length).Target;
                if (lastSeen.TryGetValue(target, out (string Number, int Scan) before))
                {
                    bool same = before.Number == track.LocalTrack;
                    if (!same) renewed++;
                    Assert.Equal(i - before.Scan <= 3, same);
                }

                lastSeen[target] = (track.LocalTrack, i);
            }
        }

        Assert.True(renewed > 10);
    }

    [Fact]
    public void Scans_come_every_period_and_are_published_after_their_latency()
    {
        foreach (SensorEntry entry in _exercise.Roster.Sensors)
        {
            SimulatedSensor sensor = Sensor(entry.Id);
            SensorBehaviour behaviour = SensorBehaviour.Of(entry);
            Instant last = sensor.NextScan.Plus(-1_000_000);
            Assert.InRange(sensor.NextScan.Since(Start), 0, 999_999);
            for (int i = 1; i <= 20; i++)
            {
                SimulatedScan next = sensor.Scan();
                Assert.Equal(1_000_000, next.Scan.Time.Since(last));
                Assert.Equal(i, next.Scan.Sequence);
                Assert.InRange(next.PublishAt.Since(next.Scan.Time), behaviour.MinLatencyUs, behaviour.MaxLatencyUs);
                last = next.Scan.Time;
            }
        }
    }

    [Fact]
    public void A_sealed_scan_passes_the_verifier_whoever_lies()
    {
        var verifier = new ScanVerifier(_exercise.Roster);
        foreach (string lie in (string[])["bias=5km", "ghost", "drift", "slowdrift", "coordinated", "independent", "suppress", "freeze", "noise", "clock=-0.3s"])
        {
            SimulatedSensor sensor = Sensor("sat-1", lie);
            var publisher = new ScanPublisher("sat-1", _exercise.Roster.ClusterId, _exercise.SensorKeys[5]);
            for (int i = 0; i < 5; i++)
                Assert.Equal(ScanRefusal.None, verifier.Verify(publisher.Topic, publisher.Seal(sensor.Scan().Scan), out _));
        }
    }

    [Fact]
    public void A_biased_sensor_is_honest_but_for_its_vector()
    {
        (SimulatedSensor honest, SimulatedSensor liar) = (Sensor("radar-2"), Sensor("radar-2", "bias=5km"));
        Enu? shift = null;
        for (int i = 0; i < 50; i++)
        {
            ImmutableArray<ScanTrack> truthful = honest.Scan().Scan.Tracks, lying = liar.Scan().Scan.Tracks;
            Assert.Equal(truthful.Length, lying.Length);
            foreach ((ScanTrack was, ScanTrack said) in truthful.Zip(lying))
            {
                Enu moved = said.Position - was.Position;
                shift ??= moved;
                Assert.InRange((moved - shift.Value).Length, 0, 0.03);
                Assert.Equal(was.Velocity, said.Velocity);
            }
        }

        Assert.InRange(shift!.Value.Length, 4999.9, 5000.1);
    }

    [Fact]
    public void Two_liars_shift_apart_alone_and_together_when_they_collude()
    {
        Enu Shift(string id, string lie)
        {
            (SimulatedSensor honest, SimulatedSensor liar) = (Sensor(id), Sensor(id, lie));
            (ScanTrack was, ScanTrack said) = (honest.Scan().Scan.Tracks[0], liar.Scan().Scan.Tracks[0]);
            return said.Position - was.Position;
        }

        Assert.InRange((Shift("radar-2", "bias=5km") - Shift("radar-4", "bias=5km")).Length, 300, 10_001);
        Assert.InRange((Shift("radar-2", "coordinated") - Shift("radar-4", "coordinated")).Length, 0, 600);
    }

    [Fact]
    public void Colluding_ghosts_are_the_same_and_other_ghosts_are_not()
    {
        List<Enu> Ghosts(string id, string lie)
        {
            SimulatedSensor sensor = Sensor(id, lie);
            while (sensor.NextScan < Start.Plus(4_000_000)) sensor.Scan();
            return [.. sensor.Scan().Scan.Tracks.Where(track => track.LocalTrack.StartsWith("5000", StringComparison.Ordinal)).Select(track => track.Position)];
        }

        List<Enu> a = Ghosts("radar-2", "coordinated"), b = Ghosts("radar-3", "coordinated");
        Assert.Equal(5, a.Count);
        Assert.All(a.Zip(b), pair => Assert.InRange((pair.First - pair.Second).Length, 0, 800));
        Assert.Equal(3, Ghosts("radar-2", "ghost=3").Count);
        Assert.True((Ghosts("radar-2", "ghost")[0] - Ghosts("radar-3", "ghost")[0]).Length > 1000);
    }

    [Fact]
    public void Drifts_grow_at_their_rate_and_only_the_fast_one_says_so_in_its_velocities()
    {
        (Enu Shift, Enu Drag) After(string lie, long us)
        {
            (SimulatedSensor honest, SimulatedSensor liar) = (Sensor("radar-3"), Sensor("radar-3", lie));
            while (honest.NextScan < Start.Plus(us)) (_, _) = (honest.Scan(), liar.Scan());
            (ScanTrack was, ScanTrack said) = (honest.Scan().Scan.Tracks[0], liar.Scan().Scan.Tracks[0]);
            return (said.Position - was.Position, said.Velocity - was.Velocity);
        }

        Assert.InRange(After("drift=3.6km", Minute).Shift.Length, 1190, 1230);
        Assert.InRange(After("drift=3.6km", Minute).Drag.Length, 19.9, 20.1);
        Assert.InRange(After("drift=3.6km", 5 * Minute).Shift.Length, 3599, 3601);
        Assert.InRange(After("slowdrift=5mps", 2 * Minute).Shift.Length, 400, 800);
        Assert.InRange(After("slowdrift=5mps", 2 * Minute).Drag.Length, 0, 40); // only other noise
    }

    [Theory]
    [InlineData("bias", LieKind.Bias, 5000)]
    [InlineData("bias=5km", LieKind.Bias, 5000)]
    [InlineData("bias=500m", LieKind.Bias, 500)]
    [InlineData("Bias=0.5km", LieKind.Bias, 500)]
    [InlineData("independent", LieKind.Independent, 500)]
    [InlineData("ghost", LieKind.Ghost, 5)]
    [InlineData("ghost=12", LieKind.Ghost, 12)]
    [InlineData("drift", LieKind.Drift, 5000)]
    [InlineData("slowdrift", LieKind.SlowDrift, 5)]
    [InlineData("slowdrift=8mps", LieKind.SlowDrift, 8)]
    [InlineData("coordinated=2km", LieKind.Coordinated, 2000)]
    [InlineData("clock=-0.3s", LieKind.Clock, -0.3)]
    public void A_lie_reads_as_it_is_written(string text, LieKind kind, double size)
    {
        Assert.True(LieSpec.TryParse(text, out LieSpec spec, out _));
        Assert.Equal(new LieSpec(kind, size), spec);
    }

    [Theory]
    [InlineData("")]
    [InlineData("=5")]
    [InlineData("7")]
    [InlineData("lie")]
    [InlineData("bias=")]
    [InlineData("bias=-5km")]
    [InlineData("bias=NaN")]
    [InlineData("bias=1e400")]
    [InlineData("bias=5miles")]
    [InlineData("ghost=2.5")]
    [InlineData("freeze=3")]
    [InlineData("clock=0")]
    public void What_is_no_lie_is_refused_with_what_would_be_right(string text)
    {
        Assert.False(LieSpec.TryParse(text, out _, out string error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Equal_seeds_give_equal_scans_byte_for_byte()
    {
        byte[] Bytes(ulong seed) => ScanJson.Write(new SimulatedSensor(_exercise.Roster.Sensors[0], SensorBehaviour.Radar, _world, seed, Start).Scan().Scan);
        Assert.Equal(Bytes(1), Bytes(1));
        Assert.NotEqual(Bytes(1), Bytes(2));
    }

    private SimulatedSensor Sensor(string id, string? lie = null)
    {
        SensorEntry entry = _exercise.Roster.Sensors[_exercise.Roster.IndexOfSensor(id)];
        Lie? made = null;
        if (lie is not null)
        {
            Assert.True(LieSpec.TryParse(lie, out LieSpec spec, out string error), error);
            made = LieFactory.Make(spec, entry, _world, 5, Start, Start.Microseconds + (10 * Minute));
        }

        return new SimulatedSensor(entry, SensorBehaviour.Of(entry), _world, 5, Start, made);
    }

    private (SensorScan Scan, List<TargetState> Truth) Next(SimulatedSensor sensor)
    {
        var truth = new List<TargetState>();
        SensorScan scan = sensor.Scan().Scan;
        _world.At(scan.Time, truth);
        return (scan, truth);
    }
}
