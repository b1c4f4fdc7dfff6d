using System.Text;
using C3Fusion.Node.Demo;
using C3Fusion.Replica;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary>The running system under attack: hostile messages, a box that dies, more liars than were assumed.</summary>
[Collection(nameof(DemoCollection))]
public sealed class DemoAttackTests
{
    [Fact]
    public async Task Hostile_messages_are_each_refused_counted_and_shown_and_nobody_honest_is_accused()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        DemoOptions options = DemoOptions.Default with { DurationUs = 26_000_000, Seed = 11, Liars = [], Traitor = null };
        await using DemoRun run = await DemoRun.StartAsync(options, cancellation);
        await using MqttListener client = await MqttListener.ConnectAsync(run.Broker, "c3/v1/nodes/node-1/#");
        Task running = run.RunAsync(null, cancellation);

        int radar = run.Roster.IndexOfSensor("radar-1"), satellite = run.Roster.IndexOfSensor("sat-3");
        Ed25519Signer radarsKey = run.Exercise.SensorKeys[radar], satellitesKey = run.Exercise.SensorKeys[satellite];
        string cluster = run.Roster.ClusterId;
        byte[] Sealed(string sensor, Ed25519Signer key, string payload) => JwsEnvelope.Seal(ScanHeader.Of(sensor, cluster).Write(), Encoding.UTF8.GetBytes(payload), key);
        string Scan(string sensor, long boot, long sequence, string x) =>
            $$"""{"sensor":"{{sensor}}","boot":{{boot}},"seq":{{sequence}},"t":{{Now()}},"kind":"tracks","tracks":[{"k":1,"x":{{x}},"y":0,"z":5000}]}""";

        // A forged signature: radar-1's scan under the satellite's key.
        await client.PublishAsync(Topics.Scans("radar-1"), Sealed("radar-1", satellitesKey, Scan("radar-1", 9_000_000_000, 1, "1000")));
        // Not a number, signed by the sensor itself; JSON has no NaN, so it comes as a number too large for a double.
        await client.PublishAsync(Topics.Scans("radar-1"), Sealed("radar-1", radarsKey, Scan("radar-1", 9_000_000_000, 1, "1e999")));
        await client.PublishAsync(Topics.Scans("radar-1"), Sealed("radar-1", radarsKey, Scan("radar-1", 9_000_000_000, 1, "NaN")));
        // Ten megabytes.
        await client.PublishAsync(Topics.Scans("radar-3"), new byte[10 << 20]);
        // A sensor that nobody knows.
        await client.PublishAsync(Topics.Scans("radar-66"), Sealed("radar-66", radarsKey, Scan("radar-66", 1, 1, "0")));

        static long Count(System.Text.Json.JsonElement json, string name) => json.TryGetProperty(name, out var count) ? count.GetInt64() : 0;
        var trust = await client.Until(Topics.SensorTrust("node-1", "radar-1"), json => Count(json, "refusedBadSignature") == 1 && Count(json, "refusedNonFinite") + Count(json, "refusedMalformed") == 2, 15);
        Assert.Equal(3, Count(trust, "refused"));
        await client.Until(Topics.SensorTrust("node-1", "radar-3"), json => Count(json, "refusedTooLarge") == 1, 15);
        await client.Until(Topics.NodeState("node-1"), json => Count(json, "refusedUnknownSensor") >= 1, 15);

        // A sequence number from long ago, under the sensor's own key: once the sensor has gone far enough past it.
        await client.Until(Topics.SensorTrust("node-1", "sat-3"), json => Count(json, "accepted") > ScanGate.Memory + 1, 40);
        long boot = run.Recorder.Read(_ => run.Roster.Timing.Start.Microseconds / Instant.MicrosecondsPerSecond);
        await client.PublishAsync(Topics.Scans("sat-3"), Sealed("sat-3", satellitesKey, Scan("sat-3", boot, 1, "0")));
        await client.Until(Topics.SensorTrust("node-1", "sat-3"), json => Count(json, "refusedReplayed") == 1, 15);
        // And one of a boot before this one.
        await client.PublishAsync(Topics.Scans("sat-3"), Sealed("sat-3", satellitesKey, Scan("sat-3", boot - 1, 1, "0")));
        await client.Until(Topics.SensorTrust("node-1", "sat-3"), json => Count(json, "refusedRolledBack") == 1, 15);

