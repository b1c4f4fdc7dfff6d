using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Agreed;
using C3Fusion.Replica.Plans;
using C3Fusion.Replica.Slots;

namespace C3Fusion.Replica;

/// <summary>What this node has to say in its next payload: scans, plans, certificates of slots that the agreed record lacks.</summary>
internal sealed class Outbox
{
    private readonly int _self;

    /// <summary>Bytes kept free of scans: plans, vetoes and certificates always fit.</summary>
    private readonly int _reservedBytes;
    private readonly SlotBook _book;

    public Outbox(ReplicaOptions options, SlotBook book)
    {
        _self = options.Self;
        _book = book;
        _reservedBytes = BytesBesideScans(options.Roster.Nodes.Length);
        Scans = new ScanOutbox(options.Roster, new Witnesses(options.Roster), options.Self, options.Limits.PendingScansPerSensor);
        Plans = new PlanOutbox(options.Roster, options.Self);
    }

    public ScanOutbox Scans { get; }

    public PlanOutbox Plans { get; }

    public long ScansDropped => Scans.Dropped;

    /// <summary>The payload for a slot.</summary>
    public ReadOnlyMemory<byte> Compose(long slot, AgreedState head)
    {
        ImmutableArray<BatchScan> scans = Scans.Take(slot, BatchRules.MaxPayloadBytes - _reservedBytes);
        (ImmutableArray<PlanProposal> proposals, ImmutableArray<PlanVeto> vetoes) = Plans.Take(slot);
        var batch = new Batch(scans, proposals, vetoes, Certificates(slot, head));
        return BatchBytes.Write(batch);
    }

    /// <summary>A slot was applied: what it carried is done, what it lost waits again.</summary>
    /// <returns>Own proposals whose time ran out before they were agreed.</returns>
    public ImmutableArray<(PlanProposal Proposal, PlanRefusal Refusal)> Applied(long slot, AgreedState head)
    {
        bool carried = _book.Find(slot) is { IsApplied: true } entry && entry.Applied[_self].Kind == OutcomeKind.Value;
        Scans.Applied(slot, carried);
        return Plans.Applied(slot, carried, head.Plans);
    }

    /// <summary>Most bytes of a batch of <paramref name="nodes"/> nodes without its scans: 99 KiB for 64 nodes.</summary>
    internal static int BytesBesideScans(int nodes) =>
        BatchBytes.FixedBytes
        + (PlanRules.MaxEntriesPerPayload * (PlanBytes.MaxProposalBytes + PlanBytes.MaxVetoBytes))
        + (BatchRules.MaxCertificates * (4 + DecisionProof.BytesOf(nodes, nodes)));

    private ImmutableArray<ReadOnlyMemory<byte>> Certificates(long slot, AgreedState head)
    {
        ImmutableArray<ReadOnlyMemory<byte>>.Builder certificates = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        foreach (SlotEntry entry in _book.AppliedFrom(slot - (FinalityRecord.Window / 2)))
        {
            if (certificates.Count == BatchRules.MaxCertificates) break;
            if (entry.Slot >= slot || entry.Certificate.IsEmpty || head.Finality.StrengthOf(entry.Slot) > 0) continue;
            certificates.Add(DecisionProof.Write(entry.Certificate));
        }

        return certificates.ToImmutable();
    }
}
