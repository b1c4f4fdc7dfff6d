using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using C3Fusion.Node.Mqtt;
using MQTTnet.Protocol;
using MQTTnet.Server;
using Serilog.Core;
using Xunit;

namespace C3Fusion.Node.Tests.Mqtt;

/// <summary>A session is ready when the broker granted everything, and tries until it did; against a real broker that refuses.</summary>
public sealed class MqttSessionTests : IAsyncLifetime
{
    private readonly int _port = BrokerClient.FreePort();
    private MqttServer _broker = null!;

    private NetworkAddress Address => new("127.0.0.1", _port);

    public async ValueTask InitializeAsync()
    {
        _broker = new MqttServerFactory().CreateMqttServer(new MqttServerOptionsBuilder()
            .WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointBoundIPV6Address(IPAddress.None).WithDefaultEndpointPort(_port).Build());
        await _broker.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.StopAsync();
        _broker.Dispose();
    }

    [Fact]
    public async Task A_session_whose_subscription_is_refused_is_not_ready_and_says_so_until_it_is_granted()
    {
        int refusals = 0;
        bool refuse = true;
        _broker.InterceptingSubscriptionAsync += subscription =>
        {
            if (!refuse || subscription.TopicFilter.Topic != "c3/v1/sensors/+/scans") return Task.CompletedTask;
            Interlocked.Increment(ref refusals);
            subscription.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
            subscription.ProcessSubscription = false;
            return Task.CompletedTask;
        };
        var heard = new ConcurrentQueue<string>();
        int connected = 0;
        await using var session = new MqttSession(Address, "ingest", Logger.None, ["c3/v1/other", "c3/v1/sensors/+/scans"], (topic, _, _) => heard.Enqueue(topic));
        session.Connected += () => connected++;
        session.Start();
        Task ready = session.WhenConnected(TestContext.Current.CancellationToken);

        await BrokerClient.Until(() => refusals >= 2, () => $"{refusals} refusals");
        Assert.Equal((false, false, 0), (session.IsReady, ready.IsCompleted, connected));
        Assert.Equal("the subscription to c3/v1/sensors/+/scans was refused (NotAuthorized)", session.Problem);
        Assert.False(await session.TryPublishAsync("c3/v1/x", "x"u8.ToArray(), retain: false));

        refuse = false;
        await ready;
        Assert.Equal((true, 1), (session.IsReady, connected));
        Assert.Null(session.Problem);
        await using BrokerClient other = await BrokerClient.ConnectAsync(Address);
        await other.PublishAsync("c3/v1/sensors/radar-1/scans", "scan", retain: false);
        await BrokerClient.Until(() => heard.Contains("c3/v1/sensors/radar-1/scans"), () => "nothing was heard");
    }

    [Fact]
    public async Task A_broker_that_drops_whoever_subscribes_is_tried_again()
    {
        int drops = 0;
        _broker.InterceptingSubscriptionAsync += subscription =>
        {
            if (drops < 2) subscription.CloseConnection = ++drops > 0;
            return Task.CompletedTask;
        };
        await using var session = new MqttSession(Address, "ingest", Logger.None, ["c3/v1/sensors/+/scans"]);
        session.Start();
        await session.WhenConnected(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(2, drops);
        Assert.True(session.IsReady);
    }

    [Fact]
    public async Task A_connection_that_is_refused_is_not_ready()
    {
        bool refuse = true;
        _broker.ValidatingConnectionAsync += connection =>
        {
            if (refuse) connection.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
            return Task.CompletedTask;
        };
        await using var session = new MqttSession(Address, "node", Logger.None);
        session.Start();
        await BrokerClient.Until(() => session.Problem is not null, () => "no problem was told");
        Assert.False(session.IsReady);
        refuse = false;
        await session.WhenConnected(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_embedded_broker_on_a_taken_port_says_so() =>
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(() => EmbeddedBroker.StartAsync(_port));

    [Fact]
    public async Task A_receiver_that_throws_loses_its_message_and_nothing_else()
    {
        var heard = new ConcurrentQueue<string>();
        await using var session = new MqttSession(Address, "ingest", Logger.None, ["c3/v1/#"], (_, payload, _) =>
        {
            string text = Encoding.UTF8.GetString(payload.ToArray());
            if (text == "bad") throw new FormatException("bad");
            heard.Enqueue(text);
        });
        session.Start();
        await session.WhenConnected(TestContext.Current.CancellationToken);
        await using BrokerClient other = await BrokerClient.ConnectAsync(Address);
        foreach (string text in new[] { "a", "bad", "b" }) await other.PublishAsync("c3/v1/x", text, retain: false);
        await BrokerClient.Until(() => heard.SequenceEqual(["a", "b"]), () => string.Join(' ', heard));
        Assert.Equal(1, session.Connects);
    }

    [Fact]
    public async Task A_listener_to_the_connection_that_throws_does_not_end_the_session()
    {
        int calls = 0;
        await using var session = new MqttSession(Address, "node", Logger.None);
        session.Connected += () =>
        {
            if (++calls == 1) throw new NotSupportedException("a bug elsewhere");
        };
        session.Start();
        await session.WhenConnected(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(session.IsReady);
    }
}
