namespace C3Fusion.Agreement;

/// <summary>Of what two statements of one author prove it guilty.</summary>
public enum EvidenceKind : byte
{
    /// <summary>Two different values sent as its own in one slot.</summary>
    Equivocation = 1,

    /// <summary>Two different votes in one slot.</summary>
    DoubleVote = 2,

    /// <summary>Two different DECIDEs in one slot.</summary>
    DoubleDecide = 3,
}

/// <summary>Transferable proof of guilt: two signed statements that one honest node never signs together. Lateness and silence prove nothing.</summary>
/// <param name="Kind">What it proves.</param>
/// <param name="First">The statement with the smaller canonical bytes.</param>
/// <param name="Second">The other one, of the same author and slot.</param>
public sealed record Evidence(EvidenceKind Kind, Statement First, Statement Second)
{
    /// <summary>Index of the guilty node.</summary>
    public int Author => First.Author;
}
