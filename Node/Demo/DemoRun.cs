using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Node.Configuration;
using C3Fusion.Node.Http;
using C3Fusion.Node.Ingest;
using C3Fusion.Node.Links;
using C3Fusion.Node.Mqtt;
using C3Fusion.Node.Replicas;
using C3Fusion.Replica;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using C3Fusion.Sim;
using C3Fusion.Sim.Links;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace C3Fusion.Node.Demo;

/// <summary>
/// The whole system in one process: broker, sensors, n nodes (node-1 of two boxes), links with a jammer, a traitor.
/// Every part is the one that is fielded; only the sensors' world, the jammer and the traitor are simulated.
/// </summary>
internal sealed class DemoRun : IAsyncDisposable
{
    /// <summary>From the first process start to slot 0: what five actor systems need to form their clusters on a small machine.</summary>
    private const long StartupUs = 14_000_000;

    private static readonly TimeSpan BrokerLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BoxesLimit = TimeSpan.FromSeconds(60);

    private readonly ExerciseRoster _demo;
    private readonly string _state;
    private readonly List<Logger> _logs = [];
    private readonly List<(int Node, NodeBox Box)> _boxes = [];
    private readonly EmbeddedBroker? _embedded;
    private readonly SensorFleet _fleet;
    private readonly TruthCheck _truth;
    private readonly Lock _judging = new();
    private readonly ConcurrentBag<(int Node, JammableLink Link)> _jammable = [];
    private bool _disposed;

    private DemoRun(DemoOptions options, ExerciseRoster demo, World world, EmbeddedBroker? embedded, NetworkAddress broker)
    {
        (Options, _demo, World, _embedded, Broker) = (options, demo, world, embedded, broker);
        _state = Directory.CreateTempSubdirectory("c3fusion-demo-").FullName;
        Recorder = new DemoRecorder(demo.Roster, IsHonest);
        _truth = new TruthCheck(world);
        Jammer = new ExerciseJammer(Schedule());
        _fleet = new SensorFleet(demo, world, options, broker, Recorder, Log("sensors", "sensors"));
    }

    /// <summary>What was asked for.</summary>
    public DemoOptions Options { get; }

    /// <summary>Who is who.</summary>
    public Roster Roster => _demo.Roster;

    /// <summary>Everyone's keys: tests sign with them.</summary>
    public ExerciseRoster Exercise => _demo;

    /// <summary>What is truly out there.</summary>
    public World World { get; }

    /// <summary>What every node said.</summary>
    public DemoRecorder Recorder { get; }

    /// <summary>Cuts links at run time, beside its schedule.</summary>
    public ExerciseJammer Jammer { get; }

    /// <summary>The broker in use.</summary>
    public NetworkAddress Broker { get; }

    /// <summary>What all nodes say, as over MQTT.</summary>
    public OutputBoard Outputs { get; } = new();

    /// <summary>The web picture; null where none was asked for.</summary>
    public DashboardServer? Web { get; private set; }

    /// <summary>When the start-up was over: from here the duration counts.</summary>
    public Instant Begun { get; private set; }

    /// <summary>The pair of honest nodes whose link is jammed for ten seconds in every minute; null where no third honest node could relay.</summary>
    public (int A, int B)? JammedPair
    {
        get
        {
            int[] honest = [.. Enumerable.Range(0, Options.Nodes).Where(IsHonest)];
            return honest.Length >= 3 ? (honest[^2], honest[^1]) : null;
        }
    }

