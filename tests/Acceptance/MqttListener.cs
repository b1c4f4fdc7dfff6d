using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using C3Fusion.Node;
using C3Fusion.Node.Mqtt;
using Serilog.Core;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary>An MQTT client of the tests: keeps the last payload of each topic, and publishes what it is told.</summary>
internal sealed class MqttListener : IAsyncDisposable
{
    private readonly MqttSession _session;

    private MqttListener(NetworkAddress broker, string filter)
    {
        _session = new MqttSession(broker, $"acceptance-{Guid.NewGuid():N}", Logger.None, [filter], (topic, payload, _) =>
        {
            if (payload.Length == 0) Last.TryRemove(topic, out string? _);
            else Last[topic] = Encoding.UTF8.GetString(payload.ToArray());
        });
    }

    public ConcurrentDictionary<string, string> Last { get; } = new(StringComparer.Ordinal);

    public static async Task<MqttListener> ConnectAsync(NetworkAddress broker, string filter)
    {
        var listener = new MqttListener(broker, filter);
        listener._session.Start();
        await listener._session.WhenConnected(TestContext.Current.CancellationToken);
        return listener;
    }

    public async Task PublishAsync(string topic, byte[] payload) =>
        Assert.True(await _session.TryPublishAsync(topic, payload, retain: false, atLeastOnce: true), $"the broker did not take {payload.Length} bytes on {topic}");

    /// <summary>Waits until the last payload of a topic satisfies a condition.</summary>
    public async Task<JsonElement> Until(string topic, Func<JsonElement, bool> condition, int seconds)
    {
        var limit = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            if (Last.TryGetValue(topic, out string? text) && JsonDocument.Parse(text).RootElement is var json && condition(json)) return json;
            Assert.True(limit.Elapsed.TotalSeconds < seconds, $"{topic} did not come to what was expected within {seconds} s; last: {text}");
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();
}
