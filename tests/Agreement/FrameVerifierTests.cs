using System.Collections.Immutable;
using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;
using CsCheck;
using Xunit;

namespace C3Fusion.Agreement.Tests;

public sealed class FrameVerifierTests
{
    private static readonly Roster Roster = TestRoster.Of(4, 1, real: true);
    private static readonly Traitor[] Nodes = [.. Enumerable.Range(0, 4).Select(node => new Traitor(Roster, node, real: true))];
    private readonly FrameVerifier _verifier = new(new StatementVerifier(Roster));

    private static readonly ImmutableArray<byte[]> RealFrames = [.. CaptureFrames()];

    private static IEnumerable<byte[]> CaptureFrames()
    {
        var cluster = new Cluster(Roster, traitors: [3], real: true);
        var sender = Nodes[3];
        cluster.Deliver(0, sender.Frame(sender.Send(0, "a"), [], Traitor.Value("a")), TestRoster.At(0, 0.5));
        cluster.Deliver(1, sender.Frame(sender.Send(0, "b"), [], Traitor.Value("b")), TestRoster.At(0, 0.5));
        cluster.RunSlots(0, 2);
        return cluster.Honest.SelectMany(node => node.Effects.OfType<AgreementEffect.SendFrame>()).Select(send => send.Bytes.ToArray()).DistinctBy(Convert.ToHexString);
    }

    private FrameRefusal Verify(int peer, Frame frame, double rounds = 0.5) => _verifier.Verify(peer, frame.Bytes.ToArray(), TestRoster.At(0, rounds), out _);

    private static Frame Relay() => Nodes[1].Frame(Nodes[1].Relay(0, 1, Traitor.Entry(3, "v")), [Nodes[3].Send(0, "v"), Nodes[2].Relay(0, 1, Traitor.Entry(3, "v"))], Traitor.Value("v"));

    [Fact]
    public void An_honest_frame_is_taken_and_each_of_its_signatures_is_checked_once()
    {
        var statements = new StatementVerifier(Roster);
        var verifier = new FrameVerifier(statements);
        for (int i = 0; i < 3; i++) Assert.Equal(FrameRefusal.None, verifier.Verify(1, Relay().Bytes.ToArray(), TestRoster.At(0, 0.5), out _));
        Assert.Equal(3, statements.SignaturesChecked);
    }

    [Fact]
    public void Signatures_of_strangers_of_other_rosters_clusters_slots_and_kinds_do_not_count()
    {
        Assert.Equal(FrameRefusal.BadSignature, Verify(1, Relay() with { Supports = [Relay().Supports[0] with { Signature = Relay().Supports[1].Signature }, Relay().Supports[1]] }));
        foreach (Roster other in new[] { TestRoster.Of(4, 1, real: true, cluster: "other"), TestRoster.Of(4, 1, real: true, epoch: 1), TestRoster.Of(4, 2, real: true) })
        {
            var stranger = new Traitor(other, 1, real: true);
            Assert.Equal(FrameRefusal.BadSignature, Verify(1, stranger.Frame(stranger.Send(0, "v"), [], Traitor.Value("v"))));
        }

        Statement vote = Nodes[1].Vote(0, Traitor.Entry(1, "v"));
        Assert.Equal(FrameRefusal.BadSignature, Verify(1, Nodes[1].Frame(Nodes[1].Send(0, "v") with { Signature = vote.Signature }, [])));
        Assert.Equal(FrameRefusal.BadSignature, Verify(1, Nodes[1].Frame(Nodes[1].Send(0, "v") with { Signature = Nodes[1].Send(1, "v").Signature }, [])));
        Assert.Equal(FrameRefusal.Malformed, Verify(1, Nodes[1].Frame(Nodes[1].Send(0, "v"), [Nodes[2].Send(1, "w")])));
        Assert.Equal(FrameRefusal.Malformed, Verify(1, Nodes[1].Frame(Nodes[1].Send(0, "v") with { Entries = [Traitor.Entry(2, "v")] }, [])));
    }

