using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>Bounds on what a node says and keeps. Honest nodes never reach those on input: reaching one equals the traitor's silence.</summary>
public static class Limits
{
    /// <summary>Longest payload, bytes.</summary>
    public const int PayloadBytes = 512 * 1024;

    /// <summary>Longest encoded frame, bytes: one pair with all its supports and its payload always fits; what does not fit beside it goes into a further frame.</summary>
    public const int FrameBytes = 1024 * 1024;

    /// <summary>Payload bytes that an honest author puts into one frame, unless a single payload is longer.</summary>
    public const int PayloadBytesPerFrame = 512 * 1024;

    /// <summary>
    /// From this many accepted payload bytes on, a node that cannot vote by the middle of the first round (somebody is silent)
    /// lists what it accepted there: one signature more, so that at deadline(1) nobody sends everybody every payload.
    /// </summary>
    public const int EarlyListingBytes = 4096;

    /// <summary>Slots before the newest whose DECIDEs still count on arrival.</summary>
    public const int RetainedSlots = 8;

    /// <summary>
    /// Newest slots whose payloads are kept. With n + f accepted values of at most <see cref="PayloadBytes"/> each that bounds
    /// the payloads of a node: 2 (n+f) * 512 KiB, 41 MiB at n = 31, f = 10.
    /// </summary>
    public const int PayloadSlots = 2;

    /// <summary>How many slots one durable lease covers.</summary>
    public const int LeaseSlots = 32;

    /// <summary>Most statements in one frame besides its author's own.</summary>
    public static int Supports(Roster roster) => 8 * roster.Nodes.Length;

    /// <summary>Most entries of one statement: two values of each sender.</summary>
    public static int Entries(Roster roster) => 2 * roster.Nodes.Length;

    /// <summary>Longest statement with its author and signature, bytes: two entries of each sender; a DECIDE is shorter from n = 2 on.</summary>
    public static int StatementBytes(Roster roster) => 12 + (33 * Entries(roster)) + 33 + 1 + Ed25519Signer.SignatureLength + 1;

    /// <summary>
    /// Signatures that a peer may make this node check for the first time by its frames of one slot: every different statement
    /// that traitors can bring an honest peer to show, summed line by line. T = f + d, Tc = T + 1.
    /// </summary>
    public static int FreshSignatures(Roster roster)
    {
        int n = roster.Nodes.Length, f = roster.FaultyNodes, honest = n - f;
        int rounds = roster.Rounds, certificateRounds = rounds + 1;

        // Its own: SEND, VOTE, an early RELAY, one statement at each deadline but the last, CERTs likewise up to Tc, DECIDE.
        int own = 4 + (rounds - 1) + (certificateRounds - 1);

        // Supports: two values of each sender, each with T+1 statements and the sender's.
        int supports = 2 * n * (rounds + 2);

        // Proofs of life forwarded: one statement of everybody for each of the tags 0 to T-1.
        int life = n * rounds;

        // Certificates: one vote of each honest node, for each instance another one of each traitor; and the CERTs of each honest
        // node, one for each round (a DECIDE is one of them), for each instance another one of each traitor.
        int votes = honest + (f * n);
        int certificates = (honest * (certificateRounds - 1)) + (f * n);

        // DECIDEs of the slot before: one of each honest node, of each traitor one for each of the n vectors that are kept.
        int decides = honest + (f * n);
        return own + supports + life + votes + certificates + decides;
    }

    /// <summary>
    /// Frames that a peer may send in one slot. An honest one sends: SEND, VOTE, an early RELAY, DECIDE; one report at each
    /// deadline and one frame of certificates; one more wherever a payload (two of each sender) or a certificate (n) does not fit
    /// beside what is there, and for each 7n statements, those forwarded twice included. Twice that, for a link that repeats itself.
    /// </summary>
    public static int FramesPerSlot(Roster roster)
    {
        int n = roster.Nodes.Length, rounds = roster.Rounds;
        int statements = FreshSignatures(roster) + (n * rounds);
        return 2 * (4 + rounds + (rounds + 1) + (3 * n) + (statements / (7 * n)) + 1);
    }

    /// <summary>
    /// Bytes that a peer may send in one slot: n + f payloads (two of each faulty sender), every statement of
    /// <see cref="FreshSignatures"/> with those forwarded twice, the head of every frame, and one frame more. 28 MiB at n = 31, f = 10.
    /// </summary>
    public static long BytesPerSlot(Roster roster)
    {
        int n = roster.Nodes.Length, statements = FreshSignatures(roster) + (n * roster.Rounds);
        return ((n + roster.FaultyNodes) * (long)(PayloadBytes + 4))
            + ((statements + FramesPerSlot(roster)) * (long)StatementBytes(roster))
            + (FramesPerSlot(roster) * 64L) + FrameBytes;
    }
}
