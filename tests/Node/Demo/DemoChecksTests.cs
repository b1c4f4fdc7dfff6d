using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Node.Cluster;
using C3Fusion.Node.Demo;
using C3Fusion.Replica;
using C3Fusion.Replica.Pictures;
using C3Fusion.Rosters;
using C3Fusion.Sim;
using C3Fusion.Sim.Worlds;
using Xunit;

namespace C3Fusion.Node.Tests.Demo;

/// <summary>Each thing that can go wrong in a demo makes it fail, with a line that says so; without it the same demo holds.</summary>
public sealed class DemoChecksTests : IDisposable
{
    private const long Second = 1_000_000;
    private static readonly Instant Start = new(1_800_000_000 * Second);

    private readonly ExerciseRoster _exercise = ExerciseRoster.Build(3, 4, Start, default);
    private readonly World _world = BuiltInScenario.Draw(3, Start, 100 * Second);
    private readonly DemoRecorder _recorder;
    private readonly TruthCheck _truth;
    private DemoObservations _seen;

    public DemoChecksTests()
    {
        _recorder = new DemoRecorder(_exercise.Roster, node => node != 3);
        _truth = new TruthCheck(_world);
        _seen = new DemoObservations
        {
            Options = DemoOptions.Default with { Traitor = null, Liars = [] },
            Roster = _exercise.Roster,
            Recorder = _recorder,
            Truth = _truth,
            ElapsedUs = 30 * Second,
            SensorFailure = null,
            ScansPublished = [.. _exercise.Roster.Sensors.Select(_ => 30L)],
            ScansLost = [.. _exercise.Roster.Sensors.Select(_ => 0L)],
            Jammed = [1, 2],
            FramesJammed = [0, 40, 40, 0],
        };
        for (int node = 0; node < 3; node++)
        {
            for (long slot = 0; slot < 20; slot++) Slot(node, slot, 'x', 'p');
            foreach (SensorEntry sensor in _exercise.Roster.Sensors) _recorder.Reported(node, new IngestReport(sensor.Id, "box-1", 30, ImmutableSortedDictionary<string, long>.Empty));
        }

        _truth.Check([TrackAt(Truth(10), 10)]);
    }

    public void Dispose() => _exercise.Dispose();

    [Fact]
    public void A_demo_in_which_all_held_does_not_fail() => Assert.Empty(Failures());

    [Fact]
    public void A_final_decision_that_changes_fails() => Fails("slot 4: node-1 decided", () => Slot(0, 4, 'y', 'p'));

    [Fact]
    public void A_picture_that_changes_fails() => Fails("slot 4: node-1 holds picture", () => Slot(0, 4, 'x', 'q'));

    [Fact]
    public void Undoing_what_is_final_fails() => Fails("node-2 undid what it had signed or held as final", () =>
    {
        _recorder.Observed(1, new ReplicaEffect.RolledBack(19, "a certificate"), Start);
        Slot(1, 19, 'x', 'p');
    });

    [Fact]
    public void A_node_that_stopped_fails() => Fails("node-3 stopped: its key is in other hands", () => _recorder.Observed(2, new ReplicaEffect.Stopped("its key is in other hands"), Start));

    [Fact]
    public void A_node_that_equivocates_towards_its_peers_fails_though_nobody_noticed() => Fails("slot 5: node-1 signed two different Decide", () =>
    {
        foreach (char value in "xy") _recorder.Said(0, new Statement(StatementKind.Decide, 5, 1, 0, [], [Outcome.Of(Hash(value))], default, []));
    });

    [Fact]
    public void What_the_traitor_says_is_not_judged()
    {
        Slot(3, 4, 'y', 'q');
        _recorder.Observed(3, new ReplicaEffect.Stopped("x"), Start);
        Assert.Empty(Failures());
    }

    [Fact]
    public void An_assured_box_without_truth_fails_while_no_more_lie_than_assumed()
    {
        _truth.Check([TrackAt(Truth(10) + new Enu(0, 0, 90_000), 10)]);
        Assert.Contains("1 Assured boxes held no truth, with 0 lying sensors where 2 are assumed", Failures());
        _seen = _seen with { Options = _seen.Options with { Liars = ["radar-1", "radar-2", "radar-3"] } };
        Assert.DoesNotContain(Failures(), failure => failure.Contains("held no truth", StringComparison.Ordinal));
    }

    [Fact]
    public void A_demo_without_a_single_track_fails()
    {
        _seen = _seen with { Truth = new TruthCheck(_world) };
        Assert.Equal(["no track was ever published"], Failures());
    }

    [Fact]
    public void A_sensor_that_published_nothing_fails() => Fails("radar-3 published no scan", () => _seen = _seen with { ScansPublished = _seen.ScansPublished.SetItem(2, 0) });

