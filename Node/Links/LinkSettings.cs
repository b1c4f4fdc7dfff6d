namespace C3Fusion.Node.Links;

/// <summary>Limits of the links between nodes. All times in milliseconds.</summary>
/// <param name="RoundMs">R of the roster: a dead connection is noticed and replaced within two of these.</param>
/// <param name="MaxFrameBytes">Longest frame; a peer that announces a longer one is cut off.</param>
/// <param name="QueueFrames">Most frames waiting for one peer.</param>
/// <param name="QueueBytes">Most bytes waiting for one peer.</param>
/// <param name="MaxFrameAgeMs">A frame that waited longer for a connection is dropped: its round is over.</param>
/// <param name="MaxBytesPerSecond">What one peer may send; a faster one is read no faster, so that only its own frames wait.</param>
public sealed record LinkSettings(
    int RoundMs,
    int MaxFrameBytes = 4 << 20,
    int QueueFrames = 512,
    int QueueBytes = 16 << 20,
    int MaxFrameAgeMs = 1000,
    int MaxBytesPerSecond = 32 << 20)
{
    /// <summary>Silence after which a connection counts as dead: with the redial it makes less than two rounds.</summary>
    public int DeadAfterMs => Math.Max(100, RoundMs * 3 / 2);

    /// <summary>How often each end shows that it lives when it has nothing to say.</summary>
    public int HeartbeatMs => Math.Max(20, DeadAfterMs / 4);

    /// <summary>Longest handshake.</summary>
    public int HandshakeMs => Math.Max(500, RoundMs * 4);

    /// <summary>Pause before the next address is dialled.</summary>
    public int RedialMs => Math.Max(10, RoundMs / 4);
}
