using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster;

namespace C3Fusion.Node.Cluster;

/// <summary>Removes boxes that are unreachable for long enough, so that the replica moves to a box that lives.</summary>
/// <remarks>
/// <para>The side with at least half of the boxes goes on. With two boxes that is the survivor of a crash, whichever box
/// died; Akka's own resolver would take the survivor down as well where the oldest (which hosts the replica) or the
/// lowest address dies.</para>
/// <para>The price: where two boxes live and only the path between them is cut, both sides go on as clusters and two replicas
/// of one node run. Only one of them signs: <see cref="Replicas.SigningFence"/>. With three boxes only the majority goes on.</para>
/// </remarks>
public sealed class BoxDowning : IDowningProvider
{
    private readonly TimeSpan _stableAfter;

    /// <summary>Called by Akka.</summary>
    public BoxDowning(ActorSystem system) => _stableAfter = system.Settings.Config.GetTimeSpan("akka.cluster.box-downing.stable-after", TimeSpan.FromSeconds(2));

    /// <summary>Called by Akka where it hands over the cluster too.</summary>
    public BoxDowning(ActorSystem system, Akka.Cluster.Cluster cluster)
        : this(system) => _ = cluster;

    /// <inheritdoc/>
    public TimeSpan DownRemovalMargin => TimeSpan.Zero;

    /// <inheritdoc/>
    public Props DowningActorProps => Props.Create(() => new Watcher(_stableAfter));

    /// <summary>Should the side that sees <paramref name="reachable"/> boxes and misses <paramref name="unreachable"/> go on?</summary>
    internal static bool GoesOn(int reachable, int unreachable) => reachable >= unreachable;

    private sealed class Watcher : UntypedActor, IWithTimers
    {
        private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(250);

        private readonly TimeSpan _stableAfter;
        private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
        private ImmutableHashSet<UniqueAddress> _unreachable = [];
        private long _since;

        public Watcher(TimeSpan stableAfter) => _stableAfter = stableAfter;

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Timers.StartPeriodicTimer("tick", Tick.Instance, TickEvery);

        protected override void OnReceive(object message)
        {
            ClusterEvent.CurrentClusterState state = _cluster.State;
            ImmutableHashSet<UniqueAddress> unreachable = [.. state.Unreachable.Select(member => member.UniqueAddress)];
            if (!unreachable.SetEquals(_unreachable))
            {
                _unreachable = unreachable;
                _since = Stopwatch.GetTimestamp();
                return;
            }

            if (unreachable.IsEmpty || Stopwatch.GetElapsedTime(_since) < _stableAfter) return;
            int reachable = state.Members.Count(member => !unreachable.Contains(member.UniqueAddress));
            IEnumerable<Address> downed = GoesOn(reachable, unreachable.Count)
                ? unreachable.Select(member => member.Address)
                : state.Members.Where(member => !unreachable.Contains(member.UniqueAddress)).Select(member => member.Address);
            foreach (Address address in downed) _cluster.Down(address);
            _since = Stopwatch.GetTimestamp();
        }

        private sealed class Tick
        {
            public static readonly Tick Instance = new();
        }
    }
}
