using System.Collections.Immutable;
using C3Fusion.Replica.Plans;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Slots;

/// <summary>Canonical bytes of a batch: a slot's payload. An empty payload is the empty batch.</summary>
public static class BatchBytes
{
    /// <summary>Bytes of a batch without entries; each scan adds 6 and its envelope.</summary>
    public const int FixedBytes = 1 + (4 * 2);

    /// <summary>Bytes that a scan adds to its envelope.</summary>
    public const int ScanOverheadBytes = 2 + 4;

    /// <summary>The bytes of <paramref name="batch"/>, within the limits of <see cref="BatchRules"/> by the caller's care.</summary>
    public static byte[] Write(Batch batch)
    {
        var writer = new CanonicalWriter(4096);
        writer.U8(BatchRules.FormatVersion);
        writer.U16(checked((ushort)batch.Scans.Length));
        foreach (BatchScan scan in batch.Scans)
        {
            writer.U16(checked((ushort)scan.Sensor));
            writer.Blob(scan.Envelope.Span);
        }

        writer.U16(checked((ushort)batch.Proposals.Length));
        foreach (PlanProposal proposal in batch.Proposals) PlanBytes.Write(writer, proposal);
        writer.U16(checked((ushort)batch.Vetoes.Length));
        foreach (PlanVeto veto in batch.Vetoes) PlanBytes.Write(writer, veto);
        writer.U16(checked((ushort)batch.Certificates.Length));
        foreach (ReadOnlyMemory<byte> certificate in batch.Certificates) writer.Blob(certificate.Span);
        return writer.ToArray();
    }

    /// <summary>Reads a payload that any node may have made up.</summary>
    /// <param name="payload">The bytes; envelopes and certificates of the batch refer to them.</param>
    /// <param name="roster">Numbers of nodes and sensors.</param>
    /// <returns>The batch, or null where the bytes are no canonical batch within the limits.</returns>
    public static Batch? Read(ReadOnlyMemory<byte> payload, Roster roster)
    {
        if (payload.IsEmpty) return Batch.Empty;
        if (payload.Length > BatchRules.MaxPayloadBytes) return null;
        var reader = new CanonicalReader(payload.Span);
        if (reader.U8() != BatchRules.FormatVersion) reader.Fail();
        ImmutableArray<BatchScan> scans = ReadScans(ref reader, payload, roster.Sensors.Length);
        ImmutableArray<PlanProposal> proposals = ReadProposals(ref reader);
        ImmutableArray<PlanVeto> vetoes = ReadVetoes(ref reader, roster.Nodes.Length);
        ImmutableArray<ReadOnlyMemory<byte>> certificates = ReadCertificates(ref reader, payload);
        return reader.AtEnd ? new Batch(scans, proposals, vetoes, certificates) : null;
    }

    private static ImmutableArray<BatchScan> ReadScans(ref CanonicalReader reader, ReadOnlyMemory<byte> payload, int sensors)
    {
        int count = Count(ref reader, BatchRules.MaxScans);
        ImmutableArray<BatchScan>.Builder scans = ImmutableArray.CreateBuilder<BatchScan>(count);
        int last = 0;
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            int sensor = reader.U16();
            if (sensor >= sensors || sensor < last) reader.Fail();
            last = sensor;
            scans.Add(new BatchScan(sensor, Blob(ref reader, payload, ScanLimits.EnvelopeBytes)));
        }

        return scans.ToImmutable();
    }

    private static ImmutableArray<PlanProposal> ReadProposals(ref CanonicalReader reader)
    {
        int count = Count(ref reader, PlanRules.MaxEntriesPerPayload);
        ImmutableArray<PlanProposal>.Builder proposals = ImmutableArray.CreateBuilder<PlanProposal>(count);
        long last = -1;
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            if (PlanBytes.ReadProposal(ref reader) is not { } proposal) break;
            if (proposal.Number <= last) reader.Fail();
            last = proposal.Number;
            proposals.Add(proposal);
        }

        return proposals.ToImmutable();
    }

    private static ImmutableArray<PlanVeto> ReadVetoes(ref CanonicalReader reader, int nodes)
    {
        int count = Count(ref reader, PlanRules.MaxEntriesPerPayload);
        ImmutableArray<PlanVeto>.Builder vetoes = ImmutableArray.CreateBuilder<PlanVeto>(count);
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            if (PlanBytes.ReadVeto(ref reader, nodes) is { } veto) vetoes.Add(veto);
        }

        return vetoes.ToImmutable();
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> ReadCertificates(ref CanonicalReader reader, ReadOnlyMemory<byte> payload)
    {
        int count = Count(ref reader, BatchRules.MaxCertificates);
        ImmutableArray<ReadOnlyMemory<byte>>.Builder certificates = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(count);
        for (int i = 0; i < count && !reader.Failed; i++) certificates.Add(Blob(ref reader, payload, DecisionProof.MaxBytes));
        return certificates.ToImmutable();
    }

    private static int Count(ref CanonicalReader reader, int limit)
    {
        int count = reader.U16();
        if (count > limit) reader.Fail();
        return reader.Failed ? 0 : count;
    }

    /// <summary>A slice of the payload, so that nothing is copied.</summary>
    private static ReadOnlyMemory<byte> Blob(ref CanonicalReader reader, ReadOnlyMemory<byte> payload, int limit)
    {
        int length = reader.Count(limit);
        int start = payload.Length - reader.Remaining;
        reader.Raw(length);
        return reader.Failed ? default : payload.Slice(start, length);
    }
}
