using System.Globalization;
using System.Net;
using MQTTnet.Server;

namespace C3Fusion.Node.Mqtt;

/// <summary>An MQTT broker inside the process, for the demo and for single boxes; in the field Mosquitto stands in its place.</summary>
/// <remarks>
/// MQTTnet.Server ignores message expiry of retained messages and Receive Maximum and has no shared subscriptions; none
/// of them is relied on. It refuses empty client ids by itself, so one is assigned here: a plain <c>mosquitto_sub</c> works.
/// </remarks>
internal sealed class EmbeddedBroker : IAsyncDisposable
{
    private const int MaxPendingPerClient = 20_000;

    private readonly MqttServer _server;
    private long _clients;

    private EmbeddedBroker(MqttServer server, int port)
    {
        _server = server;
        Address = new NetworkAddress("127.0.0.1", port);
    }

    /// <summary>Where it listens.</summary>
    public NetworkAddress Address { get; }

    /// <summary>Starts a broker on the loopback interface.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken.</exception>
    public static async Task<EmbeddedBroker> StartAsync(int port)
    {
        MqttServerOptions options = new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithDefaultEndpointPort(port)
            .WithMaxPendingMessagesPerClient(MaxPendingPerClient)
            .Build();
        var broker = new EmbeddedBroker(new MqttServerFactory().CreateMqttServer(options), port);
        broker._server.ValidatingConnectionAsync += broker.AssignClientId;
        await broker._server.StartAsync().ConfigureAwait(false);
        return broker;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync().ConfigureAwait(false);
        _server.Dispose();
    }

    private Task AssignClientId(ValidatingConnectionEventArgs connection)
    {
        if (string.IsNullOrEmpty(connection.ClientId))
            connection.AssignedClientIdentifier = string.Create(CultureInfo.InvariantCulture, $"anonymous-{Interlocked.Increment(ref _clients)}");
        return Task.CompletedTask;
    }
}
