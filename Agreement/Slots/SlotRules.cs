using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>The fixed numbers of every slot under one roster, as one node sees them (docs/agreement-rules.md, section 6).</summary>
internal sealed class SlotRules
{
    public SlotRules(Roster roster, int self, ISigner signer, RuleVariant variant)
    {
        Roster = roster;
        Self = self;
        Signer = signer;
        Variant = variant;
        Nodes = roster.Nodes.Length;
        Faulty = roster.FaultyNodes;
        HopDiameter = roster.HopDiameter;
        Rounds = roster.Rounds + variant.RoundsDelta;
        CertificateRounds = VoteRounds + Faulty + HopDiameter + variant.CertificateRoundsDelta;
        Quorum = roster.CertificateQuorum;
        Everyone = NodeSet.All(Nodes);
        Scope = roster.Scope;
        SlackUs = roster.Timing.RoundUs / 4;
    }

    /// <summary>c0: the round until whose deadline a certificate without any CERT signature is accepted.</summary>
    public const int VoteRounds = 1;

    public Roster Roster { get; }

    public int Self { get; }

    public ISigner Signer { get; }

    public SigningScope Scope { get; }

    public RuleVariant Variant { get; }

    /// <summary>n.</summary>
    public int Nodes { get; }

    /// <summary>f.</summary>
    public int Faulty { get; }

    /// <summary>d.</summary>
    public int HopDiameter { get; }

    /// <summary>T = f + d: the last round in which a value is accepted.</summary>
    public int Rounds { get; }

    /// <summary>Tc = c0 + f + d: the last round in which a certificate is accepted.</summary>
    public int CertificateRounds { get; }

    /// <summary>The last round whose deadline matters.</summary>
    public int LastRound => Math.Max(Rounds, CertificateRounds);

    /// <summary>m.</summary>
    public int Quorum { get; }

    public ulong Everyone { get; }

    /// <summary>How late the host may close a round without making the node faulty in its own eyes: R/4, part of R's budget.</summary>
    public long SlackUs { get; }

    /// <summary>Can the reader of slot <paramref name="slot"/> at <paramref name="time"/> count on it: round(t) = least k of at least 1 with t at or before deadline(k).</summary>
    public int RoundOf(long slot, Instant time)
    {
        long elapsed = time.Since(Roster.Timing.StartOf(slot));
        if (elapsed <= Roster.Timing.RoundUs) return 1;
        return (int)Math.Min(int.MaxValue, (elapsed + Roster.Timing.RoundUs - 1) / Roster.Timing.RoundUs);
    }
}