    [Fact]
    public void A_sensor_that_lost_its_broker_fails() => Fails("the broker did not take 40 of 70 scans of radar-3", () => _seen = _seen with { ScansLost = _seen.ScansLost.SetItem(2, 40) });

    [Fact]
    public void Sensors_that_ended_fail() => Fails("the sensors ended: out of memory", () => _seen = _seen with { SensorFailure = "out of memory" });

    [Fact]
    public void Scans_that_no_honest_node_took_fail() => Fails("no honest node accepted a scan of sat-3", () =>
    {
        for (int node = 0; node < 3; node++) _recorder.Reported(node, new IngestReport("sat-3", "box-1", 0, ImmutableSortedDictionary<string, long>.Empty));
    });

    [Fact]
    public void A_jammer_that_jammed_nothing_fails_once_its_time_had_come()
    {
        _seen = _seen with { FramesJammed = [0, 40, 0, 0] };
        Assert.Equal(["the link of node-3 was to be jammed and lost no frame"], Failures());
        _seen = _seen with { ElapsedUs = 8 * Second };
        Assert.Empty(Failures());
    }

    [Fact]
    public void A_demo_without_a_committed_plan_fails_once_its_time_had_come() => Fails("no plan was committed in 30 slots", () =>
    {
        for (long slot = 20; slot < 30; slot++)
        {
            for (int node = 0; node < 3; node++) Slot(node, slot, 'x', 'p');
        }
    });

    [Fact]
    public void A_demo_in_which_no_slot_became_final_fails()
    {
        var recorder = new DemoRecorder(_exercise.Roster, node => node != 3);
        for (int node = 0; node < 3; node++)
        {
            for (long slot = 0; slot < 20; slot++) Slot(recorder, node, slot, 'x', 'p', DecisionBasis.FinalSuspect);
            foreach (SensorEntry sensor in _exercise.Roster.Sensors) recorder.Reported(node, new IngestReport(sensor.Id, "box-1", 30, ImmutableSortedDictionary<string, long>.Empty));
        }

        _seen = _seen with { Recorder = recorder };
        Assert.Equal(["none of 20 slots became final"], Failures());
    }

    [Fact]
    public void A_node_that_did_not_take_part_fails()
    {
        for (long slot = 20; slot < 26; slot++)
        {
            for (int node = 0; node < 2; node++) Slot(node, slot, 'x', 'p');
        }

        Assert.Equal(["node-3 applied only 20 of 26 slots"], Failures());
    }

    [Fact]
    public void A_track_that_coasts_after_its_target_ended_holds_no_truth_and_is_no_breach()
    {
        long last = _world.Trajectories.Min(trajectory => trajectory.LastUs);
        Trajectory ended = _world.Trajectories.First(trajectory => trajectory.LastUs == last);
        (Enu position, Enu velocity) = ended.At(last);
        foreach ((long after, int outside) in new[] { (3 * Second, 0), (30 * Second, 1) })
        {
            var truth = new TruthCheck(_world);
            truth.Check([TrackAt(position + (velocity * (after / 1e6)), 0) with { TimeUs = last + after }]);
            Assert.Equal(outside, truth.AssuredOutside);
        }
    }

    private void Fails(string line, Action wrong)
    {
        wrong();
        Assert.Contains(line, Assert.Single(Failures()), StringComparison.Ordinal);
        Assert.Equal(1, DemoChecks.Summarize(_seen).ExitCode);
    }

    private string[] Failures() => [.. DemoChecks.Summarize(_seen).Failures];

    private void Slot(int node, long slot, char decision, char picture) => Slot(_recorder, node, slot, decision, picture, DecisionBasis.FinalSync);

    private static void Slot(DemoRecorder recorder, int node, long slot, char decision, char picture, DecisionBasis basis)
    {
        recorder.Observed(node, new ReplicaEffect.SlotDecided(new SlotDecision(slot, basis, 3, 1, [Outcome.Of(Hash(decision))], null)), Start);
        recorder.Observed(node, new ReplicaEffect.SlotApplied(slot, Hash(picture), basis, []), Start);
    }

    private static Hash256 Hash(char text) => Hash256.Of([(byte)text]);

    private Enu Truth(int second)
    {
        var states = new List<TargetState>();
        _world.At(Start.Plus(second * Second), states);
        return states[0].Position;
    }

    private static SystemTrack TrackAt(Enu position, int second)
    {
        var reach = new Enu(100, 100, 100);
        return new SystemTrack(Start.Microseconds + (second * Second), 1, position, default, Assurance.Assured, 2, 0xFF, 0, 8, position - reach, position + reach, position - reach, position + reach);
    }
}
