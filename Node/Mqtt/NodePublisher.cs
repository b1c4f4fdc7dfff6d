using System.Collections.Immutable;
using Akka.Actor;
using C3Fusion.Agreement;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Node.Cluster;
using C3Fusion.Node.Ingest;
using C3Fusion.Node.Replicas;
using C3Fusion.Replica;
using C3Fusion.Replica.Pictures;
using C3Fusion.Replica.Plans;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Node.Mqtt;

/// <summary>Publishes what the replica says under this node's own topics, as retained flat JSON. One writer per topic: the box that hosts the replica.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "An actor's resources end in PostStop.")]
internal sealed class NodePublisher : UntypedActor, IWithTimers
{
    /// <summary>Closed plans are kept at the broker for so many slots.</summary>
    private const int ClosedPlanSlots = 600;

    private readonly ReplicaHosting _hosting;
    private readonly string _node;
    private readonly TrackJson _tracks;
    private readonly MqttSession _session;
    private readonly RetainedPublisher _publisher;
    private readonly Dictionary<PictureOrigin, HashSet<string>> _shown = new() { [PictureOrigin.Local] = [], [PictureOrigin.Agreed] = [] };
    private readonly SortedDictionary<(AlarmKind Kind, string Subject), Alarm> _alarms = [];
    private readonly Dictionary<string, IngestReport> _ingest = new(StringComparer.Ordinal);
    private readonly Dictionary<PictureOrigin, ImmutableArray<SensorTrust>> _trust = [];
    private readonly Dictionary<string, long> _closedPlans = new(StringComparer.Ordinal);
    private readonly byte[] _offline;
    private string _state = "starting";
    private long _slot = -1;
    private Hash256 _hash;
    private ReplicaVitals? _vitals;
    private ReplicaCounters _counters;

    public NodePublisher(ReplicaHosting hosting)
    {
        _hosting = hosting;
        _node = hosting.Settings.Node;
        _tracks = new TrackJson(hosting.Roster);
        string own = $"{Topics.Root}/nodes/{_node}/#";
        _offline = FlatJson.Of(json =>
        {
            json.WriteString("node", _node);
            json.WriteString("state", "offline");
        });
        IActorRef self = Self;
        _session = new MqttSession(
            hosting.Settings.Broker,
            $"{hosting.Roster.ClusterId}-{_node}-{hosting.Settings.Box}-replica",
            hosting.Log,
            [own],
            (topic, payload, retained) =>
            {
                if (retained && payload.Length > 0) self.Tell(new FoundRetained(topic));
            },
            new LastWill(Topics.NodeState(_node), _offline));
        _publisher = new RetainedPublisher(_session, hosting.Settings.PublishPerSecond, hosting.Log);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(ReplicaHosting hosting) => Akka.Actor.Props.Create(() => new NodePublisher(hosting));

    protected override void PreStart()
    {
        _publisher.Start();
        _session.Start();
        // What an earlier incarnation left at the broker comes back once after subscribing; then the echo of our own picture is not wanted.
        Timers.StartSingleTimer("leftovers", EndOfLeftovers.Instance, TimeSpan.FromSeconds(5));
        PublishState();
    }

    protected override void PostStop()
    {
        if (_hosting.Killed.IsCancellationRequested) _session.Abandon();
        MqttSession session = _session;
        RetainedPublisher publisher = _publisher;
        string topic = Topics.NodeState(_node);
        byte[] offline = _offline;
        _ = Task.Run(async () =>
        {
            await publisher.DisposeAsync().ConfigureAwait(false);

            // A polite end publishes no will, so it says itself what the will says; a box that takes over says otherwise within a second.
            await session.TryPublishAsync(topic, offline, retain: true).ConfigureAwait(false);
            await session.DisposeAsync().ConfigureAwait(false);
        });
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ReplicaEffect.AgreedPictureChanged agreed:
                (_slot, _hash) = (agreed.Slot, agreed.PictureHash);
                PublishPicture(agreed.Picture);
                break;
            case ReplicaEffect.LocalPictureChanged local:
                PublishPicture(local.Picture);
                break;
            case ReplicaEffect.SlotDecided decided:
                PublishDecision(decided.Decision);
                break;
            case ReplicaEffect.PlanChanged plan:
                PublishPlan(plan.Plan, plan.MayAct);
                break;
            case ReplicaEffect.TrustChanged trust:
                _trust[trust.Origin] = trust.Sensors;
                foreach (SensorTrust sensor in trust.Sensors) PublishTrust(sensor.Name, sensor.Sensor);
                break;
            case ReplicaEffect.AlarmRaised raised:
                _alarms[(raised.Alarm.Kind, raised.Alarm.Subject)] = raised.Alarm;
                PublishAlarms();
                break;
            case ReplicaEffect.AlarmCleared cleared:
                _alarms.Remove((cleared.Alarm.Kind, cleared.Alarm.Subject));
                PublishAlarms();
                break;
            case ReplicaEffect.CountersChanged counters:
                _counters = counters.Counters;
                break;
            case ReplicaEffect.Stopped:
                _state = "stopped";
                PublishState();
                break;
            case IngestReport report:
                _ingest[report.Sensor] = report;
                PublishTrust(report.Sensor, _hosting.Roster.IndexOfSensor(report.Sensor));
                break;
            case ReplicaVitals vitals:
                _vitals = vitals;
                PublishState();
                break;
            case FoundRetained found:
                if (!_publisher.Holds(found.Topic)) _publisher.Clear(found.Topic);
                break;
            case EndOfLeftovers:
                _ = _session.UnsubscribeAsync($"{Topics.Root}/nodes/{_node}/#");
                break;
        }
    }