    [Fact]
    public void A_statement_without_signature_or_with_an_impossible_author_is_not_signed()
    {
        var statements = new StatementVerifier(Roster);
        Statement good = Nodes[1].Send(0, "v");
        Assert.True(statements.IsSigned(good));
        Assert.False(statements.IsSigned(good with { Signature = [] }));
        Assert.False(statements.IsSigned(good with { Signature = default }));
        Assert.False(statements.IsSigned(good with { Author = 4 }));
        Assert.False(statements.IsSigned(good with { Author = -1 }));
    }

    [Fact]
    public void Duplicate_reordered_and_foreign_signers_are_no_canonical_form()
    {
        Frame good = Relay();
        Assert.Equal(FrameRefusal.None, Verify(1, good));
        Assert.Equal(FrameRefusal.Malformed, Verify(1, good with { Supports = [.. good.Supports.Reverse()] }));
        Assert.Equal(FrameRefusal.Malformed, Verify(1, good with { Supports = [good.Supports[0], good.Supports[0], good.Supports[1]] }));
        Assert.Equal(FrameRefusal.Malformed, Verify(1, good with { Supports = [.. good.Supports.Select(support => support with { Author = 9 })] }));
        Assert.Equal(FrameRefusal.Malformed, Verify(1, good with { Own = Nodes[1].Relay(0, 1, Traitor.Entry(3, "a"), Traitor.Entry(3, "b"), Traitor.Entry(3, "c")) }));
        Assert.Equal(FrameRefusal.Malformed, Verify(1, good with { Own = Nodes[1].Relay(0, 1, Traitor.Entry(1, "a"), Traitor.Entry(1, "b")) }));
        Assert.Equal(FrameRefusal.Malformed, Verify(1, good with { DecidesHeld = 1UL << 4 }));
    }

    [Fact]
    public void Frames_of_other_links_and_of_far_slots_are_refused()
    {
        Assert.Equal(FrameRefusal.WrongAuthor, Verify(2, Relay()));
        Assert.Equal(FrameRefusal.OutsideWindow, Verify(1, Nodes[1].Frame(Nodes[1].Send(1, "v"), [])));
        Assert.Equal(FrameRefusal.OutsideWindow, Verify(1, Nodes[1].Frame(Nodes[1].Send(long.MaxValue, "v"), [])));
        Assert.Equal(FrameRefusal.TooLong, _verifier.Verify(1, new byte[Limits.FrameBytes + 1], TestRoster.At(0), out _));
    }

    [Fact]
    public void A_flood_of_signatures_ends_at_the_budget_and_takes_nothing_from_others()
    {
        var statements = new StatementVerifier(Roster);
        var verifier = new FrameVerifier(statements);
        Frame Junk(int i) => Nodes[3].Frame(Nodes[3].Send(0, "junk"), [.. Enumerable.Range(0, 30).Select(j => Nodes[3].Send(0, $"junk {i} {j}"))]);
        FrameRefusal[] refusals = [.. Enumerable.Range(0, 20).Select(i => verifier.Verify(3, Junk(i).Bytes.ToArray(), TestRoster.At(0, 0.5), out _))];
        Assert.Equal([FrameRefusal.None, FrameRefusal.None, .. Enumerable.Repeat(FrameRefusal.OverBudget, 18)], refusals);
        Assert.Equal(Limits.FreshSignatures(Roster), statements.SignaturesChecked);
        Assert.Equal(FrameRefusal.None, verifier.Verify(1, Relay().Bytes.ToArray(), TestRoster.At(0, 0.5), out _));
        Assert.Equal(FrameRefusal.None, verifier.Verify(3, Nodes[3].Frame(Nodes[3].Send(1, "v"), []).Bytes.ToArray(), TestRoster.At(1), out _));
    }

