using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Peers;

/// <summary>The answering side of catch-up. Each peer has a quota per slot, so that none makes this node send without end.</summary>
internal sealed class CatchUpService
{
    private readonly SlotBook _book;
    private readonly ReplicaLimits _limits;
    private readonly int[] _answered;

    public CatchUpService(Roster roster, SlotBook book, ReplicaLimits limits)
    {
        _book = book;
        _limits = limits;
        _answered = new int[roster.Nodes.Length];
    }

    /// <summary>A new slot began: quotas are whole again.</summary>
    public void Renew() => Array.Clear(_answered);

    /// <summary>The answer, or null where the quota is used up or nothing that was asked for is held with a proof.</summary>
    public PeerMessage.CatchUpAnswer? Answer(int peer, PeerMessage.CatchUpRequest request)
    {
        if (_answered[peer] >= _limits.AnswersPerSlotAndPeer || request.FromSlot <= _book.TrimmedUpTo) return null;
        ImmutableArray<ProvenSlot>.Builder slots = ImmutableArray.CreateBuilder<ProvenSlot>();
        int budget = _limits.AnswerBytes;
        foreach (SlotEntry entry in _book.AppliedFrom(request.FromSlot))
        {
            ImmutableArray<Statement> decides = _book.ProofOf(entry);
            if (decides.IsEmpty || slots.Count >= CatchUpBytes.MaxSlots) break;
            ImmutableArray<ReadOnlyMemory<byte>> payloads = Fit(entry, request, ref budget, slots.Count == 0, out bool all);
            if (!all && slots.Count > 0) break;
            slots.Add(new ProvenSlot(entry.Slot, decides, payloads));
            if (!all) break;
        }

        if (slots.Count == 0) return null;
        _answered[peer]++;
        return new PeerMessage.CatchUpAnswer(slots.ToImmutable());
    }

    /// <summary>The payloads of a slot that the peer lacks; of the first slot at least one, so that every answer brings it forward.</summary>
    private static ImmutableArray<ReadOnlyMemory<byte>> Fit(SlotEntry entry, PeerMessage.CatchUpRequest request, ref int budget, bool isFirst, out bool all)
    {
        all = true;
        ImmutableArray<ReadOnlyMemory<byte>>.Builder payloads = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        ImmutableArray<ReadOnlyMemory<byte>> held = entry.PayloadsOf(entry.Applied);
        for (int node = 0; node < entry.Applied.Length; node++)
        {
            Outcome outcome = entry.Applied[node];
            if (outcome.Kind != OutcomeKind.Value) continue;
            if (entry.Slot == request.FromSlot && request.Held.Contains(outcome.Value)) continue;
            if (held[node].Length > budget && !(isFirst && payloads.Count == 0))
            {
                all = false;
                continue;
            }

            budget -= held[node].Length;
            payloads.Add(held[node]);
        }

        return payloads.ToImmutable();
    }
}
