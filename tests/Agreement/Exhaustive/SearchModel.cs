using System.Globalization;

namespace C3Fusion.Agreement.Tests.Exhaustive;

/// <summary>How much of what it could show the adversary tries to show.</summary>
internal enum EvidenceChoice
{
    /// <summary>
    /// All or nothing: a value comes with every signature that exists on it, and only where that is enough to be accepted. Under
    /// the right rules less evidence gains nothing: a node's future depends on V, its vote and what it listed; a support that was
    /// shown too early can be shown again, and one that was not counted changes no honest frame.
    /// </summary>
    Maximal,

    /// <summary>Single signatures, alone or with one honest statement, with or without payload, two values in one statement: every set of supports can be reached.</summary>
    Any,
}

/// <summary>One family of runs: who is there, what the adversary may do, and which rules the nodes follow.</summary>
/// <remarks>
/// Nodes 0 to <see cref="Traitors"/>-1 are traitors, the rest run the real machine. One broadcast is attacked: node 0's, or an
/// honest node's where <see cref="IsSenderHonest"/>. All others run beside it in the same slot and must end with their values.
/// </remarks>
internal sealed record SearchModel(int Nodes, int Faulty)
{
    public int HopDiameter { get; init; } = 1;

    /// <summary>b, the traitors present; f where not said otherwise.</summary>
    public int Traitors { get; init; } = Faulty;

    /// <summary>How many values the sender may sign.</summary>
    public int Values { get; init; } = 2;

    public bool IsSenderHonest { get; init; }

    /// <summary>Do traitors vote and certify (the fast path)?</summary>
    public bool Votes { get; init; }

    /// <summary>Instants in a round at which frames arrive: with 2 or more, what is sent early in a round can be answered in it.</summary>
    public int TicksPerRound { get; init; } = 1;

    public EvidenceChoice Evidence { get; init; }

    /// <summary>Are honest frames delivered one by one, between any frames of traitors? Else all at once, before, between or after those.</summary>
    public bool Interleaves { get; init; }

    /// <summary>The first two honest nodes cannot hear each other.</summary>
    public bool IsPairJammed { get; init; }

    /// <summary>The first honest node processes frames after it closed the round in which they were stamped.</summary>
    public bool HasLaggard { get; init; }

    /// <summary>Every node's clock but the last one's is behind: frames reach them up to the guard before their slot starts.</summary>
    public bool AreClocksSkewed { get; init; }

    /// <summary>May honest frames be lost, each on its own? Only what other senders broadcast themselves always arrives.</summary>
    public bool IsLossy { get; init; }

    /// <summary>May frames that are not lost come in any later round?</summary>
    public bool IsLate { get; init; }

    /// <summary>Does the first honest node come back after the slot, with its clock set back to before it?</summary>
    public bool Restarts { get; init; }

    /// <summary>May nodes abstain? What they would have decided does not count then; else abstaining is a violation.</summary>
    public bool MayAbstain { get; init; }

    /// <summary>Is one naming of the honest nodes enough where they differ by name only? False looks at all of them, to test that.</summary>
    public bool CutsSymmetry { get; init; } = true;

    /// <summary>Do traitors show everybody a proof of life in every round, so that nobody abstains for want of voices?</summary>
    public bool DoTraitorsShowLife { get; init; }

    public RuleVariant Variant { get; init; } = RuleVariant.Right;

    /// <summary>Does a node that cannot vote list what it accepted in the middle of round 1, however little that is?</summary>
    public bool ListsEarly => Variant.EarlyListingBytes == 0;

    public int FirstHonest => Traitors;

    public int Honest => Nodes - Traitors;

    public int Sender => IsSenderHonest ? Nodes - 1 : 0;

    public int Rounds => Faulty + HopDiameter + Variant.RoundsDelta;

    public int CertificateRounds => 1 + Faulty + HopDiameter + Variant.CertificateRoundsDelta;

    public int LastRound => Math.Max(Rounds, CertificateRounds);

    public bool Hears(int to, int from) => !IsPairJammed || (to - FirstHonest, from - FirstHonest) is not ((0, 1) or (1, 0));

    public override string ToString()
    {
        var words = new List<string> { string.Create(CultureInfo.InvariantCulture, $"n={Nodes} f={Faulty} b={Traitors} d={HopDiameter} T={Rounds} Tc={CertificateRounds} values={Values} evidence={Evidence}") };
        if (TicksPerRound > 1) words.Add($"ticks={TicksPerRound}");
        if (Votes) words.Add("votes");
        if (IsSenderHonest) words.Add("honest sender");
        if (Interleaves) words.Add("interleaved");
        if (IsPairJammed) words.Add("jammed pair");
        if (HasLaggard) words.Add("laggard");
        if (AreClocksSkewed) words.Add("skewed clocks");
        if (IsLossy) words.Add("lossy");
        if (IsLate) words.Add("late");
        if (Restarts) words.Add("restart");
        if (DoTraitorsShowLife) words.Add("traitors show life");
        if (ListsEarly) words.Add("early listing");
        return string.Join(' ', words);
    }
}
