using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Akka.Actor;
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

    /// <summary>The kind of the alarm of a box that hears no scan.</summary>
    private const string NoScans = "NoScans";

    /// <summary>Bytes of a decision that a former box may have left.</summary>
    private const int LongestLeftover = 1 << 16;

    private readonly ReplicaHosting _hosting;
    private readonly string _node;
    private readonly TrackJson _tracks;
    private readonly MqttSession _session;
    private readonly RetainedPublisher _publisher;
    private readonly Dictionary<PictureOrigin, HashSet<string>> _shown = new() { [PictureOrigin.Local] = [], [PictureOrigin.Agreed] = [] };
    private readonly StandingAlarms _alarms;
    private readonly LatestDecision _latest;
    private readonly TimeSpan _leftovers;
    private readonly ScanSilence _silence;
    private readonly Dictionary<string, IngestReport> _ingest = new(StringComparer.Ordinal);
    private readonly Dictionary<PictureOrigin, ImmutableArray<SensorTrust>> _trust = [];
    private readonly Dictionary<string, long> _closedPlans = new(StringComparer.Ordinal);
    private readonly byte[] _offline;
    private string _state = "starting";
    private long _slot = -1;
    private Hash256 _hash;
    private ReplicaVitals? _vitals;
    private ReplicaCounters _counters;
    private SlotDecision? _heldBack;
    private bool _leftoversKnown;

    /// <summary>A publisher for the replica that <paramref name="hosting"/> describes.</summary>
    /// <param name="hosting">Roster, broker, rates.</param>
    /// <param name="timing">How long to wait for what.</param>
    public NodePublisher(ReplicaHosting hosting, PublisherTiming timing)
    {
        (_hosting, _leftovers) = (hosting, timing.Leftovers);
        _silence = new ScanSilence((long)timing.SilentAfter.TotalMicroseconds);
        _node = hosting.Settings.Node;
        _tracks = new TrackJson(hosting.Roster);
        _alarms = new StandingAlarms(_node);
        _latest = new LatestDecision(hosting.Roster);
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
                if (retained && payload.Length > 0) self.Tell(new FoundRetained(topic, Leftover(topic, payload)));
            },
            new LastWill(Topics.NodeState(_node), _offline),
            hosting.Settings.Login);
        _session.Connected += () => self.Tell(BrokerReached.Instance);
        _publisher = new RetainedPublisher(_session, hosting.Settings.PublishPerSecond, hosting.Log);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(ReplicaHosting hosting) => Props(hosting, PublisherTiming.Of(hosting.Roster));

    /// <summary>The same with other times.</summary>
    public static Props Props(ReplicaHosting hosting, PublisherTiming timing) => Akka.Actor.Props.Create(() => new NodePublisher(hosting, timing));

    protected override void PreStart()
    {
        _publisher.Start();
        _session.Start();
        Publish([_alarms.Overview()]);
        PublishState();
    }

    protected override void PostStop()
    {
        if (_hosting.Killed.IsCancellationRequested) _session.Abandon();
        MqttSession session = _session;
        RetainedPublisher publisher = _publisher;
        string topic = Topics.NodeState(_node);
        byte[] offline = _offline;
        _hosting.Outputs.Set(topic, offline);
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
                Publish(_alarms.Raise(raised.Alarm));
                break;
            case ReplicaEffect.AlarmCleared cleared:
                Publish(_alarms.Clear(cleared.Alarm));
                break;
            case ReplicaEffect.PlanRefused refused:
                PublishRefusal(refused);
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
                _silence.Take(report, SystemClock.Now);
                PublishTrust(report.Sensor, _hosting.Roster.IndexOfSensor(report.Sensor));
                break;
            case ReplicaVitals vitals:
                _vitals = vitals;
                LookForSilence();
                PublishState();
                break;
            case BrokerReached:
                // What an earlier incarnation left at the broker comes back once after subscribing; then the echo of our own picture is not wanted.
                Timers.StartSingleTimer("leftovers", EndOfLeftovers.Instance, _leftovers);
                break;
            case FoundRetained found:
                TakeLeftover(found);
                break;
            case EndOfLeftovers:
                _ = _session.UnsubscribeAsync($"{Topics.Root}/nodes/{_node}/#");
                _leftoversKnown = true;
                if (_heldBack is { } newest) PublishDecision(newest);
                _heldBack = null;
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
            Set(topic, _tracks.Write(track, picture.Origin));
        }

        foreach (string gone in before.Where(topic => !now.Contains(topic))) Clear(gone);
        _shown[picture.Origin] = now;
    }

    /// <summary>Until it is known what a former box said last, the newest decision waits.</summary>
    private void PublishDecision(SlotDecision decision)
    {
        if (!_leftoversKnown)
        {
            if (_heldBack is null || decision.Slot >= _heldBack.Slot) _heldBack = decision;
        }
        else if (_latest.Take(decision, SystemClock.Now) is { } payload)
        {
            Set(Topics.LatestDecision(_node), payload, urgent: true);
        }
    }

    /// <summary>What a former box left is deleted unless this one says it too; its last decision stays until there is a newer one.</summary>
    private void TakeLeftover(FoundRetained found)
    {
        if (_publisher.Holds(found.Topic)) return;
        if (found.Payload is { } payload && _latest.Left(new ReadOnlySequence<byte>(payload), SystemClock.Now)) return;
        Clear(found.Topic);
    }

    private byte[]? Leftover(string topic, ReadOnlySequence<byte> payload) =>
        payload.Length <= LongestLeftover && topic == Topics.LatestDecision(_node) ? payload.ToArray() : null;

    private void Publish(IEnumerable<(string Topic, byte[]? Payload)> messages)
    {
        foreach ((string topic, byte[]? payload) in messages)
        {
            if (payload is null) Clear(topic);
            else Set(topic, payload, urgent: true);
        }
    }

    /// <summary>Says something under this node's topics: to the broker, and to those who ask this box over HTTP.</summary>
    private void Set(string topic, byte[] payload, bool urgent = false)
    {
        _publisher.Set(topic, payload, urgent);
        _hosting.Outputs.Set(topic, payload);
    }

    private void Clear(string topic)
    {
        _publisher.Clear(topic);
        _hosting.Outputs.Clear(topic);
    }

    private void LookForSilence()
    {
        foreach ((string box, bool isDeaf, double seconds) in _silence.Look(SystemClock.Now))
        {
            Publish(isDeaf
                ? _alarms.Raise(NoScans, box, string.Create(CultureInfo.InvariantCulture, $"{box} heard no scan for {seconds:F0} s: are the sensors there, and may it subscribe to {Topics.AllScans} at {_hosting.Settings.Broker}?"), _slot)
                : _alarms.Clear(NoScans, box));
        }
    }

    /// <summary>A plan or veto of this node's operator that was not taken: nobody else hears of it.</summary>
    private void PublishRefusal(ReplicaEffect.PlanRefused refused) => Set(Topics.RefusedPlan(_node), FlatJson.Of(json =>
    {
        json.WriteString("refusal", refused.Refusal.ToString());
        json.WriteString("detail", refused.Detail);
        json.WriteNumber("ts", SystemClock.Now.Microseconds / 1000);
    }), urgent: true);

    private void PublishPlan(Plan plan, bool mayAct)
    {
        string topic = Topics.Plan(_node, plan.Id);
        Set(topic, PlanJson.Write(plan, _hosting.Roster.Nodes[plan.Proposer].Name, mayAct), urgent: true);

        if (plan.State is PlanState.Proposed or PlanState.Committed) _closedPlans.Remove(topic);
        else _closedPlans[topic] = plan.StateSlot;
        foreach (string old in _closedPlans.Where(closed => closed.Value < _slot - ClosedPlanSlots).Select(closed => closed.Key).ToList())
        {
            _closedPlans.Remove(old);
            Clear(old);
        }
    }

    /// <summary>Both pictures' view of one sensor, and what its ingest refused.</summary>
    private void PublishTrust(string name, int sensor)
    {
        SensorTrust? Of(PictureOrigin origin) => _trust.TryGetValue(origin, out ImmutableArray<SensorTrust> all) && (uint)sensor < (uint)all.Length ? all[sensor] : null;
        Set(Topics.SensorTrust(_node, name), TrustJson.Write(name, Of(PictureOrigin.Agreed), Of(PictureOrigin.Local), _ingest.GetValueOrDefault(name)));
    }

    private void PublishState()
    {
        if (_state != "stopped") _state = _slot < 0 ? "starting" : _alarms.Stands(AlarmKind.CatchingUp) || _alarms.Stands(AlarmKind.Unproven) ? "catching-up" : "online";
        ScanIngress ingress = _hosting.Ingress;
        Set(Topics.NodeState(_node), FlatJson.Of(json =>
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
            json.WriteString("deafBoxes", string.Join(',', _silence.Deaf));
            json.WriteNumber("lateWakeMs", (_vitals?.LateWakeUs ?? 0) / 1000);
            json.WriteNumber("slotsApplied", _counters.SlotsApplied);
            json.WriteNumber("slotsAbstained", _counters.SlotsAbstained);
            json.WriteNumber("slotsCaughtUp", _counters.SlotsCaughtUp);
            json.WriteNumber("refusedUnknownSensor", ingress.Strangers[ScanRefusal.UnknownSensor]);
            json.WriteNumber("refusedWrongTopic", ingress.Strangers[ScanRefusal.WrongTopic]);
            json.WriteNumber("ts", SystemClock.Now.Microseconds / 1000);
        }), urgent: true);
    }

    private sealed record FoundRetained(string Topic, byte[]? Payload);

    private sealed record BrokerReached
    {
        public static readonly BrokerReached Instance = new();
    }

    private sealed record EndOfLeftovers
    {
        public static readonly EndOfLeftovers Instance = new();
    }
}
