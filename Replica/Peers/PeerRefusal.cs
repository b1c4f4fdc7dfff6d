namespace C3Fusion.Replica.Peers;

/// <summary>Why bytes from a peer never reached the replica. Each is counted by the host, per peer.</summary>
public enum PeerRefusal : byte
{
    /// <summary>They were taken.</summary>
    None,

    /// <summary>More bytes than a message may have.</summary>
    TooLarge,

    /// <summary>The first byte names no channel.</summary>
    UnknownChannel,

    /// <summary>Not the canonical form of a message.</summary>
    Malformed,

    /// <summary>A signature does not hold.</summary>
    BadSignature,

    /// <summary>A catch-up slot without enough equal DECIDEs, or with a payload that its vector does not name.</summary>
    NoProof,

    /// <summary>A frame whose author is not the node at the other end of the link.</summary>
    WrongAuthor,

    /// <summary>A frame of a slot that is over for long, or has not begun.</summary>
    OutsideWindow,

    /// <summary>The peer made this node check more new signatures in one slot than an honest one ever does.</summary>
    OverBudget,
}
