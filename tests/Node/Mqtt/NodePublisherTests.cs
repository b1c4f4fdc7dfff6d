using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Akka.Actor;
using C3Fusion.Agreement;
using C3Fusion.Node.Cluster;
using C3Fusion.Node.Configuration;
using C3Fusion.Node.Ingest;
using C3Fusion.Node.Mqtt;
using C3Fusion.Node.Replicas;
using C3Fusion.Replica;
using C3Fusion.Replica.Plans;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using C3Fusion.Sim;
using Serilog.Core;
using Xunit;

namespace C3Fusion.Node.Tests.Mqtt;

/// <summary>What a node publishes, read back from a broker by another client.</summary>
public sealed class NodePublisherTests : IAsyncLifetime
{
    private const string Root = "c3/v1/nodes/node-1/";
    private const string Latest = Root + "decisions/latest";

    private readonly ActorSystem _system = ActorSystem.Create("publisher");
    private readonly ExerciseRoster _exercise = ExerciseRoster.Build(5, 4, SystemClock.Now.Plus(-1_000_000_000), default);
    private EmbeddedBroker _broker = null!;
    private BrokerClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await EmbeddedBroker.StartAsync(BrokerClient.FreePort());
        _client = await BrokerClient.ConnectAsync(_broker.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
        _exercise.Dispose();
    }

    [Fact]
    public async Task Alarms_are_counted_on_one_flat_topic_and_stand_each_on_one_of_its_own_until_they_end()
    {
        IActorRef publisher = Start();
        await _client.UntilJson(Root + "alarms", json => json.GetProperty("count").GetInt32() == 0 && json.GetProperty("latest").GetString() == "");

        var equivocator = new Alarm(AlarmKind.Equivocator, "node-4", "slot 3: it signed two values", 3);
        var missing = new Alarm(AlarmKind.CatchingUp, "", "7 slots are missing", 2);
        publisher.Tell(new ReplicaEffect.AlarmRaised(equivocator));
        publisher.Tell(new ReplicaEffect.AlarmRaised(missing));
        await _client.UntilJson(Root + "alarms", json => json.GetProperty("count").GetInt32() == 2);
        JsonElement all = Flat(Root + "alarms");
        Assert.Equal(("Equivocator,CatchingUp", "CatchingUp", "", "7 slots are missing", 2), (Sorted(all), all.GetProperty("latest").GetString(), all.GetProperty("subject").GetString(), all.GetProperty("detail").GetString(), all.GetProperty("slot").GetInt32()));
        await _client.UntilJson(Root + "alarms/CatchingUp", json => json.GetProperty("detail").GetString() == "7 slots are missing");
        await _client.UntilJson(Root + "alarms/Equivocator/node-4", json => json.GetProperty("subject").GetString() == "node-4" && json.GetProperty("slot").GetInt64() == 3);

        // It stands, and there is more to tell.
        publisher.Tell(new ReplicaEffect.AlarmRaised(missing with { Detail = "9 slots are missing", Slot = 4 }));
        await _client.UntilJson(Root + "alarms/CatchingUp", json => json.GetProperty("detail").GetString() == "9 slots are missing");
        publisher.Tell(new ReplicaEffect.AlarmCleared(missing));
        await _client.UntilText(Root + "alarms/CatchingUp", text => text == "");
        await _client.UntilJson(Root + "alarms", json => json.GetProperty("count").GetInt32() == 1 && json.GetProperty("latest").GetString() == "Equivocator");
        foreach (string topic in _client.Last.Keys) Flat(topic);
    }

    [Fact]
    public async Task An_alarm_that_a_former_box_left_at_the_broker_is_taken_away()
    {
        await _client.PublishAsync(Root + "alarms/Safety/plain", """{"v":1,"kind":"Safety","subject":"plain","detail":"x","slot":1}""", retain: true);
        Start();
        await _client.UntilText(Root + "alarms/Safety/plain", text => text == "");
    }