    private void PublishPicture(Picture picture)
    {
        HashSet<string> before = _shown[picture.Origin];
        var now = new HashSet<string>(picture.Tracks.Length, StringComparer.Ordinal);
        foreach (SystemTrack track in picture.Tracks)
        {
            string name = TrackJson.NameOf(track);
            string topic = picture.Origin == PictureOrigin.Agreed ? Topics.AgreedTrack(_node, name) : Topics.LocalTrack(_node, name);
            now.Add(topic);
            _publisher.Set(topic, _tracks.Write(track, picture.Origin));
        }

        foreach (string gone in before.Where(topic => !now.Contains(topic))) _publisher.Clear(gone);
        _shown[picture.Origin] = now;
    }

    private void PublishDecision(SlotDecision decision)
    {
        ImmutableArray<Outcome> outcomes = decision.Outcomes;
        string Nodes(OutcomeKind kind) => string.Join(',', _hosting.Roster.Nodes.Where((_, i) => i < outcomes.Length && outcomes[i].Kind == kind).Select(node => node.Name));
        _publisher.Set(Topics.LatestDecision(_node), FlatJson.Of(json =>
        {
            json.WriteNumber("slot", decision.Slot);
            json.WriteString("basis", decision.Basis.ToString());
            json.WriteNumber("strength", decision.Strength);
            json.WriteNumber("survivesTraitors", decision.SurvivesTraitors);
            json.WriteString("hash", decision.Hash.ToString());
            json.WriteString("values", Nodes(OutcomeKind.Value));
            json.WriteString("silent", Nodes(OutcomeKind.Silent));
            json.WriteString("equivocators", Nodes(OutcomeKind.Equivocation));
            json.WriteString("detail", decision.Detail ?? "");
            json.WriteNumber("ts", SystemClock.Now.Microseconds / 1000);
        }), urgent: true);
    }

    private void PublishPlan(Plan plan, bool mayAct)
    {
        string topic = Topics.Plan(_node, plan.Id);
        _publisher.Set(topic, FlatJson.Of(json =>
        {
            json.WriteString("id", plan.Id);
            json.WriteString("proposer", _hosting.Roster.Nodes[plan.Proposer].Name);
            json.WriteString("key", plan.Key);
            json.WriteString("task", plan.Task.ToString());
            json.WriteString("units", string.Join(',', plan.Units));
            json.WriteString("text", plan.Text);
            json.WriteString("state", plan.State.ToString());
            json.WriteString("reason", plan.Reason);
            json.WriteBoolean("mayAct", mayAct);
            json.WriteBoolean("irreversible", plan.Irreversible);
            json.WriteNumber("proposedSlot", plan.ProposedSlot);
            json.WriteNumber("expirySlot", plan.ExpirySlot);
            json.WriteNumber("stateSlot", plan.StateSlot);
            json.WriteNumber("pictureSlot", plan.PictureSlot);
            json.WriteString("pictureHash", plan.PictureHash.ToString());
        }), urgent: true);

        if (plan.State is PlanState.Proposed or PlanState.Committed) _closedPlans.Remove(topic);
        else _closedPlans[topic] = plan.StateSlot;
        foreach (string old in _closedPlans.Where(closed => closed.Value < _slot - ClosedPlanSlots).Select(closed => closed.Key).ToList())
        {
            _closedPlans.Remove(old);
            _publisher.Clear(old);
        }
    }

