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

    /// <summary>
    /// Signatures that a peer may make this node check for the first time in one slot. What an honest peer may have to show: two
    /// pairs of every sender with T+2 supports each, f+1 proofs of life of everybody, n votes and n CERTs of which those of
    /// traitors may differ by instance, n DECIDEs of each of n vectors, and its own.
    /// </summary>
    public static int FreshSignatures(Roster roster)
    {
        int n = roster.Nodes.Length, f = roster.FaultyNodes;
        return n * ((2 * (roster.Rounds + 2)) + (f + 1) + (2 * (f + 1)) + n + 4);
    }
}
