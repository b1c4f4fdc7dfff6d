using C3Fusion.Rosters;

namespace C3Fusion.Replica.Peers;

/// <summary>Decodes and verifies what peers send, off the replica's thread: the only stage that makes a <see cref="Verified{T}"/> message.</summary>
/// <remarks>
/// Thread-safe. Agreement frames go through the agreement's own verification; a catch-up answer is taken by its DECIDEs. Scans
/// and certificates inside payloads are checked here too and remembered in <see cref="VerifiedScans"/>, so that the replica's
/// step checks hardly any signature. A payload that holds a bad scan is still a payload: all honest nodes leave the scan out.
/// </remarks>
public sealed class PeerMessageVerifier
{
    private readonly Roster _roster;
    private readonly VerifiedScans _scans;

    /// <summary>A verifier for one roster.</summary>
    /// <param name="roster">Whose signatures count.</param>
    /// <param name="scans">Shared with the <see cref="ReplicaMachine"/>.</param>
    public PeerMessageVerifier(Roster roster, VerifiedScans scans)
    {
        _roster = roster;
        _scans = scans;
    }

    /// <summary>Decodes and verifies one message.</summary>
    /// <param name="peer">Index of the node at the other end of the link.</param>
    /// <param name="bytes">What came; referred to by the message, so the caller must not reuse it.</param>
    /// <param name="message">The message where the result is <see cref="PeerRefusal.None"/>.</param>
    /// <returns>Why it was refused, or <see cref="PeerRefusal.None"/>. Never throws on hostile input.</returns>
    public PeerRefusal Verify(int peer, ReadOnlyMemory<byte> bytes, out Verified<PeerMessage> message) =>
        throw new NotSupportedException($"contract only: {_roster.ClusterId} {peer} {_scans.Count} {bytes.Length}");
}
