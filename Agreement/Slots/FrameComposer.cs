using System.Collections.Immutable;

namespace C3Fusion.Agreement.Slots;

/// <summary>What must stay together in one frame: the supports of one pair with its payload, the proof of one certificate.</summary>
internal readonly record struct FrameUnit(ImmutableArray<Statement> Supports, Payload? Payload);

/// <summary>Packs statements and payloads into as few frames as the limits allow. A receiver counts supports over several frames, so splitting loses nothing.</summary>
internal static class FrameComposer
{
    private const int HeaderBytes = 64;

    public static List<Frame> Compose(Statement own, IReadOnlyList<FrameUnit> units, ulong decidesHeld, SlotRules rules)
    {
        var frames = new List<Frame>(1);
        var supports = new HashSet<Statement>();
        var payloads = new SortedDictionary<Rosters.Hash256, Payload>();
        int limit = Limits.Supports(rules.Roster);
        int start = HeaderBytes + Size(own);
        int bytes = start, payloadBytes = 0;

        void Flush()
        {
            frames.Add(new Frame(own.Author, own.Slot, own, StatementGroups.Canonical([.. supports]), [.. payloads.Values], decidesHeld));
            supports.Clear();
            payloads.Clear();
            (bytes, payloadBytes) = (start, 0);
        }

        foreach (FrameUnit unit in units)
        {
            int statementBytes = unit.Supports.Sum(Size), unitPayload = unit.Payload?.Bytes.Length + 4 ?? 0;
            bool full = supports.Count + unit.Supports.Length > limit
                || bytes + statementBytes + unitPayload > Limits.FrameBytes
                || payloadBytes + unitPayload > Limits.PayloadBytesPerFrame;
            if (full && (supports.Count > 0 || payloads.Count > 0)) Flush();
            foreach (Statement support in unit.Supports)
            {
                if (!support.Equals(own) && supports.Add(support)) bytes += Size(support);
            }

            if (unit.Payload is { } payload && payloads.TryAdd(payload.Value, payload))
            {
                bytes += unitPayload;
                payloadBytes += unitPayload;
            }
        }

        if (frames.Count == 0 || supports.Count > 0 || payloads.Count > 0) Flush();
        return frames;
    }

    private static int Size(Statement statement) => statement.Body.Length + 1 + Rosters.Ed25519Signer.SignatureLength + 1;
}
