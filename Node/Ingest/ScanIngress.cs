using System.Buffers;
using System.Collections.Frozen;
using C3Fusion.Node.Configuration;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Node.Ingest;

/// <summary>Where the broker's messages enter a box: sorts them by sensor into bounded channels and returns at once.</summary>
/// <remarks>Every box hears every sensor; only the box that owns a sensor's entity works on its scans, so a fail-over needs no new subscription.</remarks>
internal sealed class ScanIngress
{
    private readonly FrozenDictionary<string, SensorChannel> _channels;

    public ScanIngress(Roster roster, IngestSettings settings) =>
        _channels = roster.Sensors.ToFrozenDictionary(sensor => sensor.Id, sensor => new SensorChannel(sensor.Id, settings), StringComparer.Ordinal);

    /// <summary>What came on scan topics of no sensor of the roster.</summary>
    public RefusalCounters Strangers { get; } = new();

    /// <summary>The channel of one sensor, or null where the roster has none of this name.</summary>
    public SensorChannel? this[string sensor] => _channels.GetValueOrDefault(sensor);

    /// <summary>Takes one message from the broker; copies what it keeps.</summary>
    public void Receive(string topic, ReadOnlySequence<byte> payload)
    {
        if (!Topics.TryParseScans(topic, out string sensor)) Strangers.Count(ScanRefusal.WrongTopic);
        else if (_channels.TryGetValue(sensor, out SensorChannel? channel)) channel.Offer(payload);
        else Strangers.Count(ScanRefusal.UnknownSensor);
    }
}
