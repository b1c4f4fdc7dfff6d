using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using C3Fusion.Node;
using C3Fusion.Node.Configuration;
using C3Fusion.Node.Mqtt;
using C3Fusion.Rosters;
using Serilog.Core;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary>Four nodes as they are fielded: keys, roster and files made by the product's own verbs, every box a process of its own, node-1 with two.</summary>
internal sealed class FieldedCluster : IAsyncDisposable
{
    private static readonly (string Node, string Box)[] Boxes = [("node-1", "box-1"), ("node-1", "box-2"), ("node-2", "box-1"), ("node-3", "box-1"), ("node-4", "box-1")];
    private readonly string _folder = Directory.CreateTempSubdirectory("c3fusion-field-").FullName;
    private readonly Dictionary<(string Node, string Box), Process> _running = [];
    private readonly Dictionary<(string Node, string Box), (int Cluster, int Links)> _ports = [];
    private EmbeddedBroker? _broker;
    private MqttSession? _client;

    private FieldedCluster()
    {
        foreach ((string Node, string Box) box in Boxes) _ports[box] = (FreePort(), FreePort());
    }

    /// <summary>When slot 0 starts.</summary>
    public DateTimeOffset Start { get; private set; }

    /// <summary>What names the roster in the names of a box's state files.</summary>
    public string RosterName => RosterJson.Read(File.ReadAllBytes(At("roster.json")), out _).Hash.ToString()[..12];

    /// <summary>Every decision that a node published, in order.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<Decision>> Decisions { get; } = new(StringComparer.Ordinal);

    /// <summary>Where a box keeps its state.</summary>
    public string StateOf(string node, string box) => Path.Combine(_folder, node, box, "state");

    /// <summary>What a box wrote on standard error.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