    /// <summary>Starts everything and waits until slot 0 begins with all boxes at work.</summary>
    /// <exception cref="DemoStartException">The broker was not reached, no port was free, or a box did not come up.</exception>
    /// <exception cref="FormatException">The truth file holds no usable aircraft.</exception>
    public static async Task<DemoRun> StartAsync(DemoOptions options, CancellationToken cancellation)
    {
        await Task.Run(() => Rehearsal.Run(options), cancellation).ConfigureAwait(false);
        Instant start = SystemClock.Now.Plus(StartupUs);
        World world = DemoWorld.Of(options, start);
        EmbeddedBroker? embedded = options.Broker is null ? await StartBrokerAsync().ConfigureAwait(false) : null;
        var run = new DemoRun(options, DemoRoster.Draw(options, world.Datum, start), world, embedded, options.Broker ?? embedded!.Address);
        try
        {
            if (options.HttpPort is { } port)
                run.Web = await DashboardServer.StartAsync(run.Outputs, [.. run.Roster.Nodes.Where((_, node) => run.IsHonest(node)).Select(node => node.Name)], new NetworkAddress("127.0.0.1", port)).ConfigureAwait(false);
            await run.StartBoxesAsync(cancellation).ConfigureAwait(false);
            return run;
        }
        catch
        {
            await run.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Is this node no traitor?</summary>
    public bool IsHonest(int node) => !string.Equals(DemoRoster.NodeNames(Options.Nodes).ElementAt(node), Options.Traitor, StringComparison.Ordinal);

    /// <summary>Runs for the duration asked for; plans are proposed meanwhile. Calls <paramref name="everySecond"/> once a second.</summary>
    public async Task RunAsync(Action<TimeSpan>? everySecond, CancellationToken cancellation)
    {
        TimeSpan nextPlan = PlanSchedule.First;
        int turn = 0;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        int ticks = 0;
        while (true)
        {
            TimeSpan elapsed = TimeSpan.FromMicroseconds(SystemClock.Now.Since(Begun));
            JudgePictures();
            if (elapsed.TotalMicroseconds >= Options.DurationUs) return;
            if (elapsed >= nextPlan)
            {
                Propose(turn % Options.Nodes, turn);
                turn++;
                nextPlan += PlanSchedule.Every;
            }

            if (ticks++ % 4 == 0) everySecond?.Invoke(elapsed);
            await tick.WaitForNextTickAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Has a node's operator propose a plan.</summary>
    public void Propose(int node, int turn) => _boxes.LastOrDefault(box => box.Node == node).Box?.Propose(PlanSchedule.Draft(turn));

    /// <summary>Ends the box that hosts a node's replica without handing over; the node's other boxes go on.</summary>
    public async Task KillReplicaBoxAsync(int node)
    {
        string box = Recorder.Read(nodes => nodes[node].Boxes[^1]);
        int index = _boxes.FindIndex(entry => entry.Node == node && entry.Box.Name == box);
        NodeBox killed = _boxes[index].Box;
        _boxes.RemoveAt(index);
        await killed.KillAsync().ConfigureAwait(false);
    }

    /// <summary>How it went so far.</summary>
    public DemoSummary Summarize()
    {
        JudgePictures();
        return DemoChecks.Summarize(new DemoObservations
        {
            Options = Options,
            Roster = Roster,
            Recorder = Recorder,
            Truth = _truth,
            ElapsedUs = SystemClock.Now.Since(Begun),
            SensorFailure = _fleet.Failure,
            ScansPublished = _fleet.Published,
            ScansLost = _fleet.Lost,
            Jammed = JammedPair is { } pair ? [pair.A, pair.B] : [],
            FramesJammed = [.. Enumerable.Range(0, Options.Nodes).Select(node => _jammable.Where(entry => entry.Node == node).Sum(entry => entry.Link.Lost))],
        });
    }

    /// <summary>Pictures are held against the truth as they come: a day of them would not fit into memory.</summary>
    private void JudgePictures()
    {
        lock (_judging)
        {
            foreach (ImmutableArray<SystemTrack> picture in Recorder.TakePictures()) _truth.Check(picture);
        }
    }

    /// <summary>Stops everything: sensors, boxes, broker; removes what was written.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        if (Web is not null) await Web.DisposeAsync().ConfigureAwait(false);
        await _fleet.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_boxes.Select(box => box.Box.KillAsync())).ConfigureAwait(false);
        if (_embedded is not null) await _embedded.DisposeAsync().ConfigureAwait(false);
        foreach (Logger log in _logs) await log.DisposeAsync().ConfigureAwait(false);
        _demo.Dispose();
        try
        {
            Directory.Delete(_state, recursive: true);
        }
        catch (IOException)
        {
            // A ledger that is still closing keeps its file; the system's temporary folder is cleaned by others.
        }
    }

    private async Task StartBoxesAsync(CancellationToken cancellation)
    {
        await Within(BrokerLimit, _fleet.ConnectAsync, ExitCode.BadUsage, () => $"the MQTT broker {Broker} was not reached within {BrokerLimit.TotalSeconds:F0} s: {_fleet.Problem ?? "no answer"}", cancellation).ConfigureAwait(false);
        ImmutableArray<ImmutableArray<BoxAddress>> addresses = [.. Enumerable.Range(0, Options.Nodes).Select(node => Addresses(node == 0 ? 2 : 1))];
        for (int node = 0; node < Options.Nodes; node++)
        {
            // The first box of a node is up before its second, as docs/operations.md asks: so it is the oldest and hosts the replica.
            foreach (BoxAddress box in addresses[node])
            {
                var started = NodeBox.Start(Hosting(node, box.Name, addresses));
                _boxes.Add((node, started));
                if (addresses[node].Length > 1) await WithinBoxesLimit(started.WhenReady, cancellation).ConfigureAwait(false);
            }
        }

        await WithinBoxesLimit(limit => Task.WhenAll(_boxes.Select(box => box.Box.WhenReady(limit))), cancellation).ConfigureAwait(false);
        _fleet.Start();
        TimeSpan wait = TimeSpan.FromMicroseconds(Roster.Timing.Start.Since(SystemClock.Now));
        if (wait > TimeSpan.Zero) await Task.Delay(wait, cancellation).ConfigureAwait(false);
        Begun = SystemClock.Now;
        Recorder.MeasureFrom(Begun);
    }

    private static Task WithinBoxesLimit(Func<CancellationToken, Task> part, CancellationToken cancellation) =>
        Within(BoxesLimit, part, ExitCode.CheckFailed, () => $"not every box came up within {BoxesLimit.TotalSeconds:F0} s: is this machine too busy?", cancellation);

    /// <summary>Awaits a part of the start-up, but not for ever.</summary>
    private static async Task Within(TimeSpan most, Func<CancellationToken, Task> part, int exitCode, Func<string> late, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(most);
        try
        {
            await part(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cause) when (!cancellation.IsCancellationRequested)
        {
            throw new DemoStartException(exitCode, late(), cause);
        }
    }

    /// <summary>Between the choice of a free port and its use another program may take it: then another port will do.</summary>
    private static async Task<EmbeddedBroker> StartBrokerAsync()
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await EmbeddedBroker.StartAsync(FreePort()).ConfigureAwait(false);
            }
            catch (SocketException taken)
            {
                if (attempt == 5) throw new DemoStartException(ExitCode.CheckFailed, $"no port for the embedded MQTT broker could be had: {taken.Message}", taken);
            }
        }
    }

