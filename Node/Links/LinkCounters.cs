namespace C3Fusion.Node.Links;

/// <summary>What happened on the links to and from one peer since the start. A snapshot.</summary>
/// <param name="Peer">Index of the peer.</param>
/// <param name="OutgoingUp">Does our connection to it stand?</param>
/// <param name="IncomingUp">Does its connection to us stand?</param>
/// <param name="Connects">How often our connection was made.</param>
/// <param name="FramesSent">Frames written to the socket.</param>
/// <param name="BytesSent">Their bytes.</param>
/// <param name="FramesReceived">Frames read.</param>
/// <param name="BytesReceived">Their bytes.</param>
/// <param name="DroppedQueueFull">Frames that found the queue full.</param>
/// <param name="DroppedStale">Frames that waited too long for a connection.</param>
/// <param name="DroppedTooLarge">Frames beyond the limit, ours or the peer's.</param>
/// <param name="Throttled">How often the peer sent faster than it may.</param>
public sealed record LinkStatus(
    int Peer,
    bool OutgoingUp,
    bool IncomingUp,
    long Connects,
    long FramesSent,
    long BytesSent,
    long FramesReceived,
    long BytesReceived,
    long DroppedQueueFull,
    long DroppedStale,
    long DroppedTooLarge,
    long Throttled);

/// <summary>The live counters behind <see cref="LinkStatus"/>; written by the link's threads, read by anyone.</summary>
internal sealed class LinkCounters
{
    public long Connects;
    public long FramesSent;
    public long BytesSent;
    public long FramesReceived;
    public long BytesReceived;
    public long DroppedQueueFull;
    public long DroppedStale;
    public long DroppedTooLarge;
    public long Throttled;
    public int Outgoing;
    public int Incoming;

    public LinkStatus Read(int peer) => new(
        peer,
        Volatile.Read(ref Outgoing) > 0,
        Volatile.Read(ref Incoming) > 0,
        Interlocked.Read(ref Connects),
        Interlocked.Read(ref FramesSent),
        Interlocked.Read(ref BytesSent),
        Interlocked.Read(ref FramesReceived),
        Interlocked.Read(ref BytesReceived),
        Interlocked.Read(ref DroppedQueueFull),
        Interlocked.Read(ref DroppedStale),
        Interlocked.Read(ref DroppedTooLarge),
        Interlocked.Read(ref Throttled));
}
