namespace C3Fusion.Node.Http;

/// <summary>One thing that a node says, as it stands now.</summary>
/// <param name="Topic">The MQTT topic on which it says it.</param>
/// <param name="Payload">Flat JSON; null where it was deleted.</param>
internal readonly record struct Output(string Topic, ReadOnlyMemory<byte>? Payload);

/// <summary>
/// What nodes of this process publish, by topic: the same flat JSON as over MQTT, for those who ask over HTTP. A reader asks for what
/// changed since it last asked, so a slow one holds nothing up and is owed no more than the newest value of each topic.
/// </summary>
internal sealed class OutputBoard
{
    private const int MaxTopics = 50_000;

    /// <summary>Deletions remembered; who missed older ones gets everything anew.</summary>
    private const int MaxDeletions = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Version, ReadOnlyMemory<byte>? Payload)> _outputs = new(StringComparer.Ordinal);
    private readonly Queue<(long Version, string Topic)> _deletions = [];
    private long _version;
    private long _forgotten;
    private int _standing;

    /// <summary>Sets what stands on a topic.</summary>
    public void Set(string topic, ReadOnlyMemory<byte> payload)
    {
        lock (_gate)
        {
            bool known = _outputs.TryGetValue(topic, out var before) && before.Payload is not null;
            if (!known && _standing >= MaxTopics) return;
            if (!known) _standing++;
            _outputs[topic] = (++_version, payload);
        }
    }

    /// <summary>Nothing stands on a topic any more.</summary>
    public void Clear(string topic)
    {
        lock (_gate)
        {
            if (!_outputs.TryGetValue(topic, out var before) || before.Payload is null) return;
            _standing--;
            _outputs[topic] = (++_version, null);
            _deletions.Enqueue((_version, topic));
            if (_deletions.Count <= MaxDeletions) return;
            (_forgotten, string oldest) = _deletions.Dequeue();
            if (_outputs[oldest].Version == _forgotten) _outputs.Remove(oldest);
        }
    }

    /// <summary>What stands on a topic now; null for nothing.</summary>
    public ReadOnlyMemory<byte>? At(string topic)
    {
        lock (_gate) return _outputs.GetValueOrDefault(topic).Payload;
    }

    /// <summary>Everything that changed since a version; 0 for everything that stands.</summary>
    /// <param name="since">What the last call returned.</param>
    /// <param name="changes">Gets the changes in the order in which they were made.</param>
    /// <param name="isAll">Everything that stands, in place of what changed: what the reader holds beside it is gone.</param>
    /// <returns>The version now.</returns>
    public long Since(long since, List<Output> changes, out bool isAll)
    {
        lock (_gate)
        {
            isAll = since == 0 || since < _forgotten;
            bool everything = isAll;
            changes.AddRange(_outputs
                .Where(output => everything ? output.Value.Payload is not null : output.Value.Version > since)
                .OrderBy(output => output.Value.Version)
                .Select(output => new Output(output.Key, output.Value.Payload)));
            return _version;
        }
    }
}
