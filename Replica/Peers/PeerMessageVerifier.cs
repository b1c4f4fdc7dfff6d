using C3Fusion.Agreement;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Peers;

/// <summary>Decodes and verifies what peers send, off the replica's thread: the only stage that makes a <see cref="Verified{T}"/> message.</summary>
/// <remarks>
/// Thread-safe. Agreement frames go through the agreement's own verification; a catch-up answer is taken by its DECIDEs. Scans
/// and certificates inside payloads need not hold for the message to count; <see cref="Prepare"/> checks them ahead of time and
/// remembers them in <see cref="VerifiedScans"/>, so that the replica's step checks hardly any signature. A payload that holds a
/// bad scan is still a payload: all honest nodes leave the scan out.
/// </remarks>
public sealed class PeerMessageVerifier
{
    private readonly Roster _roster;
    private readonly FrameVerifier _frames;
    private readonly PayloadVerifier _payloads;

    /// <summary>A verifier for one roster.</summary>
    /// <param name="roster">Whose signatures count.</param>
    /// <param name="scans">Where verified scans are remembered; the node's ingest may share it.</param>
    public PeerMessageVerifier(Roster roster, VerifiedScans scans)
    {
        _roster = roster;
        ScanCache = scans;
        Statements = new StatementVerifier(roster);
        Scans = new ScanCheck(roster, scans);
        _frames = new FrameVerifier(Statements);
        _payloads = new PayloadVerifier(roster, Scans, Statements);
    }

    /// <summary>The key that signs checkpoints; null where none counts.</summary>
    public PublicKey? Authority { get; init; }

    /// <summary>The scans that were verified.</summary>
    public VerifiedScans ScanCache { get; }

    internal StatementVerifier Statements { get; }

    internal ScanCheck Scans { get; }

    /// <summary>Decodes and verifies one message.</summary>
    /// <param name="peer">Index of the node at the other end of the link.</param>
    /// <param name="bytes">What came; referred to by the message, so the caller must not reuse it.</param>
    /// <param name="stamp">Taken at the socket read.</param>
    /// <param name="message">The message where the result is <see cref="PeerRefusal.None"/>.</param>
    /// <returns>Why it was refused, or <see cref="PeerRefusal.None"/>. Never throws on hostile input.</returns>
    public PeerRefusal Verify(int peer, ReadOnlyMemory<byte> bytes, Instant stamp, out Verified<PeerMessage> message)
    {
        message = default;
        if ((uint)peer >= (uint)_roster.Nodes.Length || bytes.IsEmpty) return PeerRefusal.Malformed;
        if (bytes.Length > PeerMessageBytes.MaxBytes) return PeerRefusal.TooLarge;
        ReadOnlyMemory<byte> rest = bytes[1..];
        return (PeerChannel)bytes.Span[0] switch
        {
            PeerChannel.Agreement => VerifyFrame(peer, rest, stamp, out message),
            PeerChannel.CatchUpRequest => VerifyRequest(rest, out message),
            PeerChannel.CatchUpAnswer => VerifyAnswer(rest, out message),
            _ => PeerRefusal.UnknownChannel,
        };
    }

    /// <summary>The payloads of a verified message: what <see cref="Prepare"/> can look into.</summary>
    /// <param name="message">From <see cref="Verify"/>.</param>
    public static IEnumerable<(Hash256 Hash, ReadOnlyMemory<byte> Bytes)> PayloadsOf(PeerMessage message) => message switch
    {
        PeerMessage.AgreementFrame frame => frame.Frame.Value.Payloads.Select(payload => (payload.Value, payload.Bytes)),
        PeerMessage.CatchUpAnswer answer => answer.Slots.SelectMany(slot => slot.Payloads).Select(payload => (Hash256.Of(payload.Span), payload)),
        _ => [],
    };

    /// <summary>
    /// Checks the signatures inside a payload ahead of the replica's step. Up to tens of milliseconds for a payload full of scans,
    /// so it must not stand between a frame and its deadline: hand the message on first. Leaving it out costs only time later.
    /// </summary>
    /// <param name="hash">SHA-256 of the payload.</param>
    /// <param name="payload">The payload.</param>
    public void Prepare(in Hash256 hash, ReadOnlyMemory<byte> payload) => _payloads.Verify(hash, payload);

    private PeerRefusal VerifyFrame(int peer, ReadOnlyMemory<byte> bytes, Instant stamp, out Verified<PeerMessage> message)
    {
        message = default;
        FrameRefusal refusal = _frames.Verify(peer, bytes, stamp, out Verified<Frame> frame);
        if (refusal != FrameRefusal.None)
        {
            return refusal switch
            {
                FrameRefusal.TooLong => PeerRefusal.TooLarge,
                FrameRefusal.BadSignature => PeerRefusal.BadSignature,
                FrameRefusal.WrongAuthor => PeerRefusal.WrongAuthor,
                FrameRefusal.OutsideWindow => PeerRefusal.OutsideWindow,
                FrameRefusal.OverBudget => PeerRefusal.OverBudget,
                _ => PeerRefusal.Malformed,
            };
        }

        message = new Verified<PeerMessage>(new PeerMessage.AgreementFrame(frame));
        return PeerRefusal.None;
    }

    private PeerRefusal VerifyRequest(ReadOnlyMemory<byte> bytes, out Verified<PeerMessage> message)
    {
        message = default;
        if (CatchUpBytes.ReadRequest(bytes.Span, _roster) is not { } request) return PeerRefusal.Malformed;
        message = new Verified<PeerMessage>(request);
        return PeerRefusal.None;
    }

    private PeerRefusal VerifyAnswer(ReadOnlyMemory<byte> bytes, out Verified<PeerMessage> message)
    {
        message = default;
        if (CatchUpBytes.ReadAnswer(bytes, _roster) is not { } answer) return PeerRefusal.Malformed;
        foreach (ProvenSlot slot in answer.Slots)
        {
            if (slot.Checkpoint is { } checkpoint)
            {
                if (Authority is not { } authority || checkpoint.Verify(_roster, authority) is null) return PeerRefusal.NoProof;
                continue;
            }

            if (!StatementVerifier.AreEqualDecides(slot.Decides, _roster.FaultyNodes + 1)) return PeerRefusal.NoProof;
            foreach (Statement decide in slot.Decides)
            {
                if (!Statements.IsSigned(decide)) return PeerRefusal.BadSignature;
            }
        }

        message = new Verified<PeerMessage>(answer);
        return PeerRefusal.None;
    }
}