        await running;
        DemoSummary summary = run.Summarize();
        Assert.True(summary.Failures.IsEmpty, summary.ToJson());
        Assert.Empty(summary.Accused);
        Assert.Empty(summary.Equivocators);
        Assert.True(summary.Slots >= 24, summary.ToJson());
        Assert.True(summary.TracksPublished >= 10, summary.ToJson());
        Assert.Equal(0, summary.AssuredOutside);
        foreach (string reason in new[] { "BadSignature", "TooLarge", "Replayed", "RolledBack" }) Assert.Equal(4, summary.Refused[reason]);
    }

    [Fact]
    public async Task When_the_box_of_node_1_that_hosts_the_replica_dies_the_others_go_on_and_node_1_catches_up()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        DemoOptions options = DemoOptions.Default with { DurationUs = 44_000_000, Seed = 12 };
        await using DemoRun run = await DemoRun.StartAsync(options, cancellation);
        Task running = run.RunAsync(null, cancellation);
        long Applied(int node) => run.Recorder.Read(nodes => nodes[node].PictureHashes.Count == 0 ? -1 : nodes[node].PictureHashes.Keys.Max());
        await Until(() => Applied(0) >= 21, 40, "node-1 applied slot 21");

        long before = Applied(0);
        long died = Now();
        await run.KillReplicaBoxAsync(0);
        await Until(() => run.Recorder.Read(nodes => nodes[0].Boxes.Count) == 2, 10, "the replica moved");
        TestContext.Current.SendDiagnosticMessage($"the replica moved in {(Now() - died) / 1000} ms");
        Assert.Equal(["box-1", "box-2"], run.Recorder.Read(nodes => nodes[0].Boxes.ToArray()));
        Assert.True(Applied(1) > before + 2 && Applied(2) > before + 2, "the others went on meanwhile");
        await Until(() => Applied(0) >= Applied(1) - 2 && Applied(0) > before + 4, 20, "node-1 caught up", () => run.Recorder.Read(nodes => $"{Applied(0)} of {Applied(1)}; {nodes[0].Counters}; {string.Join(" ", nodes[0].Standing)}; {string.Join(" ", nodes[0].Vitals!.Links)}; {string.Join(" ", nodes[0].Vitals!.Inboxes)}; {nodes[0].LastDecision}; {nodes[0].Stopped}; peers {nodes[1].Counters}"));
        await running;

        DemoSummary summary = run.Summarize();
        Assert.True(summary.Failures.IsEmpty, summary.ToJson());
        Assert.Equal(["node-4"], summary.Equivocators);
        Assert.True(summary.DecisionsEqual && summary.PicturesEqual, summary.ToJson());
        // It decides again in its own name at the end: not only by adoption.
        Assert.Contains(run.Recorder.Read(nodes => nodes[0].Decisions.Values.TakeLast(8).ToArray()), decision => decision.Basis >= DecisionBasis.FinalSuspect && decision.Detail is null);
    }

    [Fact]
    public async Task With_more_liars_than_assumed_nothing_is_assured_at_a_wrong_place_and_the_alarm_is_raised()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        DemoOptions options = DemoOptions.Default with { DurationUs = 24_000_000, Seed = 13, Traitor = null, Liars = ["radar-1", "radar-2", "radar-3"], Lies = ["independent=500m"] };
        await using DemoRun run = await DemoRun.StartAsync(options, cancellation);
        await run.RunAsync(null, cancellation);
        DemoSummary summary = run.Summarize();
        Assert.Equal(0, summary.AssuredOutside);
        Assert.Contains(summary.Alarms, alarm => alarm.Kind == nameof(AlarmKind.AgreedSensorAlarm) && alarm.Nodes.Length == 4);
        Assert.True(summary.DecisionsEqual && summary.PicturesEqual, summary.ToJson());
    }

    private static long Now() => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / 10;

    private static async Task Until(Func<bool> condition, int seconds, string what, Func<string>? found = null)
    {
        long limit = Now() + (seconds * 1_000_000L);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!condition())
        {
            Assert.True(Now() < limit, $"not within {seconds} s: {what}; {found?.Invoke()}");
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
