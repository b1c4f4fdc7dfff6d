using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Peers;
using C3Fusion.Replica.Plans;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Fuzz.Targets;

/// <summary>Decoders of what replicas exchange and keep.</summary>
internal static class ReplicaDecoders
{
    private static readonly Roster Roster = FuzzRoster.Roster;
    private static readonly Instant InSlot = Roster.Timing.StartOf(7).Plus(1000);

    public static IReadOnlyList<Decoder> All { get; } =
    [
        new("batch", AcceptsBatch, [BatchBytes.Write(Batch), BatchBytes.Write(Batch.Empty)]),
        new("catch-up-request", AcceptsRequest, [Written(writer => CatchUpBytes.Write(writer, Request))]),
        new("catch-up-answer", AcceptsAnswer, [Written(writer => CatchUpBytes.Write(writer, Answer)), Written(writer => CatchUpBytes.Write(writer, AnswerOfAuthority))]),
        new("checkpoint", AcceptsCheckpoint, [CheckpointBytes.Write(Silence), CheckpointBytes.Write(Spoken)]),
        new("ledger-record", AcceptsRecord, [.. Records().Select(LedgerBytes.Write)]),
        new("peer-message", AcceptsMessage, [.. Messages()]),
    ];

    private static PeerMessage.CatchUpRequest Request => new(5, [Hash256.Of("a"u8), .. new[] { Hash256.Of("b"u8) }.Where(hash => hash.CompareTo(Hash256.Of("a"u8)) > 0)]);

    private static PeerMessage.CatchUpAnswer Answer => new([new ProvenSlot(7, AgreementDecoders.Certificate().Decides, [.. Values().Select(value => (ReadOnlyMemory<byte>)value)])]);

    /// <summary>What brings on a cluster that no certificate can, behind a slot that has one.</summary>
    private static PeerMessage.CatchUpAnswer AnswerOfAuthority => new([.. Answer.Slots, new ProvenSlot(Silence.Slot, [], [], Silence)]);

    private static Checkpoint Silence => Checkpoint.Sign(FuzzRoster.Authority, Roster, 9, [.. Enumerable.Repeat(Outcome.Silent, Roster.Nodes.Length)], Hash256.Of("state"u8));

    private static Checkpoint Spoken => Checkpoint.Sign(FuzzRoster.Authority, Roster, 7, AgreementDecoders.Certificate().Decides[0].Outcomes, default);

    private static Batch Batch => new(
        [new BatchScan(0, SensorDecoders.Envelope)],
        [new PlanProposal(3, "bridge", PlanTask.Protection, ["alpha", "bravo"], "hold the bridge", true, 6, Hash256.Of("picture"u8), 60)],
        [new PlanVeto(1, 2, "no fuel")],
        [CertificateFile.Write(AgreementDecoders.Certificate(), Roster)]);

    /// <summary>A verifier for each input: what hostile ones before it spent of the peer's budget is not its affair.</summary>
    private static bool AcceptsMessage(byte[] bytes) =>
        new PeerMessageVerifier(Roster, new VerifiedScans(1 << 12)) { Authority = FuzzRoster.Authority.PublicKey }.Verify(0, bytes, InSlot, out _) == PeerRefusal.None;

    private static bool AcceptsBatch(byte[] bytes)
    {
        if (bytes.Length == 0 || BatchBytes.Read(bytes, Roster) is not { } batch) return false;
        BrokenProperty.UnlessCanonical(bytes, BatchBytes.Write(batch));
        return true;
    }

    private static bool AcceptsRequest(byte[] bytes)
    {
        if (CatchUpBytes.ReadRequest(bytes, Roster) is not { } request) return false;
        BrokenProperty.UnlessCanonical(bytes, Written(writer => CatchUpBytes.Write(writer, request)));
        return true;
    }

    private static bool AcceptsAnswer(byte[] bytes)
    {
        if (CatchUpBytes.ReadAnswer(bytes, Roster) is not { } answer) return false;
        BrokenProperty.UnlessCanonical(bytes, Written(writer => CatchUpBytes.Write(writer, answer)));
        return true;
    }

    private static bool AcceptsCheckpoint(byte[] bytes)
    {
        if (CheckpointBytes.Read(bytes, Roster) is not { } checkpoint) return false;
        BrokenProperty.UnlessCanonical(bytes, CheckpointBytes.Write(checkpoint));
        if (bytes.Length > CheckpointBytes.MaxBytes) throw new BrokenProperty($"a checkpoint of {bytes.Length} bytes");
        return true;
    }

    private static bool AcceptsRecord(byte[] bytes)
    {
        if (LedgerBytes.Read(bytes, Roster) is not { } record) return false;
        BrokenProperty.UnlessCanonical(bytes, LedgerBytes.Write(record));
        return true;
    }

    private static IEnumerable<byte[]> Values() => [[(byte)'a'], [(byte)'b']];

    private static IEnumerable<LedgerRecord> Records()
    {
        DecisionCertificate certificate = AgreementDecoders.Certificate();
        ImmutableArray<ReadOnlyMemory<byte>> payloads = ["a"u8.ToArray(), default, default, "b"u8.ToArray()];
        var slot = new SlotRecord(7, certificate.Decides[0].Outcomes, payloads, Hash256.Of("picture"u8), DecisionBasis.FinalSync);
        yield return new LedgerRecord(0, default, new LedgerBody.Applied(slot));
        yield return new LedgerRecord(1, Hash256.Of("0"u8), new LedgerBody.Certified(7, certificate.Decides));
        yield return new LedgerRecord(2, Hash256.Of("1"u8), new LedgerBody.RolledBack(7));
        foreach (Evidence evidence in AgreementDecoders.Guilt()) yield return new LedgerRecord(3, Hash256.Of("2"u8), new LedgerBody.NodeGuilt(evidence));
        yield return new LedgerRecord(5, Hash256.Of("4"u8), new LedgerBody.Proven(7, certificate.Decides[..2]));
        yield return new LedgerRecord(6, Hash256.Of("5"u8), new LedgerBody.Checkpointed(Silence));
        yield return new LedgerRecord(7, Hash256.Of("6"u8), new LedgerBody.Applied(slot with { Basis = DecisionBasis.Checkpointed }));
        yield return new LedgerRecord(4, Hash256.Of("3"u8), new LedgerBody.SensorGuilt(1, "first"u8.ToArray(), "second"u8.ToArray()));
    }

    private static IEnumerable<byte[]> Messages()
    {
        foreach (Frame frame in AgreementDecoders.AllFrames().Where(frame => frame.Author == 0)) yield return [(byte)PeerChannel.Agreement, .. FrameBytes.Write(frame)];
        yield return [(byte)PeerChannel.CatchUpRequest, .. Written(writer => CatchUpBytes.Write(writer, Request))];
        yield return [(byte)PeerChannel.CatchUpAnswer, .. Written(writer => CatchUpBytes.Write(writer, Answer))];
        yield return [(byte)PeerChannel.CatchUpAnswer, .. Written(writer => CatchUpBytes.Write(writer, AnswerOfAuthority))];
    }

    private static byte[] Written(Action<CanonicalWriter> write)
    {
        var writer = new CanonicalWriter();
        write(writer);
        return writer.ToArray();
    }
}
