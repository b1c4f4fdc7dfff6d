using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary>The demo over a broker that others made, watched by a client that others made: <c>mosquitto</c> and <c>mosquitto_sub</c>.</summary>
[Collection(nameof(DemoCollection))]
public sealed class DemoMosquittoTests : IAsyncLifetime
{
    private readonly int _port = FreePort();
    private Process? _broker;

    public ValueTask InitializeAsync()
    {
        string? mosquitto = Find("mosquitto");
        if (mosquitto is null || Find("mosquitto_sub") is null) return ValueTask.CompletedTask;
        _broker = Start(mosquitto, "-p", _port.ToString(CultureInfo.InvariantCulture));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _broker?.Kill();
        _broker?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_independent_client_sees_each_nodes_own_topics_as_flat_json()
    {
        Assert.SkipUnless(_broker is not null, "mosquitto and mosquitto_sub are not installed: apt-get install mosquitto mosquitto-clients");
        await WaitForPort(_port);
        using Process watcher = Start(Find("mosquitto_sub")!, "-p", _port.ToString(CultureInfo.InvariantCulture), "-t", "c3/v1/#", "-v");
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        var deleted = new HashSet<string>(StringComparer.Ordinal);
        Task reading = Task.Run(async () =>
        {
            while (await watcher.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
            {
                int space = line.IndexOf(' ', StringComparison.Ordinal);
                string topic = space < 0 ? line : line[..space], payload = space < 0 ? "" : line[(space + 1)..];
                if (payload is "" or "(null)") deleted.Add(topic);
                else seen[topic] = payload;
            }
        }, TestContext.Current.CancellationToken);

        Product.Run run = await Product.RunAsync(["demo", "--duration", "20s", "--broker", $"127.0.0.1:{_port}", "--json"]);
        watcher.Kill();
        await reading;
        Assert.True(run.ExitCode == 0, run.Output + run.Error);

        for (int node = 1; node <= 4; node++)
        {
            string root = $"c3/v1/nodes/node-{node}/";
            JsonElement state = Flat(seen, root + "state");
            Assert.Equal($"node-{node}", state.GetProperty("node").GetString());
            Assert.Equal(64, Flat(seen, root + "decisions/latest").GetProperty("hash").GetString()!.Length);
            foreach (string sensor in new[] { "radar-1", "sat-3" }) Assert.Equal(sensor, Flat(seen, $"{root}sensors/{sensor}/trust").GetProperty("sensor").GetString());
            // The traitor's replica is kept from its peers' DECIDEs by its own lies: its agreed picture may stand still.
            foreach (string picture in node == 4 ? ["local"] : new[] { "agreed", "local" })
            {
                string[] tracks = [.. seen.Keys.Where(topic => topic.StartsWith($"{root}picture/{picture}/T", StringComparison.Ordinal))];
                Assert.True(tracks.Length >= 10, $"{tracks.Length} tracks under {root}picture/{picture}");
                foreach (string track in tracks) AssertWorldmapTrack(Flat(seen, track), track);
            }
        }

        Assert.False(Flat(seen, "c3/v1/nodes/node-1/sensors/radar-2/trust").GetProperty("trusted").GetBoolean());
        Assert.True(Flat(seen, "c3/v1/nodes/node-1/sensors/radar-1/trust").GetProperty("trusted").GetBoolean());
        Assert.Contains("Equivocator", Flat(seen, "c3/v1/nodes/node-1/alarms").GetProperty("kinds").GetString(), StringComparison.Ordinal);
        Assert.Equal("node-4", Flat(seen, "c3/v1/nodes/node-1/alarms/Equivocator/node-4").GetProperty("subject").GetString());
        foreach (string topic in seen.Keys.Where(topic => topic.StartsWith("c3/v1/nodes/", StringComparison.Ordinal))) Flat(seen, topic);
        Assert.Contains(seen.Keys, topic => topic.StartsWith("c3/v1/nodes/node-2/plans/", StringComparison.Ordinal));
        Assert.Contains("c3/v1/sensors/radar-1/scans", seen.Keys);
    }

    private static void AssertWorldmapTrack(JsonElement track, string topic)
    {
        Assert.EndsWith("/" + track.GetProperty("name").GetString(), topic, StringComparison.Ordinal);
        foreach (string number in new[] { "lat", "lon", "alt", "speed", "bearing", "ts", "ttl", "n", "f", "support", "rejected", "ce" })
            Assert.True(track.GetProperty(number).ValueKind == JsonValueKind.Number, $"{number} in {topic}");
        foreach (string text in new[] { "SIDC", "layer", "assurance" }) Assert.NotEmpty(track.GetProperty(text).GetString()!);
        Assert.InRange(track.GetProperty("lat").GetDouble(), 54, 58);
        Assert.InRange(track.GetProperty("lon").GetDouble(), 0, 6);
        Assert.InRange(track.GetProperty("bearing").GetDouble(), 0, 360);
    }

    private static JsonElement Flat(Dictionary<string, string> seen, string topic)
    {
        Assert.True(seen.TryGetValue(topic, out string? text), $"nothing was seen on {topic}");
        JsonElement json = JsonDocument.Parse(text).RootElement;
        Assert.Equal(JsonValueKind.Object, json.ValueKind);
        Assert.DoesNotContain(json.EnumerateObject(), member => member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array);
        return json;
    }

    private static string? Find(string program) => new[] { "/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/sbin", "/opt/homebrew/bin" }
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        Process process = Process.Start(start)!;
        process.BeginErrorReadLine(); // the broker tells of each connection: read, not shown
        return process;
    }

    private static async Task WaitForPort(int port)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return;
            }
            catch (SocketException) when (attempt < 100)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
