using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Peers;

/// <summary>The answering side of catch-up: new slots from memory, older ones from the ledger's storage. Each peer has a quota per slot, so that none makes this node send or read without end.</summary>
internal sealed class CatchUpService
{
    private readonly Roster _roster;
    private readonly SlotBook _book;
    private readonly ReplicaLimits _limits;
    private readonly int[] _answered;
    private readonly PeerMessage.CatchUpRequest?[] _reading;

    public CatchUpService(Roster roster, SlotBook book, ReplicaLimits limits)
    {
        _roster = roster;
        _book = book;
        _limits = limits;
        _answered = new int[roster.Nodes.Length];
        _reading = new PeerMessage.CatchUpRequest?[roster.Nodes.Length];
    }

    /// <summary>A new slot began: quotas are whole again.</summary>
    public void Renew() => Array.Clear(_answered);

    /// <summary>Are the slots that are asked for no longer in memory?</summary>
    public bool MustRead(PeerMessage.CatchUpRequest request) => request.FromSlot <= _book.TrimmedUpTo;

    /// <summary>What the host shall read; null where the peer's quota is used up or its last question is still being read.</summary>
    public ReplicaEffect.ReadStoredSlots? BeginRead(int peer, PeerMessage.CatchUpRequest request)
    {
        if (_answered[peer] >= _limits.AnswersPerSlotAndPeer || _reading[peer] is not null) return null;
        _answered[peer]++;
        _reading[peer] = request;
        return new ReplicaEffect.ReadStoredSlots(peer, request.FromSlot, CatchUpBytes.MaxSlots, _limits.AnswerBytes);
    }

    /// <summary>The answer from storage, or null where nobody asked or nothing with a proof is stored.</summary>
    public PeerMessage.CatchUpAnswer? Answer(int peer, ImmutableArray<StoredSlot> stored)
    {
        if (_reading[peer] is not { } request) return null;
        _reading[peer] = null;
        return Compose(request, stored.Select(slot => new Offered(slot.Record.Slot, ProofOf(slot), slot.Record.Outcomes, slot.Record.Payloads, slot.Checkpoint)));
    }

    /// <summary>The answer from memory, or null where the quota is used up or nothing that was asked for is held with a proof.</summary>
    public PeerMessage.CatchUpAnswer? Answer(int peer, PeerMessage.CatchUpRequest request)
    {
        if (_answered[peer] >= _limits.AnswersPerSlotAndPeer) return null;
        PeerMessage.CatchUpAnswer? answer = Compose(
            request,
            _book.AppliedFrom(request.FromSlot).Select(entry => new Offered(entry.Slot, _book.ProofOf(entry), entry.Applied, entry.PayloadsOf(entry.Applied), entry.Checkpoint)));
        if (answer is not null) _answered[peer]++;
        return answer;
    }

    /// <summary>A slot that could be sent.</summary>
    private readonly record struct Offered(
        long Slot, ImmutableArray<Statement> Decides, ImmutableArray<Outcome> Outcomes, ImmutableArray<ReadOnlyMemory<byte>> Payloads, Checkpoint? Checkpoint)
    {
        /// <summary>A certificate is the stronger proof; without one, the checkpoint goes in place of f+1 DECIDEs.</summary>
        public Checkpoint? InPlaceOf(int quorum) => Decides.Length >= quorum || Checkpoint is null || !Checkpoint.Outcomes.SequenceEqual(Outcomes) ? null : Checkpoint;
    }

    /// <summary>DECIDEs for another vector than the stored one prove nothing of it.</summary>
    private ImmutableArray<Statement> ProofOf(StoredSlot slot) =>
        StatementVerifier.AreEqualDecides(slot.Decides, _roster.FaultyNodes + 1) && slot.Decides[0].Outcomes.SequenceEqual(slot.Record.Outcomes) ? slot.Decides : [];

    private PeerMessage.CatchUpAnswer? Compose(PeerMessage.CatchUpRequest request, IEnumerable<Offered> offers)
    {
        ImmutableArray<ProvenSlot>.Builder slots = ImmutableArray.CreateBuilder<ProvenSlot>();
        int budget = _limits.AnswerBytes;
        foreach (Offered offer in offers)
        {
            Checkpoint? checkpoint = offer.InPlaceOf(_roster.CertificateQuorum);
            if ((offer.Decides.IsEmpty && checkpoint is null) || slots.Count >= CatchUpBytes.MaxSlots) break;
            budget -= DecisionProof.BytesOf(offer.Outcomes.Length, offer.Decides.Length);
            ImmutableArray<ReadOnlyMemory<byte>> payloads = Fit(offer, request, ref budget, slots.Count == 0, out bool all);
            if ((!all || budget < 0) && slots.Count > 0) break;
            slots.Add(new ProvenSlot(offer.Slot, checkpoint is null ? offer.Decides : [], payloads, checkpoint));
            if (!all) break;
        }

        return slots.Count == 0 ? null : new PeerMessage.CatchUpAnswer(slots.ToImmutable());
    }

    /// <summary>The payloads of a slot that the peer lacks; of the first slot at least one, so that every answer brings it forward.</summary>
    private static ImmutableArray<ReadOnlyMemory<byte>> Fit(in Offered offer, PeerMessage.CatchUpRequest request, ref int budget, bool isFirst, out bool all)
    {
        all = true;
        ImmutableArray<ReadOnlyMemory<byte>>.Builder payloads = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        for (int node = 0; node < offer.Outcomes.Length; node++)
        {
            Outcome outcome = offer.Outcomes[node];
            if (outcome.Kind != OutcomeKind.Value) continue;
            if (offer.Slot == request.FromSlot && request.Held.Contains(outcome.Value)) continue;
            if (offer.Payloads[node].Length > budget && !(isFirst && payloads.Count == 0))
            {
                all = false;
                continue;
            }

            budget -= offer.Payloads[node].Length;
            payloads.Add(offer.Payloads[node]);
        }

        return payloads.ToImmutable();
    }
}
