using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;

namespace C3Fusion.Replica;

/// <summary>One node without I/O: the slot loop, the local and the agreed picture, the plan book, the ledger, catch-up and the clock watch.</summary>
/// <remarks>
/// Single-threaded: the host owns the order of events and carries out the effects in order. The first event is
/// <see cref="ReplicaEvent.TimeReached"/>. No event makes it throw; hostile content is counted and left out.
/// </remarks>
public sealed class ReplicaMachine
{
    /// <summary>A replica at the start of an incarnation.</summary>
    /// <param name="options">What it is made with.</param>
    /// <param name="scans">Shared with this node's <see cref="PeerMessageVerifier"/>.</param>
    /// <exception cref="ArgumentException">The roster breaks a rule, or self or signer are not of it.</exception>
    public ReplicaMachine(ReplicaOptions options, VerifiedScans scans)
    {
        Options = options;
        Scans = scans;
    }

    /// <summary>What it was made with.</summary>
    public ReplicaOptions Options { get; }

    /// <summary>The last slot in the agreed state, -1 before the first.</summary>
    public long AppliedSlot { get; private set; } = -1;

    /// <summary>Hash of the agreed state after <see cref="AppliedSlot"/>; zero before the first.</summary>
    public Hash256 PictureHash { get; private set; }

    /// <summary>What was taken and left out so far.</summary>
    public ReplicaCounters Counters { get; private set; }

    internal VerifiedScans Scans { get; }

    /// <summary>Takes one event and adds what follows from it to <paramref name="effects"/>.</summary>
    /// <param name="e">The event.</param>
    /// <param name="now">The node's clock; must not go back by itself (a host maps it to a monotonic clock).</param>
    /// <param name="effects">Receives the effects in the order in which the host must carry them out; not cleared.</param>
    public void Step(ReplicaEvent e, Instant now, List<ReplicaEffect> effects) =>
        throw new NotSupportedException($"contract only: {e} {now} {effects.Count}");
}
