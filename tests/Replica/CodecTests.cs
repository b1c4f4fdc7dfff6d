using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Peers;
using C3Fusion.Replica.Plans;
using C3Fusion.Replica.Slots;
using C3Fusion.Replica.Tests.Harness;
using C3Fusion.Rosters;
using CsCheck;

namespace C3Fusion.Replica.Tests;

/// <summary>Each decoder gives back what was written, refuses every other form, and survives any bytes.</summary>
public sealed class CodecTests
{
    private static readonly TestRoster Four = TestRoster.Of(4, 1);

    private static readonly Gen<Hash256> Hashes = Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong, Gen.ULong, (a, b, c, d) => new Hash256(a, b, c, d));

    private static readonly Gen<ImmutableArray<Outcome>> Vectors = Gen.Select(Gen.Int[0, 2], Hashes)
        .Select((kind, value) => kind switch { 0 => Outcome.Silent, 1 => Outcome.Equivocation, _ => Outcome.Of(value) })
        .Array[4].Select(outcomes => outcomes.ToImmutableArray());

    private static readonly Gen<string> Names = Gen.String[Gen.Char['a', 'z'], 1, 20];

    private static readonly Gen<PlanProposal> Proposals =
        from number in Gen.Long[0, 1L << 50]
        from key in Names
        from task in Gen.Int[1, 5]
        from units in Names.Array[1, 5]
        from text in Gen.String[Gen.Char[' ', '~'], 0, 100]
        from irreversible in Gen.Bool
        from slot in Gen.Long[-1, 1000]
        from hash in Hashes
        select new PlanProposal(
            number, key, (PlanTask)task, [.. units.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], text, irreversible, slot, hash, slot + 10);

    private static readonly Gen<Batch> Batches =
        from scans in Gen.Select(Gen.Int[0, 4], Gen.Byte.Array[0, 200]).Array[0, 6]
        from proposals in Proposals.Array[0, 4]
        from vetoes in Gen.Select(Gen.Int[0, 3], Gen.Long[0, 1000], Gen.String[Gen.Char[' ', '~'], 0, 50]).Array[0, 4]
        from certificates in Gen.Byte.Array[0, 100].Array[0, 3]
        select new Batch(
            [.. scans.OrderBy(scan => scan.Item1).Select(scan => new BatchScan(scan.Item1, scan.Item2))],
            [.. proposals.DistinctBy(proposal => proposal.Number).OrderBy(proposal => proposal.Number)],
            [.. vetoes.Select(veto => new PlanVeto(veto.Item1, veto.Item2, veto.Item3))],
            [.. certificates.Select(bytes => (ReadOnlyMemory<byte>)bytes)]);

    [Fact]
    public void A_batch_reads_back_as_written() => Batches.Sample(batch =>
    {
        byte[] bytes = BatchBytes.Write(batch);
        Batch? read = BatchBytes.Read(bytes, Four.Roster);
        return read is not null && BatchBytes.Write(read).AsSpan().SequenceEqual(bytes) && read.Scans.Length == batch.Scans.Length && read.Proposals.Length == batch.Proposals.Length;
    });

    [Fact]
    public void A_changed_batch_is_refused_or_is_the_one_form_of_another() =>
        Gen.Select(Batches, Gen.Int[0, int.MaxValue], Gen.Byte[1, 255], Gen.Int[0, 3]).Sample((batch, at, flip, what) =>
        {
            byte[] bytes = Change(BatchBytes.Write(batch), at, flip, what);
            return BatchBytes.Read(bytes, Four.Roster) is not { } read || bytes.Length == 0 || BatchBytes.Write(read).AsSpan().SequenceEqual(bytes);
        });

    [Fact]
    public void Any_bytes_are_taken_or_refused_by_every_decoder() => Gen.Byte.Array[0, 400].Sample(bytes =>
    {
        var verifier = new PeerMessageVerifier(Four.Roster, new VerifiedScans());
        BatchBytes.Read(bytes, Four.Roster);
        LedgerBytes.Read(bytes, Four.Roster);
        DecisionProof.Read(bytes, Four.Roster);
        for (byte channel = 0; channel < 5; channel++)
        {
            PeerRefusal refusal = verifier.Verify(1, (byte[])[channel, .. bytes], TestRoster.Start, out _);
            Assert.True(refusal != PeerRefusal.None || channel == (byte)PeerChannel.CatchUpRequest);
        }
    });

    [Fact]
    public void A_decision_proof_reads_back_as_written() => Gen.Select(Vectors, Hashes, Gen.Long[0, 1000]).Sample((vector, state, slot) =>
    {
        ImmutableArray<Statement> decides = [Decides.Sign(Four, 0, slot, vector, state), Decides.Sign(Four, 2, slot, vector), Decides.Sign(Four, 3, slot, vector, state)];
        byte[] bytes = DecisionProof.Write(decides);
        ImmutableArray<Statement> read = DecisionProof.Read(bytes, Four.Roster);
        return bytes.Length <= DecisionProof.MaxBytes && read.SequenceEqual(decides) && new StatementVerifier(Four.Roster).Certificate(read) is not null;
    });

    [Fact]
    public void A_ledger_record_reads_back_as_written_and_a_changed_one_has_another_hash() =>
        Gen.Select(Vectors, Gen.Byte.Array[0, 50], Gen.Int[0, int.MaxValue], Gen.Byte[1, 255], Gen.Int[0, 3]).Sample((vector, payload, at, flip, what) =>
        {
            ImmutableArray<Outcome> outcomes = [.. vector.Select(outcome => outcome.Kind == OutcomeKind.Value ? Outcome.Of(Hash256.Of(payload)) : outcome)];
            ImmutableArray<ReadOnlyMemory<byte>> payloads = [.. outcomes.Select(outcome => outcome.Kind == OutcomeKind.Value ? (ReadOnlyMemory<byte>)payload : default)];
            Statement one = Decides.Sign(Four, 1, 3, outcomes), other = Decides.Sign(Four, 1, 3, [Outcome.Silent, .. outcomes[1..]], Hash256.Of(payload));
            LedgerBody[] bodies =
            [
                new LedgerBody.Applied(new SlotRecord(7, outcomes, payloads, Hash256.Of(payload), DecisionBasis.FinalSuspect)),
                new LedgerBody.Certified(3, [one, Decides.Sign(Four, 2, 3, outcomes)]),
                new LedgerBody.RolledBack(5),
                new LedgerBody.NodeGuilt(new Evidence(EvidenceKind.DoubleDecide, one, other)),
                new LedgerBody.SensorGuilt(2, payload, new byte[] { 9 }),
            ];
            var chain = new LedgerChain();
            foreach (LedgerBody body in bodies)
            {
                LedgerRecord record = chain.Append(body);
                byte[] bytes = record.Bytes.ToArray();
                LedgerRecord? read = LedgerBytes.Read(bytes, Four.Roster);
                if (read is null || !read.Bytes.Span.SequenceEqual(bytes) || read.Hash != record.Hash) return false;
                byte[] changed = Change(bytes, at, flip, what);
                if (LedgerBytes.Read(changed, Four.Roster) is { } lie && lie.Hash == record.Hash && !changed.AsSpan().SequenceEqual(bytes)) return false;
            }

            return true;
        }, iter: 30);

    private static byte[] Change(byte[] bytes, int at, byte flip, int what)
    {
        switch (what)
        {
            case 0: return bytes[..(at % bytes.Length)];
            case 1: return [.. bytes, flip];
            default:
                byte[] changed = [.. bytes];
                changed[at % bytes.Length] ^= flip;
                return changed;
        }
    }
}
