using System.Collections.Immutable;
using System.Text;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Plans;

/// <summary>Canonical bytes of proposals and vetoes, and the checks that need no agreed state.</summary>
internal static class PlanBytes
{
    /// <summary>Bytes before a text.</summary>
    private const int TextLengthBytes = 4;

    /// <summary>Most bytes of a proposal.</summary>
    public const int MaxProposalBytes = 8 + 1 + 1 + ((1 + PlanRules.MaxUnits) * (TextLengthBytes + PlanRules.MaxNameBytes)) + TextLengthBytes + PlanRules.MaxTextBytes + 1 + 8 + Hash256.Length + 8;

    /// <summary>Most bytes of a veto.</summary>
    public const int MaxVetoBytes = 2 + 8 + TextLengthBytes + PlanRules.MaxReasonBytes;

    public static void Write(CanonicalWriter writer, PlanProposal proposal)
    {
        writer.I64(proposal.Number);
        writer.Text(proposal.Key);
        writer.U8((byte)proposal.Task);
        writer.U8(checked((byte)proposal.Units.Length));
        foreach (string unit in proposal.Units) writer.Text(unit);
        writer.Text(proposal.Text);
        writer.U8(proposal.Irreversible ? (byte)1 : (byte)0);
        writer.I64(proposal.PictureSlot);
        writer.Hash(proposal.PictureHash);
        writer.I64(proposal.ExpirySlot);
    }

    public static PlanProposal? ReadProposal(ref CanonicalReader reader)
    {
        long number = reader.I64();
        string key = reader.Text(PlanRules.MaxNameBytes);
        var task = (PlanTask)reader.U8();
        int count = reader.U8();
        if (count > PlanRules.MaxUnits) reader.Fail();
        ImmutableArray<string>.Builder units = ImmutableArray.CreateBuilder<string>(reader.Failed ? 0 : count);
        for (int i = 0; i < count && !reader.Failed; i++) units.Add(reader.Text(PlanRules.MaxNameBytes));
        string text = reader.Text(PlanRules.MaxTextBytes);
        byte irreversible = reader.U8();
        long pictureSlot = reader.I64();
        Hash256 pictureHash = reader.Hash();
        long expiry = reader.I64();
        if (irreversible > 1 || reader.Failed) reader.Fail();
        if (reader.Failed) return null;
        var proposal = new PlanProposal(number, key, task, units.ToImmutable(), text, irreversible == 1, pictureSlot, pictureHash, expiry);
        if (IsWellFormed(proposal)) return proposal;
        reader.Fail();
        return null;
    }

    public static void Write(CanonicalWriter writer, PlanVeto veto)
    {
        writer.U16(checked((ushort)veto.Proposer));
        writer.I64(veto.Number);
        writer.Text(veto.Reason);
    }

    public static PlanVeto? ReadVeto(ref CanonicalReader reader, int nodes)
    {
        int proposer = reader.U16();
        long number = reader.I64();
        string reason = reader.Text(PlanRules.MaxReasonBytes);
        if (proposer >= nodes || number < 0 || !IsPrintable(reason)) reader.Fail();
        return reader.Failed ? null : new PlanVeto(proposer, number, reason);
    }

    public static bool IsWellFormed(PlanProposal proposal)
    {
        if (proposal.Number < 0 || proposal.PictureSlot < -1) return false;
        if (proposal.Task is < PlanTask.Movement or > PlanTask.Evacuation) return false;
        if (!IsName(proposal.Key) || proposal.Units.Length is < 1 or > PlanRules.MaxUnits) return false;
        for (int i = 0; i < proposal.Units.Length; i++)
        {
            if (!IsName(proposal.Units[i])) return false;
            if (i > 0 && string.CompareOrdinal(proposal.Units[i - 1], proposal.Units[i]) >= 0) return false;
        }

        return IsPrintable(proposal.Text) && IsWithin(proposal.Text, PlanRules.MaxTextBytes);
    }

    public static bool IsReason(string reason) => IsPrintable(reason) && IsWithin(reason, PlanRules.MaxReasonBytes);

    private static bool IsName(string text) => text.Length > 0 && IsPrintable(text) && IsWithin(text, PlanRules.MaxNameBytes);

    private static bool IsPrintable(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i])) return false;

            // A lone surrogate has no UTF-8 form.
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return false;
            i++;
        }

        return true;
    }

    private static bool IsWithin(string text, int limit) => text.Length <= limit && Encoding.UTF8.GetByteCount(text) <= limit;
}
