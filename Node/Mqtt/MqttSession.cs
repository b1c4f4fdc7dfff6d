using System.Buffers;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using Serilog;

namespace C3Fusion.Node.Mqtt;

/// <summary>What the broker publishes for a client that dies without a word.</summary>
/// <param name="Topic">Where; retained.</param>
/// <param name="Payload">What.</param>
internal sealed record LastWill(string Topic, byte[] Payload);

/// <summary>
/// One client of the broker that stays connected: a timer pings and, where that fails, connects and subscribes anew
/// with jitter. (An event-driven reconnect can deadlock the client; the timer cannot.)
/// </summary>
internal sealed class MqttSession : IAsyncDisposable
{
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OperationLimit = TimeSpan.FromSeconds(5);

    private readonly NetworkAddress _broker;
    private readonly IMqttClient _client;
    private readonly MqttClientOptions _options;
    private readonly MqttClientSubscribeOptions? _subscriptions;
    private readonly Action<string, ReadOnlySequence<byte>, bool>? _received;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _firstConnection = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _keeper = Task.CompletedTask;
    private long _connects;
    private volatile bool _granted;
    private string? _problem;

    /// <summary>A session that begins with <see cref="Start"/>.</summary>
    /// <param name="broker">Where the broker listens.</param>
    /// <param name="clientId">Unique at the broker.</param>
    /// <param name="log">Gets connects and losses.</param>
    /// <param name="subscriptions">Topic filters.</param>
    /// <param name="received">Called in order, one at a time, with topic, payload (valid only during the call) and the retained flag; must return at once.</param>
    /// <param name="will">Published by the broker when this client dies.</param>
    /// <param name="login">As whom; null where the broker asks nobody.</param>
    public MqttSession(
        NetworkAddress broker,
        string clientId,
        ILogger log,
        IReadOnlyList<string>? subscriptions = null,
        Action<string, ReadOnlySequence<byte>, bool>? received = null,
        LastWill? will = null,
        BrokerLogin? login = null)
    {
        var factory = new MqttClientFactory();
        _client = factory.CreateMqttClient();
        MqttClientOptionsBuilder options = new MqttClientOptionsBuilder()
            .WithTcpServer(broker.Host, broker.Port)
            .WithClientId(clientId)
            .WithCleanStart()
            .WithTimeout(OperationLimit)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(5));
        if (login is not null) options = options.WithCredentials(login.User, login.Password);
        if (will is not null)
            options = options.WithWillTopic(will.Topic).WithWillPayload(will.Payload).WithWillRetain().WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        _options = options.Build();
        if (subscriptions is { Count: > 0 })
        {
            MqttClientSubscribeOptionsBuilder filters = factory.CreateSubscribeOptionsBuilder();
            foreach (string filter in subscriptions) filters = filters.WithTopicFilter(filter, MqttQualityOfServiceLevel.AtMostOnce);
            _subscriptions = filters.Build();
        }