    /// <summary>Builds the files and starts the broker; and all boxes, if <paramref name="run"/>.</summary>
    public static async Task<FieldedCluster> StartAsync(bool run = true)
    {
        var cluster = new FieldedCluster();
        try
        {
            cluster._broker = await EmbeddedBroker.StartAsync(FreePort());
            await cluster.ListenAsync();
            await cluster.BuildAsync();
            if (!run) return cluster;

            // As docs/operations.md has it: a node's first box first, and the others once it is up.
            cluster.Run("node-1", "box-1");
            await cluster.Until(() => cluster.LogOf("node-1", "box-1").Contains("is up in the cluster", StringComparison.Ordinal), 40, "box-1 is up");
            foreach ((string node, string box) in Boxes.Skip(1)) cluster.Run(node, box);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The process of one box.</summary>
    public Process this[string node, string box] => _running[(node, box)];

    /// <summary>Newest slot that a node decided, -1 before the first.</summary>
    public long Newest(string node) => Decisions.TryGetValue(node, out ConcurrentQueue<Decision>? all) && !all.IsEmpty ? all.Max(decision => decision.Slot) : -1;

    /// <summary>The last log lines of a box.</summary>
    public string LogOf(string node, string box)
    {
        string folder = Path.Combine(_folder, node, box, "logs");
        return Directory.Exists(folder) ? string.Join('\n', Directory.GetFiles(folder).Order(StringComparer.Ordinal).SelectMany(ReadShared)) : "";
    }

    /// <summary>Starts a box's process.</summary>
    public void Run(string node, string box, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])[Path.Combine(AppContext.BaseDirectory, "c3fusion.dll"), "node", "--config", Path.Combine(_folder, node, box, "cluster.hocon"), .. more]) start.ArgumentList.Add(argument);
        Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text) Errors.Enqueue(text);
        };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _running[(node, box)] = process;
    }

    /// <summary>Waits until node-1 speaks by the promise of both its boxes.</summary>
    public async Task UntilBothBoxesWork()
    {
        await Until(() => LogOf("node-1", "box-2").Contains("is up in the cluster", StringComparison.Ordinal), 50, "box-2 joined box-1");
        long joined = Math.Max(0, Newest("node-2"));
        await Until(() => Newest("node-2") >= joined + 8 && Speaks("node-2", joined + 5), 40, "node-1 takes part");
    }

    /// <summary>Did a node decide a slot after this one in which node-1's own value counts?</summary>
    public bool Speaks(string witness, long after) =>
        Decisions.TryGetValue(witness, out ConcurrentQueue<Decision>? decisions) && decisions.Any(decision => decision.Slot > after && decision.Values.Split(',').Contains("node-1", StringComparer.Ordinal));

    /// <summary>Sends a signal to a box's process.</summary>
    public async Task SignalAsync(string node, string box, string signal)
    {
        using Process kill = Process.Start("kill", ["-" + signal, this[node, box].Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits for a condition.</summary>
    public async Task Until(Func<bool> condition, int seconds, string what)
    {
        var limit = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!condition())
        {
            Assert.True(limit.Elapsed.TotalSeconds < seconds, $"not within {seconds} s: {what}; newest {string.Join(" ", Decisions.Keys.Order(StringComparer.Ordinal).Select(node => $"{node}:{Newest(node)}"))}\nbox-1: {Brief(LogOf("node-1", "box-1"))}\nbox-2: {Brief(LogOf("node-1", "box-2"))}");
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _running.Values)
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        if (_client is not null) await _client.DisposeAsync();
        if (_broker is not null) await _broker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ListenAsync()
    {
        _client = new MqttSession(_broker!.Address, "acceptance-field", Logger.None, ["c3/v1/nodes/+/decisions/latest"], (topic, payload, _) =>
        {
            if (payload.Length == 0) return;
            JsonElement json = JsonDocument.Parse(Encoding.UTF8.GetString(payload.ToArray())).RootElement;
            Decisions.GetOrAdd(topic.Split('/')[3], _ => new()).Enqueue(new Decision(
                json.GetProperty("slot").GetInt64(), json.GetProperty("hash").GetString()!, json.GetProperty("basis").GetString()!, json.GetProperty("values").GetString()!, json.GetProperty("equivocators").GetString()!, json.GetProperty("detail").GetString()!));
        });
        _client.Start();
        await _client.WhenConnected(TestContext.Current.CancellationToken);
    }

    private async Task BuildAsync()
    {
        await ProductAsync("keys", "create", "authority", "node-1", "node-2", "node-3", "node-4", "radar-1", "--dir", _folder);
        string radar = (await File.ReadAllTextAsync(At("radar-1.pub"), TestContext.Current.CancellationToken)).Trim();
        await File.WriteAllTextAsync(At("sensors.json"), $$"""[{"id":"radar-1","kind":"radar","key":"{{radar}}","sigma_pos_m":30,"sigma_vel_mps":5}]""", TestContext.Current.CancellationToken);
        Start = DateTimeOffset.UtcNow.AddSeconds(14);
        await ProductAsync([
            "roster", "build", "--cluster", "field", "--f-n", "1", "--start", Start.ToString("O", CultureInfo.InvariantCulture), "--datum", "52.1", "-1.3", "--round-ms", "250", "--clock-guard-ms", "40", "--sensors", At("sensors.json"), "-o", At("roster.json"),
            .. Enumerable.Range(1, 4).SelectMany(node => (string[])["--node", $"node-{node}={At($"node-{node}.pub")}"])]);
        await ProductAsync("roster", "sign", At("roster.json"), "--key", At("authority.key"));
        foreach ((string node, string box) in Boxes)
        {
            string folder = Directory.CreateDirectory(Path.Combine(_folder, node, box)).FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, "cluster.hocon"), Configuration(node, box), TestContext.Current.CancellationToken);
        }

        await ProductAsync("config", "check", Path.Combine(_folder, "node-1", "box-2", "cluster.hocon"));
    }

    private string Configuration(string node, string box)
    {
        string own = string.Join("\n", Boxes.Where(one => one.Node == node).Select(one => $$"""    {{one.Box}} { cluster = "127.0.0.1:{{_ports[one].Cluster}}", links = "127.0.0.1:{{_ports[one].Links}}" }"""));
        string peers = string.Join("\n", Boxes.Where(one => one.Node != node).GroupBy(one => one.Node).Select(peer => $"    {peer.Key} = [{string.Join(", ", peer.Select(one => $"\"127.0.0.1:{_ports[one].Links}\""))}]"));
        return $$"""
            c3fusion {
              node = {{node}}
              box = {{box}}
              roster = "{{At("roster.json")}}"
              node-key = "{{At(node + ".key")}}"
              state-directory = state
              boxes {
            {{own}}
              }
              peers {
            {{peers}}
              }
              mqtt { address = "{{_broker!.Address}}" }
              log { level = information, console = false, file = "logs/box.clef" }
            }
            akka.cluster.seed-node-timeout = 2s
            """;
    }

    private string At(string name) => Path.Combine(_folder, name);

    private static string Brief(string log) => string.Join('\n', log.Split('\n').Where(line => !line.Contains("AkkaMessage", StringComparison.Ordinal)).TakeLast(20));

    private static async Task ProductAsync(params string[] arguments)
    {
        Product.Run run = await Product.RunAsync(arguments);
        Assert.True(run.ExitCode == 0, $"{string.Join(' ', arguments)}: {run.Output}{run.Error}");
    }

    private static List<string> ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>A decision as it was published.</summary>
    internal sealed record Decision(long Slot, string Hash, string Basis, string Values, string Equivocators, string Detail);
}
