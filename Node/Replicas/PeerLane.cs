using C3Fusion.Rosters;

namespace C3Fusion.Node.Replicas;

/// <summary>One message of a peer from the moment it is queued until the replica has taken it, or it was refused.</summary>
internal sealed class PeerItem(int peer, ReadOnlyMemory<byte> bytes, Instant stamp)
{
    /// <summary>Index of the peer.</summary>
    public int Peer { get; } = peer;

    /// <summary>When it came in.</summary>
    public Instant Stamp { get; } = stamp;

    /// <summary>How many bytes it holds.</summary>
    public int Length { get; } = bytes.Length;

    /// <summary>What came; empty once it is done.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; } = bytes;

    /// <summary>Was it taken or refused?</summary>
    public bool IsDone { get; private set; }

    /// <summary>It was taken or refused: its bytes are free.</summary>
    public void Finish()
    {
        IsDone = true;
        Bytes = default;
    }
}

/// <summary>What waits, is in work or was handed on for one peer: bounded in messages and bytes until the replica has taken it. Not thread-safe.</summary>
internal sealed class PeerLane(int maxItems, long maxBytes)
{
    private readonly Queue<PeerItem> _waiting = new();
    private readonly Queue<PeerItem> _held = new();
    private long _bytes;
    private Instant _newest = new(long.MinValue);

    /// <summary>Messages that passed verification.</summary>
    public long Verified { get; set; }

    /// <summary>Messages that found the lane full.</summary>
    public long Dropped { get; private set; }

    /// <summary>Messages that verification refused.</summary>
    public long Refused { get; set; }

    /// <summary>Is something waiting to be verified?</summary>
    public bool IsWaiting => _waiting.Count > 0;

    /// <summary>Stamp of the oldest message that the replica has not taken yet; null where there is none.</summary>
    public Instant? Oldest => _held.TryPeek(out PeerItem? first) ? first.Stamp : null;

    /// <summary>Queues a message, or drops and counts it. Stamps of one lane never fall: a peer that has two connections for a moment speaks with one voice.</summary>
    public bool TryAdd(int peer, ReadOnlyMemory<byte> bytes, Instant stamp)
    {
        if (_held.Count >= maxItems || _bytes + bytes.Length > maxBytes)
        {
            Dropped++;
            return false;
        }

        if (stamp > _newest) _newest = stamp;
        var item = new PeerItem(peer, bytes, _newest);
        _waiting.Enqueue(item);
        _held.Enqueue(item);
        _bytes += item.Length;
        return true;
    }

    /// <summary>Takes the next message into work.</summary>
    public bool TryBegin(out PeerItem item) => _waiting.TryDequeue(out item!);

    /// <summary>A message was refused, or the replica took it.</summary>
    public void Finish(PeerItem item)
    {
        item.Finish();

        // Only from the front: what is done behind an older one still counts, which keeps the lane bounded whatever a peer sends.
        while (_held.TryPeek(out PeerItem? first) && first.IsDone)
        {
            _held.Dequeue();
            _bytes -= first.Length;
        }
    }
}
