using C3Fusion.Rosters;

namespace C3Fusion.Replica;

/// <summary>The carrier between this node and its peers. The host gives a real one, the simulation a jammable one.</summary>
/// <remarks>Never blocks: a peer whose queue is full or whose connection is down loses the frame, which is counted; the protocol tolerates it.</remarks>
public interface ILink
{
    /// <summary>Queues <paramref name="frame"/> for <paramref name="peer"/>.</summary>
    /// <returns>False where it was dropped at once: queue full, too large, no connection.</returns>
    bool TrySend(int peer, ReadOnlyMemory<byte> frame);
}

/// <summary>Receives what arrives over the links. Called on the carrier's thread: it must only stamp, queue and return.</summary>
public interface ILinkReceiver
{
    /// <summary>A frame from an authenticated peer.</summary>
    /// <param name="peer">Index of the node at the other end.</param>
    /// <param name="frame">The bytes; owned by the receiver.</param>
    /// <param name="stamp">Taken at the socket read.</param>
    void FrameReceived(int peer, ReadOnlyMemory<byte> frame, Instant stamp);
}