    /// <summary>Both pictures' view of one sensor, and what its ingest refused.</summary>
    private void PublishTrust(string name, int sensor)
    {
        SensorTrust? Of(PictureOrigin origin) => _trust.TryGetValue(origin, out ImmutableArray<SensorTrust> all) && (uint)sensor < (uint)all.Length ? all[sensor] : null;
        SensorTrust? agreed = Of(PictureOrigin.Agreed), local = Of(PictureOrigin.Local);
        IngestReport? ingest = _ingest.GetValueOrDefault(name);
        _publisher.Set(Topics.SensorTrust(_node, name), FlatJson.Of(json =>
        {
            json.WriteString("sensor", name);
            json.WriteBoolean("trusted", agreed?.Accusation is null or AccusationKind.OutsideRegistration);
            json.WriteString("accusation", agreed?.Accusation?.ToString() ?? "");
            json.WriteString("evidence", agreed?.Evidence ?? "");
            if (agreed?.Since is { } since) json.WriteNumber("since", since.Microseconds / 1000);
            else json.WriteNull("since");
            json.WriteString("localAccusation", local?.Accusation?.ToString() ?? "");
            json.WriteNumber("accepted", ingest?.Accepted ?? 0);
            json.WriteNumber("refused", ingest?.Refused.Where(reason => reason.Key != nameof(ScanRefusal.Duplicate)).Sum(reason => reason.Value) ?? 0);
            foreach ((string reason, long count) in ingest?.Refused ?? ImmutableSortedDictionary<string, long>.Empty) json.WriteNumber("refused" + reason, count);
        }));
    }

    private void PublishAlarms() => _publisher.Set(Topics.Alarms(_node), FlatJson.Of(json =>
    {
        Alarm? latest = _alarms.Values.MaxBy(alarm => alarm.Slot);
        json.WriteNumber("count", _alarms.Count);
        json.WriteString("kinds", string.Join(',', _alarms.Keys.Select(alarm => alarm.Kind).Distinct()));
        json.WriteString("latest", latest?.Kind.ToString() ?? "");
        json.WriteString("subject", latest?.Subject ?? "");
        json.WriteString("detail", latest?.Detail ?? "");
        json.WriteNumber("slot", latest?.Slot ?? -1);
        json.WriteStartArray("all");
        foreach (Alarm alarm in _alarms.Values) json.WriteStringValue($"{alarm.Kind} {alarm.Subject}: {alarm.Detail}");
        json.WriteEndArray();
    }), urgent: true);

    private void PublishState()
    {
        if (_state != "stopped") _state = _slot < 0 ? "starting" : _alarms.Keys.Any(alarm => alarm.Kind is AlarmKind.CatchingUp or AlarmKind.Unproven) ? "catching-up" : "online";
        ScanIngress ingress = _hosting.Ingress;
        _publisher.Set(Topics.NodeState(_node), FlatJson.Of(json =>
        {
            json.WriteString("node", _node);
            json.WriteString("state", _state);
            json.WriteString("box", _hosting.Settings.Box);
            json.WriteNumber("slot", _slot);
            json.WriteString("pictureHash", _hash.ToString());
            json.WriteString("roster", _hosting.Roster.Hash.ToString());
            json.WriteNumber("linksUp", _vitals?.Links.Count(link => link.OutgoingUp && link.IncomingUp) ?? 0);
            json.WriteNumber("links", _hosting.Roster.Nodes.Length - 1);
            json.WriteNumber("linksRefused", _vitals?.LinksRefused ?? 0);
            json.WriteNumber("lateWakeMs", (_vitals?.LateWakeUs ?? 0) / 1000);
            json.WriteNumber("slotsApplied", _counters.SlotsApplied);
            json.WriteNumber("slotsAbstained", _counters.SlotsAbstained);
            json.WriteNumber("slotsCaughtUp", _counters.SlotsCaughtUp);
            json.WriteNumber("refusedUnknownSensor", ingress.Strangers[ScanRefusal.UnknownSensor]);
            json.WriteNumber("refusedWrongTopic", ingress.Strangers[ScanRefusal.WrongTopic]);
            json.WriteNumber("ts", SystemClock.Now.Microseconds / 1000);
        }), urgent: true);
    }

    private sealed record FoundRetained(string Topic);

    private sealed record EndOfLeftovers
    {
        public static readonly EndOfLeftovers Instance = new();
    }
}
