using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using C3Fusion.Node;
using C3Fusion.Node.Mqtt;
using Serilog.Core;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary>The broker as <c>deploy/mosquitto</c> sets it up: a real Mosquitto with that access list, and the product's own clients.</summary>
public sealed class DeployTests : IAsyncLifetime
{
    private static readonly string[] Users = ["node-1", "node-2", "radar-1", "viewer"];

    private readonly string _folder = Directory.CreateTempSubdirectory("c3fusion-deploy-").FullName;
    private readonly int _port = FreePort();
    private Process? _broker;

    private NetworkAddress Address => new("127.0.0.1", _port);

    public async ValueTask InitializeAsync()
    {
        if (Find("mosquitto") is not { } mosquitto || Find("mosquitto_passwd") is not { } passwd) return;
        string passwords = Path.Combine(_folder, "passwords"), source = Path.Combine(Tree(), "deploy", "mosquitto");
        foreach (string user in Users)
        {
            using Process add = Process.Start(passwd, [.. user == Users[0] ? ["-c"] : Array.Empty<string>(), "-b", passwords, user, $"secret of {user}"]);
            await add.WaitForExitAsync();
            Assert.Equal(0, add.ExitCode);
        }

        File.Copy(Path.Combine(source, "acl"), Path.Combine(_folder, "acl"));
        string conf = (await File.ReadAllTextAsync(Path.Combine(source, "mosquitto.conf")))
            .Replace("/mosquitto/config/", _folder + "/", StringComparison.Ordinal)
            .Replace("/mosquitto/data/", _folder + "/", StringComparison.Ordinal)
            .Replace("listener 1883", string.Create(CultureInfo.InvariantCulture, $"listener {_port} 127.0.0.1"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_folder, "mosquitto.conf"), $"user {Environment.UserName}\n{conf}");
        _broker = Process.Start(new ProcessStartInfo(mosquitto, ["-c", Path.Combine(_folder, "mosquitto.conf")]) { UseShellExecute = false, RedirectStandardError = true })!;
        _broker.BeginErrorReadLine();
    }

    public ValueTask DisposeAsync()
    {
        _broker?.Kill();
        _broker?.WaitForExit();
        _broker?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Every_topic_has_one_writer()
    {
        Assert.SkipUnless(_broker is not null, "mosquitto and mosquitto_passwd are not installed: apt-get install mosquitto");
        var seen = new Seen();
        await using MqttSession viewer = await ComeAsync("viewer", seen, "c3/v1/#"), first = await ComeAsync("node-1"), second = await ComeAsync("node-2"), radar = await ComeAsync("radar-1");

        // Each tries what is another's first and then says what is its own: the broker keeps the order of one client.
        foreach ((MqttSession session, string stolen, string own) in new[]
        {
            (second, "c3/v1/nodes/node-1/state", "c3/v1/nodes/node-2/state"),
            (second, "c3/v1/nodes/node-1/picture/agreed/T1", "c3/v1/nodes/node-2/picture/agreed/T1"),
            (second, "c3/v1/sensors/radar-1/scans", "c3/v1/nodes/node-2/decisions/latest"),
            (first, "c3/v1/nodes/node-2/state", "c3/v1/nodes/node-1/state"),
            (radar, "c3/v1/sensors/radar-2/scans", "c3/v1/sensors/radar-1/scans"),
            (radar, "c3/v1/nodes/node-1/sensors/radar-1/trust", "c3/v1/sensors/radar-1/state"),
        })
        {
            await session.TryPublishAsync(stolen, "stolen"u8.ToArray(), retain: true, atLeastOnce: true);
            Assert.True(await session.TryPublishAsync(own, "own"u8.ToArray(), retain: true, atLeastOnce: true), own);
            await seen.Until(own);
        }

        await viewer.TryPublishAsync("c3/v1/nodes/node-1/state", "stolen"u8.ToArray(), retain: true, atLeastOnce: true);
        Assert.True(await first.TryPublishAsync("c3/v1/nodes/node-1/alarms", "own"u8.ToArray(), retain: true, atLeastOnce: true));
        await seen.Until("c3/v1/nodes/node-1/alarms");
        Assert.All(seen.Payloads(), payload => Assert.Equal("own", payload));
    }

    [Fact]
    public async Task A_node_hears_every_sensor_and_no_other_node()
    {
        Assert.SkipUnless(_broker is not null, "mosquitto and mosquitto_passwd are not installed: apt-get install mosquitto");
        var seen = new Seen();
        await using MqttSession second = await ComeAsync("node-2", seen, "c3/v1/#"), first = await ComeAsync("node-1"), radar = await ComeAsync("radar-1");
        Assert.True(await first.TryPublishAsync("c3/v1/nodes/node-1/state", "own"u8.ToArray(), retain: true, atLeastOnce: true));
        Assert.True(await radar.TryPublishAsync("c3/v1/sensors/radar-1/scans", "own"u8.ToArray(), retain: false, atLeastOnce: true));
        await seen.Until("c3/v1/sensors/radar-1/scans");
        Assert.DoesNotContain("c3/v1/nodes/node-1/state", seen.Topics());
    }

    [Fact]
    public async Task Without_the_right_password_nobody_comes_in()
    {
        Assert.SkipUnless(_broker is not null, "mosquitto and mosquitto_passwd are not installed: apt-get install mosquitto");
        await using (await ComeAsync("viewer"))
        {
            foreach (BrokerLogin? login in new[] { null, new BrokerLogin("node-1", "guess"), new BrokerLogin("stranger", "x") })
            {
                await using var session = new MqttSession(Address, "stranger", Logger.None, login: login);
                session.Start();
                var limit = Stopwatch.StartNew();
                using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
                while (session.Problem is null) Assert.True(limit.Elapsed.TotalSeconds < 15 && await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken));
                Assert.False(session.IsReady);
            }
        }
    }

    private async Task<MqttSession> ComeAsync(string user, Seen? seen = null, string? filter = null)
    {
        var session = new MqttSession(
            Address,
            $"client of {user}",
            Logger.None,
            filter is null ? null : [filter],
            (topic, payload, _) => seen?.Take(topic, Encoding.UTF8.GetString(payload)),
            login: new BrokerLogin(user, $"secret of {user}"));
        session.Start();
        await session.WhenConnected(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        return session;
    }

    private static string? Find(string program) => new[] { "/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin" }.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static string Tree()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "C3Fusion.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("the tree was not found");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>What a client heard.</summary>
    private sealed class Seen
    {
        private readonly Lock _gate = new();
        private readonly List<(string Topic, string Payload)> _heard = [];

        public void Take(string topic, string payload)
        {
            lock (_gate) _heard.Add((topic, payload));
        }

        public string[] Topics()
        {
            lock (_gate) return [.. _heard.Select(message => message.Topic)];
        }

        public string[] Payloads()
        {
            lock (_gate) return [.. _heard.Select(message => message.Payload)];
        }

        public async Task Until(string topic)
        {
            var limit = Stopwatch.StartNew();
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (!Topics().Contains(topic, StringComparer.Ordinal))
            {
                Assert.True(limit.Elapsed.TotalSeconds < 15, $"{topic} was not heard");
                await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            }
        }
    }
}