        _broker = broker;
        _received = received;
        _log = log;
        _client.ApplicationMessageReceivedAsync += Receive;
    }

    /// <summary>Called after each connection whose subscriptions were granted, before anything else is published on it.</summary>
    public event Action? Connected;

    /// <summary>Does the connection stand, with every subscription granted?</summary>
    public bool IsReady => _granted && _client.IsConnected;

    /// <summary>Why it is not ready, in words; null while it is, and before the first attempt.</summary>
    public string? Problem => IsReady ? null : Volatile.Read(ref _problem);

    /// <summary>How often the connection was made.</summary>
    public long Connects => Interlocked.Read(ref _connects);

    /// <summary>Starts to connect and stay connected.</summary>
    public void Start() => _keeper = Task.Run(KeepAsync);

    /// <summary>Completes when the first connection stands and its subscriptions are granted.</summary>
    public Task WhenConnected(CancellationToken cancellation) => _firstConnection.Task.WaitAsync(cancellation);

    /// <summary>Publishes one message; false where the session is not ready or the broker did not take it.</summary>
    public async Task<bool> TryPublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, bool atLeastOnce = false)
    {
        if (!IsReady) return false;
        MqttApplicationMessage message = new MqttApplicationMessageBuilder()
            .WithTopic(topic)
            .WithPayload(new ReadOnlySequence<byte>(payload))
            .WithRetainFlag(retain)
            .WithQualityOfServiceLevel(atLeastOnce ? MqttQualityOfServiceLevel.AtLeastOnce : MqttQualityOfServiceLevel.AtMostOnce)
            .Build();
        try
        {
            return (await _client.PublishAsync(message, _stop.Token).ConfigureAwait(false)).IsSuccess;
        }
        catch (Exception error) when (IsOrdinary(error))
        {
            return false;
        }
    }

    /// <summary>Ends one subscription.</summary>
    public async Task UnsubscribeAsync(string filter)
    {
        try
        {
            if (_client.IsConnected)
                await _client.UnsubscribeAsync(new MqttClientUnsubscribeOptionsBuilder().WithTopicFilter(filter).Build(), _stop.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (IsOrdinary(error))
        {
            // The subscription ended with its connection.
        }
    }

    /// <summary>Ends the session; politely (the will is not published) unless <see cref="Abandon"/> was called.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _keeper.ConfigureAwait(false);
        try
        {
            if (_client.IsConnected) await _client.DisconnectAsync(new MqttClientDisconnectOptions(), CancellationToken.None).WaitAsync(OperationLimit).ConfigureAwait(false);
        }
        catch (Exception error) when (IsOrdinary(error))
        {
            // It was gone already.
        }

        _client.Dispose();
        _stop.Dispose();
    }

    /// <summary>Drops the connection as a crash would: the broker publishes the will.</summary>
    public void Abandon()
    {
        _stop.Cancel();
        _client.Dispose();
    }

    private static bool IsOrdinary(Exception error) => error is MqttCommunicationException or MqttProtocolViolationException or OperationCanceledException
        or TimeoutException or InvalidOperationException or ObjectDisposedException or System.Net.Sockets.SocketException or IOException
        or MqttClientNotConnectedException;

    private Task Receive(MqttApplicationMessageReceivedEventArgs arrived)
    {
        try
        {
            _received?.Invoke(arrived.ApplicationMessage.Topic, arrived.ApplicationMessage.Payload, arrived.ApplicationMessage.Retain);
        }
        catch (Exception error)
        {
            // One message that its receiver cannot bear must not end the stream of all.
            _log.Error(error, "a message on {Topic} was not taken", arrived.ApplicationMessage.Topic);
        }

        return Task.CompletedTask;
    }

    private async Task KeepAsync()
    {
        var jitter = new Random();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (!IsReady || !await _client.TryPingAsync(_stop.Token).ConfigureAwait(false)) await ConnectAsync().ConfigureAwait(false);
            }
            catch (Exception error)
            {
                // Whatever it was: the session is tried anew, for as long as it is wanted.
                if (!_stop.IsCancellationRequested) Tell(error.Message);
            }

            try
            {
                await Task.Delay(PingEvery * (0.5 + jitter.NextDouble()), _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Connects and subscribes. A connection without all of its subscriptions is deaf and worse than none: it is given up.</summary>
    private async Task ConnectAsync()
    {
        _granted = false;
        if (_client.IsConnected) await DropAsync().ConfigureAwait(false);
        MqttClientConnectResult connected = await _client.ConnectAsync(_options, _stop.Token).ConfigureAwait(false);
        if (connected.ResultCode != MqttClientConnectResultCode.Success)
        {
            Tell($"the connection was refused ({connected.ResultCode})");
            return;
        }

        if (await RefusedAsync().ConfigureAwait(false) is { } refused)
        {
            Tell(refused);
            await DropAsync().ConfigureAwait(false);
            return;
        }

        Interlocked.Increment(ref _connects);
        _log.Information("MQTT connected as {ClientId}", _options.ClientId);
        Connected?.Invoke();
        Volatile.Write(ref _problem, null);
        _granted = true;
        _firstConnection.TrySetResult();
    }

    /// <summary>Subscribes; says which filter was not granted, or null where all were.</summary>
    private async Task<string?> RefusedAsync()
    {
        if (_subscriptions is null) return null;
        try
        {
            MqttClientSubscribeResult result = await _client.SubscribeAsync(_subscriptions, _stop.Token).ConfigureAwait(false);
            MqttClientSubscribeResultItem? refused = result.Items.FirstOrDefault(item => item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2);
            if (refused is not null) return $"the subscription to {refused.TopicFilter.Topic} was refused ({refused.ResultCode})";
            int asked = _subscriptions.TopicFilters.Count;
            return result.Items.Count < asked ? $"only {result.Items.Count} of {asked} subscriptions were answered" : null;
        }
        catch (Exception error) when (IsOrdinary(error) && !_stop.IsCancellationRequested)
        {
            return $"the subscription failed: {error.Message}";
        }
    }

    private async Task DropAsync()
    {
        try
        {
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), _stop.Token).WaitAsync(OperationLimit, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (IsOrdinary(error) && !_stop.IsCancellationRequested)
        {
            // It was gone already.
        }
    }

    /// <summary>Says what is wrong: at once where it is new, in silence where it is as before.</summary>
    private void Tell(string problem)
    {
        if (Interlocked.Exchange(ref _problem, problem) == problem) return;
        _log.Warning("MQTT broker at {Broker} is of no use to {ClientId}: {Reason}", _broker, _options.ClientId, problem);
    }
}
