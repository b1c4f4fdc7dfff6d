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

    /// <summary>Its slot is over for long, has not begun by more than the clock guard, or belongs to another roster.</summary>
    OutsideWindow,

    /// <summary>The peer sent more frames or bytes in one slot, or made this node check more new signatures, than an honest one ever does.</summary>
    OverBudget,

    /// <summary>A signature does not hold.</summary>
    BadSignature,
}
