using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using C3Fusion.Node.Configuration;
using C3Fusion.Node.Ingest;
using C3Fusion.Node.Replicas;
using C3Fusion.Node.Storage;
using Serilog;

namespace C3Fusion.Node.Cluster;

/// <summary>This box's ActorSystem in its node's own Akka cluster: sensor ingest sharded by sensor, the replica as singleton.</summary>
/// <remarks>
/// The cluster never spans nodes: one certified member that calls <c>Cluster.Down</c> ends the others. What the
/// configuration must not loosen (serializers, untrusted mode, downing) is laid over the file.
/// </remarks>
internal static class BoxCluster
{
    /// <summary>Name of every box's ActorSystem.</summary>
    public const string SystemName = "c3fusion";

    private const string IngestType = "sensor-ingest";

    /// <summary>What no file may loosen.</summary>
    private static readonly Config Enforced = ConfigurationFactory.ParseString($$"""
        akka {
          loggers = ["{{TypeName(typeof(SerilogBridge))}}"]
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          coordinated-shutdown.run-by-actor-system-terminate = off
          coordinated-shutdown.exit-clr = off
          actor {
            serializers {
              json = "{{TypeName(typeof(RefusingSerializer))}}"
              box = "{{TypeName(typeof(BoxMessageSerializer))}}"
            }
            serialization-bindings {
              "{{TypeName(typeof(IBoxMessage))}}" = box
              "System.Object" = json
            }
          }
          remote {
            untrusted-mode = on
            trusted-selection-paths = [
              "/system/cluster/core/daemon"
              "/system/cluster/heartbeatReceiver"
              "/system/sharding/{{IngestType}}"
              "/system/sharding/{{IngestType}}Coordinator"
              "/system/sharding/{{IngestType}}Coordinator/singleton/coordinator"
              "/system/sharding/replicator"
              "/system/ddataReplicator"
              "/user/fence"
              "/user/replica"
              "/user/replica/replica"
            ]
          }
          cluster.downing-provider-class = "{{TypeName(typeof(BoxDowning))}}"
        }
        """);

    /// <summary>Starts the ActorSystem of one box; it joins the node's other boxes.</summary>
    /// <param name="settings">The box's settings.</param>
    /// <param name="forms">The other boxes are off, says the operator: this one forms the cluster, whichever it is. Without it only the first named box does.</param>
    /// <param name="log">For Akka's own messages.</param>
    public static ActorSystem Start(BoxSettings settings, bool forms, ILogger log)
    {
        BoxAddress own = settings.Own;

        // Akka lets only the first seed node form a cluster that no other answers for.
        IEnumerable<BoxAddress> seeds = forms ? settings.Boxes.OrderBy(box => box.Name != own.Name) : settings.Boxes;
        Config derived = ConfigurationFactory.ParseString($$"""
            akka {
              remote.dot-netty.tcp { hostname = "{{own.Cluster.Host}}", public-hostname = "{{own.Cluster.Host}}", port = {{own.Cluster.Port}} }
              cluster.seed-nodes = [{{string.Join(", ", seeds.Select(box => $"\"akka.tcp://{SystemName}@{box.Cluster}\""))}}]
            }
            """);
        Config config = Enforced.WithFallback(derived).WithFallback(settings.Akka)
            .WithFallback(ClusterSharding.DefaultConfig())
            .WithFallback(ClusterSingleton.DefaultConfig())
            .WithFallback(Akka.DistributedData.DistributedData.DefaultConfig());
        BootstrapSetup bootstrap = BootstrapSetup.Create().WithConfig(config);
        return ActorSystem.Create(SystemName, ActorSystemSetup.Create(bootstrap, new SerilogBridgeSetup(log)));
    }

    /// <summary>Starts this box's part of the ingest region.</summary>
    /// <param name="system">The box's system.</param>
    /// <param name="entity">Makes the actor of one sensor.</param>
    public static IActorRef StartIngest(ActorSystem system, Func<string, Props> entity) =>
        ClusterSharding.Get(system).Start(IngestType, entity, ClusterShardingSettings.Create(system), new SensorExtractor());

    /// <summary>Starts this box's singleton manager; the replica runs on the oldest box.</summary>
    public static void StartReplica(ActorSystem system, Props replica) =>
        system.ActorOf(ClusterSingletonManager.Props(replica, PoisonPill.Instance, ClusterSingletonManagerSettings.Create(system).WithSingletonName("replica")), "replica");

    /// <summary>A way to the replica, on whichever box it runs.</summary>
    public static IActorRef ReplicaProxy(ActorSystem system) =>
        system.ActorOf(ClusterSingletonProxy.Props("/user/replica", ClusterSingletonProxySettings.Create(system).WithSingletonName("replica")), "replica-proxy");

    /// <summary>Starts this box's answers to the box that hosts the replica.</summary>
    public static IActorRef StartFence(ActorSystem system, SlotPromise promise, string box, OperatorHold hold, Action<string> end) =>
        system.ActorOf(Props.Create(() => new FenceActor(promise, box, hold, end)).WithDispatcher("akka.actor.replica-dispatcher"), "fence");

    private static string TypeName(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";

    /// <summary>An entity per sensor; shards by a hash that is equal on all boxes.</summary>
    private sealed class SensorExtractor : HashCodeMessageExtractor
    {
        private const int Shards = 16;

        public SensorExtractor()
            : base(Shards)
        {
        }

        public override string? EntityId(object message) => (message as KeepIngesting)?.Sensor;
    }
}
