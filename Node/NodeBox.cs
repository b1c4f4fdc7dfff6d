using Akka.Actor;
using C3Fusion.Node.Cluster;
using C3Fusion.Node.Ingest;
using C3Fusion.Node.Mqtt;
using C3Fusion.Node.Replicas;
using C3Fusion.Node.Storage;
using C3Fusion.Replica.Plans;
using C3Fusion.Sensors;

namespace C3Fusion.Node;

/// <summary>One running box of one node: its ActorSystem in the node's cluster, its part of the ingest, and the replica where it is the oldest box.</summary>
internal sealed class NodeBox : IAsyncDisposable
{
    private readonly ReplicaHosting _hosting;
    private readonly CancellationTokenSource _killed;
    private readonly ActorSystem _system;
    private readonly MqttSession _ingestSession;
    private readonly IActorRef _replica;
    private readonly IActorRef _fence;
    private volatile string? _failure;

    private NodeBox(ReplicaHosting hosting, CancellationTokenSource killed)
    {
        hosting = hosting with
        {
            Promise = new SlotPromise(hosting.Settings.Box, () => hosting.Roster.Timing.SlotAt(SystemClock.Now)),
            Killed = killed.Token,
            End = Fail,
        };
        (_hosting, _killed) = (hosting, killed);
        _system = BoxCluster.Start(hosting.Settings, hosting.OthersAreOff, hosting.Log);
        _fence = BoxCluster.StartFence(_system, hosting.Promise, hosting.Settings.Box, new OperatorHold(hosting.Settings.StateDirectory), Fail);
        Akka.Cluster.Cluster.Get(_system).RegisterOnMemberUp(() => hosting.Log.Information("box {Box} is up in the cluster of {Node}", hosting.Settings.Box, hosting.Settings.Node));
        _replica = BoxCluster.ReplicaProxy(_system);
        IActorRef region = BoxCluster.StartIngest(_system, IngestProps);
        BoxCluster.StartReplica(_system, ReplicaActor.Props(hosting, region));
        _ingestSession = new MqttSession(
            hosting.Settings.Broker,
            $"{hosting.Roster.ClusterId}-{hosting.Settings.Node}-{hosting.Settings.Box}-ingest",
            hosting.Log,
            [Topics.AllScans],
            (topic, payload, _) => hosting.Ingress.Receive(topic, payload),
            login: hosting.Settings.Login);
        _ingestSession.Start();
    }

    /// <summary>Name of the box.</summary>
    public string Name => _hosting.Settings.Box;

    /// <summary>Completes when the box's ActorSystem has ended.</summary>
    public Task WhenEnded => _system.WhenTerminated;

    /// <summary>Why it ended by itself, or null.</summary>
    public string? Failure => _failure;

    /// <summary>Starts a box; it joins the node's other boxes and, alone, becomes the oldest.</summary>
    public static NodeBox Start(ReplicaHosting hosting)
    {
        var killed = new CancellationTokenSource();
        return new NodeBox(hosting, killed);
    }

    /// <summary>This node's operator proposes a plan; the replica takes it on whichever box it runs.</summary>
    public void Propose(PlanDraft draft) => _replica.Tell(new ProposePlan(draft));

    /// <summary>Completes when the broker delivers scans to this box and its cluster has it as a member that is up.</summary>
    public async Task WhenReady(CancellationToken cancellation)
    {
        await _ingestSession.WhenConnected(cancellation).ConfigureAwait(false);
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Akka.Cluster.Cluster.Get(_system).RegisterOnMemberUp(() => up.TrySetResult());
        await up.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Ends without handing anything over. Its connections close, so peers notice sooner than after a loss of power.</summary>
    public async Task KillAsync()
    {
        await _killed.CancelAsync().ConfigureAwait(false);
        _ingestSession.Abandon();
        await _system.Terminate().ConfigureAwait(false);
    }

    /// <summary>Leaves in order: the replica is handed over to the node's next box first.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_killed.IsCancellationRequested)
        {
            await SayGoodbyeAsync().ConfigureAwait(false);
            await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClrExitReason.Instance).ConfigureAwait(false);
            await _ingestSession.DisposeAsync().ConfigureAwait(false);
        }

        _killed.Dispose();
    }

    /// <summary>The box that hosts the replica need not listen for one that leaves in order.</summary>
    private async Task SayGoodbyeAsync()
    {
        try
        {
            await _fence.Ask<FenceActor.Leave>(FenceActor.Leave.Instance, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            // The system has ended already.
        }
    }

    /// <summary>Ends the box because it must not go on; whoever runs it starts it again.</summary>
    private void Fail(string reason)
    {
        if (Interlocked.CompareExchange(ref _failure, reason, null) is not null || _killed.IsCancellationRequested) return;
        _hosting.Log.Fatal("this box ends: {Reason}", reason);
        _ = _system.Terminate();
    }

    private Props IngestProps(string sensor) => _hosting.Ingress[sensor] is { } channel
        ? Props.Create(() => new SensorIngestActor(channel, _hosting.Scans, _replica, _hosting.Settings.Box, _hosting.Log))
        : Props.Empty;
}
