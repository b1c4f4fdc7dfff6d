using Serilog;

namespace C3Fusion.Node.Mqtt;

/// <summary>
/// Keeps a set of retained topics at the broker equal to a map held here. Only the newest value of a topic waits, so that
/// the queue is bounded by the number of topics and a slow broker delays nothing but itself; the rate is limited.
/// </summary>
internal sealed class RetainedPublisher : IAsyncDisposable
{
    private const int MaxTopics = 50_000;
    private const int TickMs = 25;

    private readonly MqttSession _session;
    private readonly int _perTick;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _dirty = new(StringComparer.Ordinal);
    private readonly Queue<string> _urgent = new();
    private readonly Queue<string> _ordinary = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _pump = Task.CompletedTask;
    private long _published;
    private long _refused;

    /// <summary>A publisher over <paramref name="session"/> that sends at most <paramref name="perSecond"/> messages each second.</summary>
    public RetainedPublisher(MqttSession session, int perSecond, ILogger log)
    {
        _session = session;
        _perTick = Math.Max(1, perSecond * TickMs / 1000);
        _log = log;
        _session.Connected += RepublishAll;
    }

    /// <summary>Messages handed to the broker so far.</summary>
    public long Published => Interlocked.Read(ref _published);

    /// <summary>Topics refused because there were too many.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Messages that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _dirty.Count;
        }
    }

    /// <summary>Starts to publish.</summary>
    public void Start() => _pump = Task.Run(PumpAsync);

    /// <summary>Sets a topic's value; the same value again costs nothing.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="payload">Its value; owned by the publisher.</param>
    /// <param name="urgent">Goes ahead of the picture: states, decisions, alarms.</param>
    public void Set(string topic, ReadOnlyMemory<byte> payload, bool urgent = false)
    {
        lock (_gate)
        {
            if (_values.TryGetValue(topic, out ReadOnlyMemory<byte> old) && old.Span.SequenceEqual(payload.Span)) return;
            if (_values.Count >= MaxTopics && !_values.ContainsKey(topic))
            {
                Interlocked.Increment(ref _refused);
                return;
            }

            _values[topic] = payload;
            MarkDirty(topic, urgent);
        }
    }

    /// <summary>Deletes a topic's retained message (an empty retained payload).</summary>
    public void Clear(string topic)
    {
        lock (_gate)
        {
            _values.Remove(topic);
            MarkDirty(topic, urgent: false);
        }
    }

    /// <summary>Is the topic one of ours now?</summary>
    public bool Holds(string topic)
    {
        lock (_gate) return _values.ContainsKey(topic);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _session.Connected -= RepublishAll;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void MarkDirty(string topic, bool urgent)
    {
        if (_dirty.Add(topic)) (urgent ? _urgent : _ordinary).Enqueue(topic);
    }

    /// <summary>A broker that was restarted has lost what it retained.</summary>
    private void RepublishAll()
    {
        lock (_gate)
        {
            foreach (string topic in _values.Keys) MarkDirty(topic, urgent: false);
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(TickMs));
            while (await tick.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                if (!_session.IsReady) continue;
                for (int i = 0; i < _perTick && TryTake(out string? topic, out ReadOnlyMemory<byte> payload); i++)
                {
                    if (await _session.TryPublishAsync(topic!, payload, retain: true).ConfigureAwait(false))
                    {
                        Interlocked.Increment(ref _published);
                        continue;
                    }

                    lock (_gate) MarkDirty(topic!, urgent: false);
                    break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The box is stopping.
        }
        catch (Exception error)
        {
            _log.Error(error, "publisher ended");
        }
    }

    private bool TryTake(out string? topic, out ReadOnlyMemory<byte> payload)
    {
        lock (_gate)
        {
            if (!_urgent.TryDequeue(out topic) && !_ordinary.TryDequeue(out topic))
            {
                payload = default;
                return false;
            }

            _dirty.Remove(topic);
            payload = _values.GetValueOrDefault(topic);
            return true;
        }
    }
}
