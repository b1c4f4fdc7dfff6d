using Akka.Actor;
using Akka.Remote;
using C3Fusion.Node.Replicas;
using C3Fusion.Node.Storage;

namespace C3Fusion.Node.Cluster;

/// <summary>Answers for this box when another box of its node asks it not to sign (<see cref="SlotPromise"/>). On a thread of its own: an answer that waits is a slot that is lost.</summary>
/// <remarks>It also ends a box that another box has removed from the cluster, for instance while this one was stopped: no message passes between the two any more. A box that signs now goes on; the other one has no right to.</remarks>
internal sealed class FenceActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly SlotPromise _promise;
    private readonly string _box;
    private readonly OperatorHold _hold;
    private readonly Action<string> _end;
    private IActorRef _asker = ActorRefs.Nobody;
    private bool _leaves;

    public FenceActor(SlotPromise promise, string box, OperatorHold hold, Action<string> end) => (_promise, _box, _hold, _end) = (promise, box, hold, end);

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Whoever hosts a replica here again is a stranger to the asker, and listens before it signs.</summary>
    private FenceAnswer Farewell => new(_box, 0, -1, -1, Leaves: true);

    /// <summary>The fences of the node's other boxes that are members of its cluster. One that has not joined yet is left alone: messages to it would only stand in the way of its joining.</summary>
    public static IEnumerable<ActorSelection> OthersOf(ActorSystem system)
    {
        Akka.Cluster.Cluster cluster = Akka.Cluster.Cluster.Get(system);
        return cluster.State.Members.Where(member => member.UniqueAddress != cluster.SelfUniqueAddress).Select(member => system.ActorSelection(new RootActorPath(member.Address) / "user" / "fence"));
    }

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case FenceAsk ask:
                _asker = Sender;
                Sender.Tell(_leaves ? Farewell : _promise.Answer(ask));
                break;
            case StopNode stop:
                _hold.Stop(stop.Reason);
                _end($"another box says that this node must sign nothing more: {stop.Reason}");
                break;
            case Leave:
                _leaves = true;
                _asker.Tell(Farewell);
                Sender.Tell(Leave.Instance);
                break;
            case ThisActorSystemQuarantinedEvent:
                Timers.StartPeriodicTimer("quarantined", Quarantined.Instance, TimeSpan.Zero, LookEvery);
                break;
            case Quarantined when !_promise.IsSigning:
                _end("another box of this node removed this one from its cluster; start it again to stand by");
                break;
        }
    }

    /// <summary>The box ends in order: the box that asked may go on alone at once.</summary>
    internal sealed record Leave
    {
        public static readonly Leave Instance = new();
    }

    private sealed record Quarantined
    {
        public static readonly Quarantined Instance = new();
    }
}
