namespace C3Fusion.Agreement;

/// <summary>Why a frame never reached the agreement machine. Hosts count each, per peer.</summary>
public enum FrameRefusal : byte
{
    /// <summary>It was taken.</summary>
    None,

    /// <summary>Longer than a frame may be.</summary>
    TooLong,

    /// <summary>Not the canonical form of a frame of this roster.</summary>
    Malformed,

    /// <summary>Its author is not the node at the other end of the link.</summary>
    WrongAuthor,

    /// <summary>Its slot is over for long, or has not begun by more than the clock guard.</summary>
    OutsideWindow,

    /// <summary>The peer made this node check more new signatures in one slot than an honest one ever does.</summary>
    OverBudget,

    /// <summary>A signature does not hold.</summary>
    BadSignature,
}