    private ReplicaHosting Hosting(int node, string box, ImmutableArray<ImmutableArray<BoxAddress>> addresses)
    {
        BoxSettings settings = Settings(node, box, addresses);
        var hosting = new ReplicaHosting(
            Roster,
            node,
            _demo.NodeKeys[node],
            settings,
            NodeTracker.Of(Roster),
            new ScanIngress(Roster, settings.Ingest),
            new ScanVerifier(Roster),
            Log(settings.Node, box))
        {
            Observer = Recorder,
            Outputs = Outputs,
            OverLinks = link => new WitnessedLink(Jammable(node, link), Roster, statement => Recorder.Said(node, statement)),
        };
        return IsHonest(node) ? hosting : TraitorLinks.Betray(hosting);
    }

    private JammableLink Jammable(int node, ILink link)
    {
        var jammable = new JammableLink(link, node, Jammer);
        _jammable.Add((node, jammable));
        return jammable;
    }

    private BoxSettings Settings(int node, string box, ImmutableArray<ImmutableArray<BoxAddress>> addresses)
    {
        var problems = new List<ConfigProblem>();
        string path = Path.Combine(_state, "cluster.hocon");
        BoxSettings shipped = BoxSettings.Read(ClusterFile.Parse(path, ClusterFile.Shipped, ImmutableDictionary<string, string>.Empty, problems)!, problems)!;
        return shipped with
        {
            Node = Roster.Nodes[node].Name,
            Box = box,
            StateDirectory = Path.Combine(_state, Roster.Nodes[node].Name, box),
            Boxes = addresses[node],
            Peers = Enumerable.Range(0, Options.Nodes).Where(peer => peer != node).ToImmutableSortedDictionary(
                peer => Roster.Nodes[peer].Name,
                peer => (ImmutableArray<NetworkAddress>)[.. addresses[peer].Select(address => address.Links)],
                StringComparer.Ordinal),
            Broker = Broker,
        };
    }

    private JamSchedule Schedule() => JammedPair is { } pair ? JamSchedule.EveryMinute(Roster.Timing.Start, pair.A, pair.B) : JamSchedule.None;

    private Logger Log(string node, string box)
    {
        Logger log = BoxLog.Create(new LogSettings(LogEventLevel.Warning, Console: false, Environment.GetEnvironmentVariable("C3FUSION_DEMO_LOG") is { Length: > 0 } folder ? Path.Combine(folder, $"{node}-{box}.clef") : ""), node, box);
        _logs.Add(log);
        return log;
    }

    private static ImmutableArray<BoxAddress> Addresses(int boxes) =>
        [.. Enumerable.Range(1, boxes).Select(box => new BoxAddress($"box-{box}", new NetworkAddress("127.0.0.1", FreePort()), new NetworkAddress("127.0.0.1", FreePort())))];

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
