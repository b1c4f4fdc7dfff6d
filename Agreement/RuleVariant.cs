namespace C3Fusion.Agreement;

/// <summary>
/// Deliberate breaches of single rules, each one a mistake seen in the field. Only tests set them: an adversary search that does
/// not find the violation behind every one of them proves nothing about the rules as they are (docs/agreement-rules.md, sections 0 to 8).
/// </summary>
internal sealed record RuleVariant
{
    /// <summary>The rules as they are.</summary>
    public static RuleVariant Right { get; } = new();

    /// <summary>Added to T = f + d.</summary>
    public int RoundsDelta { get; init; }

    /// <summary>Added to Tc = c0 + f + d.</summary>
    public int CertificateRoundsDelta { get; init; }

    /// <summary>Values count whatever the time: "one big round".</summary>
    public bool IgnoresDeadlines { get; init; }

    /// <summary>At most two values per (signer, instance) count as support, in place of the author limit.</summary>
    public bool CapsSupportPerSigner { get; init; }

    /// <summary>One statement per signer and round counts.</summary>
    public bool CountsOneStatementPerSignerAndRound { get; init; }

    /// <summary>A frame stamped in time and processed after its round was closed counts as if it had been processed in time.</summary>
    public bool HasNoCloseBarrier { get; init; }

    /// <summary>A slot is final when n-f nodes were heard in every round, in place of m equal DECIDEs.</summary>
    public bool FinalByHearing { get; init; }

    /// <summary>Frames stamped before the receiver's T0 are dropped.</summary>
    public bool DropsEarlyFrames { get; init; }

    /// <summary>After a restart only the slots open at that time are silent, whatever the lease says.</summary>
    public bool IgnoresLease { get; init; }

    /// <summary>No breach but a threshold: accepted payload bytes from which on a node lists early. With 0 every search takes that path.</summary>
    public int EarlyListingBytes { get; init; } = Limits.EarlyListingBytes;
}