    [Fact]
    public void A_flood_of_known_statements_ends_at_the_budget_of_frames()
    {
        byte[] bytes = Nodes[3].Frame(Nodes[3].Send(0, "v"), [], Traitor.Value("v")).Bytes.ToArray();
        for (int i = 0; i < 3 * Limits.FramesPerSlot(Roster); i++)
            Assert.Equal(i < Limits.FramesPerSlot(Roster) ? FrameRefusal.None : FrameRefusal.OverBudget, _verifier.Verify(3, bytes, TestRoster.At(0, 0.5), out _));
        Assert.Equal(FrameRefusal.None, Verify(1, Relay()));
        Assert.Equal(FrameRefusal.None, _verifier.Verify(3, Nodes[3].Frame(Nodes[3].Send(1, "v"), []).Bytes.ToArray(), TestRoster.At(1), out _));
    }

    [Fact]
    public void A_flood_of_long_frames_ends_at_the_budget_of_bytes_and_what_is_beyond_is_not_even_decoded()
    {
        Payload[] payloads = [Payload.Of(new byte[Limits.PayloadBytes]), Payload.Of(new byte[Limits.PayloadBytes - 1024])];
        byte[] bytes = Nodes[3].Frame(Nodes[3].Send(0, "v"), [], payloads).Bytes.ToArray();
        int allowed = (int)(Limits.BytesPerSlot(Roster) / bytes.Length);
        Assert.InRange(allowed, 1, Limits.FramesPerSlot(Roster) - 1);
        for (int i = 0; i < allowed; i++) Assert.Equal(FrameRefusal.None, _verifier.Verify(3, bytes, TestRoster.At(0, 0.5), out _));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(FrameRefusal.OverBudget, _verifier.Verify(3, bytes, TestRoster.At(0, 0.5), out _));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1024);
    }

    [Fact]
    public void Every_frame_that_reads_is_written_back_byte_for_byte()
    {
        Assert.True(RealFrames.Length > 30);
        foreach (byte[] bytes in RealFrames) Assert.Equal(bytes, FrameBytes.Read(bytes, Roster)!.Bytes.ToArray());
        Gen.Select(Gen.Int[0, RealFrames.Length - 1], Gen.Int[0, 100_000], Gen.Byte, Gen.Int[0, 3]).Sample(
            (which, where, value, how) =>
            {
                byte[] mutated = Mutate(RealFrames[which], where, value, how);
                return FrameBytes.Read(mutated, Roster) is not { } read || (read with { }).Bytes.Span.SequenceEqual(mutated);
            },
            iter: Campaign.Scale(200_000));
    }

    [Fact]
    public void No_change_of_a_frame_keeps_all_its_signatures_but_those_of_hint_and_payload()
    {
        Gen.Select(Gen.Int[0, RealFrames.Length - 1], Gen.Int[0, 100_000], Gen.Byte[1, 255]).Sample(
            (which, where, value) =>
            {
                byte[] mutated = [.. RealFrames[which]];
                where %= mutated.Length;
                mutated[where] ^= value;
                if (FrameBytes.Read(mutated, Roster) is not { } read) return true;
                Frame original = FrameBytes.Read(RealFrames[which], Roster)!;
                FrameRefusal refusal = new FrameVerifier(new StatementVerifier(Roster)).Verify(original.Author, mutated, TestRoster.At(2, 9), out _);
                bool onlyOutside = read.Own.Equals(original.Own) && read.Own.Signature.SequenceEqual(original.Own.Signature) && read.Supports.SequenceEqual(original.Supports)
                    && read.Supports.Zip(original.Supports).All(pair => pair.First.Signature.SequenceEqual(pair.Second.Signature));
                return refusal != FrameRefusal.None || onlyOutside;
            },
            iter: Campaign.Scale(2_000));
    }

    private static byte[] Mutate(byte[] bytes, int where, byte value, int how)
    {
        where %= bytes.Length;
        switch (how)
        {
            case 0:
                byte[] changed = [.. bytes];
                changed[where] = value;
                return changed;
            case 1:
                return bytes[..where];
            case 2:
                return [.. bytes[..where], value, .. bytes[where..]];
            default:
                return [.. bytes[..where], .. bytes[(where + 1)..]];
        }
    }
}