    [Fact]
    public async Task A_box_that_hears_no_scan_raises_an_alarm_until_it_hears_one()
    {
        IActorRef publisher = Start();
        var vitals = new ReplicaVitals([], [], 0, 0, 0);
        long accepted = 7;
        async Task Report(Func<bool> done)
        {
            await BrokerClient.Until(
                () =>
                {
                    publisher.Tell(new IngestReport("radar-1", "box-1", accepted, ImmutableSortedDictionary<string, long>.Empty));
                    publisher.Tell(vitals);
                    return done();
                },
                () => string.Join('\n', _client.Last));
        }

        const string topic = Root + "alarms/NoScans/box-1";
        await Report(() => _client.Last.GetValueOrDefault(topic, "").Contains("c3/v1/sensors/+/scans", StringComparison.Ordinal));
        await Report(() => _client.Last[Root + "state"].Contains("\"deafBoxes\":\"box-1\"", StringComparison.Ordinal));
        accepted++;
        await Report(() => ++accepted > 0 && _client.Last[topic].Length == 0);
        await Report(() => ++accepted > 0 && _client.Last[Root + "state"].Contains("\"deafBoxes\":\"\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_that_was_not_taken_is_told()
    {
        IActorRef publisher = Start();
        publisher.Tell(new ReplicaEffect.PlanRefused(default, "the text is too long"));
        await _client.UntilJson(Root + "plans/refused", json => json.GetProperty("detail").GetString() == "the text is too long");
    }

    [Fact]
    public async Task The_latest_decision_never_goes_back_to_an_older_slot()
    {
        IActorRef publisher = Start();
        publisher.Tell(new ReplicaEffect.SlotDecided(Decision(5, 3)));
        await _client.UntilJson(Latest, json => json.GetProperty("slot").GetInt64() == 5);
        publisher.Tell(new ReplicaEffect.SlotDecided(Decision(3, 4)));
        publisher.Tell(new ReplicaEffect.SlotDecided(Decision(5, 4)));
        await _client.UntilJson(Latest, json => json.GetProperty("strength").GetInt32() == 4);
        publisher.Tell(new ReplicaEffect.SlotDecided(Decision(6, 3)));
        await _client.UntilJson(Latest, json => json.GetProperty("slot").GetInt64() == 6);
        Assert.Equal([5, 5, 6], Slots());
    }

    [Fact]
    public async Task After_a_fail_over_the_former_boxs_decision_stays_until_there_is_a_newer_one()
    {
        await _client.PublishAsync(Latest, Left(_exercise.Roster.Hash.ToString(), 9), retain: true);
        IActorRef publisher = Start();
        for (long slot = 0; slot <= 10; slot++) publisher.Tell(new ReplicaEffect.SlotDecided(Decision(slot, 3)));
        await _client.UntilJson(Latest, json => json.GetProperty("slot").GetInt64() == 10);
        Assert.Equal([9, 10], Slots());
    }

    [Theory]
    [InlineData("another roster", 9)]
    [InlineData("a slot that has not begun", 1_000_000_000_000)]
    [InlineData("no number", 9.5)]
    public async Task What_no_former_box_can_have_left_silences_nobody(string why, double slot)
    {
        await _client.PublishAsync(Latest, Left(why == "another roster" ? new string('0', 64) : _exercise.Roster.Hash.ToString(), slot), retain: true);
        IActorRef publisher = Start();
        publisher.Tell(new ReplicaEffect.SlotDecided(Decision(2, 3)));
        await _client.UntilJson(Latest, json => json.GetProperty("slot").GetDouble() == 2);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"roster\":7,\"slot\":\"x\"}")]
    [InlineData("\0")]
    public async Task A_retained_decision_that_is_no_decision_is_replaced(string left)
    {
        await _client.PublishAsync(Latest, left, retain: true);
        IActorRef publisher = Start();
        publisher.Tell(new ReplicaEffect.SlotDecided(Decision(2, 3)));
        await _client.UntilText(Latest, text => text.Contains("\"slot\":2", StringComparison.Ordinal));
    }

    private static string Left(string roster, double slot) => string.Create(CultureInfo.InvariantCulture, $$"""{"v":1,"slot":{{slot}},"roster":"{{roster}}"}""");

    private static SlotDecision Decision(long slot, int strength) => new(slot, DecisionBasis.FinalSync, strength, 1, [], null);

    private static string Sorted(JsonElement all) => string.Join(',', all.GetProperty("kinds").GetString()!.Split(',').OrderDescending(StringComparer.Ordinal));

    private long[] Slots() => [.. _client.History[Latest].Where(text => text.Length > 0).Select(text => JsonDocument.Parse(text).RootElement.GetProperty("slot").GetInt64())];

    private JsonElement Flat(string topic)
    {
        if (_client.Last[topic] is "") return default;
        JsonElement json = JsonDocument.Parse(_client.Last[topic]).RootElement;
        Assert.All(json.EnumerateObject(), member => Assert.False(member.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object, $"{topic}: {member.Name}"));
        return json;
    }

    private IActorRef Start()
    {
        var problems = new List<ConfigProblem>();
        BoxSettings settings = BoxSettings.Read(ClusterFile.Parse("cluster.hocon", ClusterFile.Shipped, ImmutableDictionary<string, string>.Empty, problems)!, problems)!;
        settings = settings with { Node = "node-1", Box = "box-1", Broker = _broker.Address };
        Roster roster = _exercise.Roster;
        var hosting = new ReplicaHosting(roster, 0, _exercise.NodeKeys[0], settings, NodeTracker.Of(roster), new ScanIngress(roster, settings.Ingest), new ScanVerifier(roster), Logger.None);
        return _system.ActorOf(NodePublisher.Props(hosting, new PublisherTiming(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(300))));
    }
}
