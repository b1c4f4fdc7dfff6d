namespace C3Fusion.Agreement;

/// <summary>Why a certificate or evidence file proves nothing.</summary>
public enum ProofRefusal : byte
{
    /// <summary>It proves what it says.</summary>
    None,

    /// <summary>The file is of another kind.</summary>
    OtherKind,

    /// <summary>It begins like one and is not the canonical form of one.</summary>
    Malformed,

    /// <summary>It was made under another roster.</summary>
    OtherRoster,

    /// <summary>Fewer than m nodes signed it, or they signed different outcomes.</summary>
    NoQuorum,

    /// <summary>One honest node may sign both statements.</summary>
    NoContradiction,

    /// <summary>A signature does not hold.</summary>
    BadSignature,
}
