using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using C3Fusion.Node.Mqtt;
using Serilog.Core;
using Xunit;

namespace C3Fusion.Node.Tests.Mqtt;

/// <summary>A client of the tests: what the broker last said on each topic, and every payload that each topic ever had.</summary>
internal sealed class BrokerClient : IAsyncDisposable
{
    private readonly MqttSession _session;

    private BrokerClient(NetworkAddress broker) => _session = new MqttSession(broker, $"watcher-{Guid.NewGuid():N}", Logger.None, ["c3/v1/#"], (topic, payload, _) =>
    {
        string text = Encoding.UTF8.GetString(payload.ToArray());
        History.GetOrAdd(topic, _ => []).Enqueue(text);
        Last[topic] = text;
    });

    public ConcurrentDictionary<string, string> Last { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, ConcurrentQueue<string>> History { get; } = new(StringComparer.Ordinal);

    public static async Task<BrokerClient> ConnectAsync(NetworkAddress broker)
    {
        var client = new BrokerClient(broker);
        client._session.Start();
        await client._session.WhenConnected(TestContext.Current.CancellationToken);
        return client;
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public async Task PublishAsync(string topic, string payload, bool retain) =>
        Assert.True(await _session.TryPublishAsync(topic, Encoding.UTF8.GetBytes(payload), retain, atLeastOnce: true));

    /// <summary>Waits until the last payload of a topic, empty where it was deleted, satisfies a condition.</summary>
    public Task UntilText(string topic, Func<string, bool> condition) => Until(() => Last.TryGetValue(topic, out string? text) && condition(text), () => $"{topic}: {Last.GetValueOrDefault(topic)}");

    /// <summary>Waits until the last payload of a topic is JSON that satisfies a condition.</summary>
    public Task UntilJson(string topic, Func<JsonElement, bool> condition) => UntilText(topic, text => text.Length > 0 && condition(JsonDocument.Parse(text).RootElement));

    public static async Task Until(Func<bool> condition, Func<string> found, int seconds = 15)
    {
        var limit = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            Assert.True(limit.Elapsed.TotalSeconds < seconds, found());
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();
}
