namespace C3Fusion.Agreement;

/// <summary>What a signed statement says; the tag is in the signature's domain.</summary>
public enum StatementKind : byte
{
    /// <summary>The author's own value for the slot.</summary>
    Send = 1,

    /// <summary>The author's first list of what it accepted; at most one in a slot.</summary>
    Vote = 2,

    /// <summary>What the author newly accepted in a round.</summary>
    Relay = 3,

    /// <summary>The author holds n equal votes for each entry.</summary>
    Certificate = 4,

    /// <summary>The author's outcome of the whole slot; at most one in a slot.</summary>
    Decide = 5,

    /// <summary>Proof of life: nothing new in this round.</summary>
    Alive = 6,
}
