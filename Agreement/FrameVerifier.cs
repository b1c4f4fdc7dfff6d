using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>
/// The verification stage of frames: bytes from a link in, <see cref="Verified{T}"/> frames out (docs/agreement-rules.md, F2 and F3).
/// Off the machine's thread; thread-safe.
/// </summary>
/// <remarks>
/// <para>A frame is taken whole or dropped whole: validity rests on its bytes, never on what else this node knows. Its author must
/// be the node at the other end of the link. Safety does not rest on that: quotas count only values that the author's own signed
/// statement lists, and an honest node signs at most two of one sender in a slot, so whoever wraps another's statements in a
/// frame of its own can use up nobody's quota. The link only keeps the unsigned hint and the budget below with their owner.</para>
/// <para>A peer may make this node check <see cref="Limits.FreshSignatures"/> new signatures in a slot; beyond that its frames of
/// the slot are dropped unread. An honest peer never gets there, whatever traitors sign.</para>
/// </remarks>
public sealed class FrameVerifier
{
    private const int Window = Limits.RetainedSlots + 4;

    private readonly StatementVerifier _statements;
    private readonly Roster _roster;
    private readonly Lock _gate = new();
    private readonly (long Slot, int Spent)[,] _spent;
    private readonly int _budget;

    /// <summary>A stage for one roster.</summary>
    /// <param name="statements">Checks and remembers statements; may be shared.</param>
    public FrameVerifier(StatementVerifier statements)
    {
        _statements = statements;
        _roster = statements.Roster;
        _budget = Limits.FreshSignatures(_roster);
        _spent = new (long, int)[_roster.Nodes.Length, Window];
        for (int peer = 0; peer < _roster.Nodes.Length; peer++)
        {
            for (int i = 0; i < Window; i++) _spent[peer, i] = (-1, 0);
        }
    }

    /// <summary>Decodes and verifies one frame.</summary>
    /// <param name="peer">Index of the node at the other end of the link.</param>
    /// <param name="bytes">What came; the frame's payloads refer to it, so it must not be reused.</param>
    /// <param name="stamp">Taken at the socket read.</param>
    /// <param name="frame">The frame where the result is <see cref="FrameRefusal.None"/>.</param>
    /// <returns>Why it was refused. Never throws on hostile input.</returns>
    public FrameRefusal Verify(int peer, ReadOnlyMemory<byte> bytes, Instant stamp, out Verified<Frame> frame)
    {
        frame = default;
        if (bytes.Length > Limits.FrameBytes) return FrameRefusal.TooLong;
        if (FrameBytes.Read(bytes, _roster) is not { } read) return FrameRefusal.Malformed;
        if (read.Author != peer) return FrameRefusal.WrongAuthor;
        long newest = _roster.Timing.SlotAt(stamp.Plus(_roster.Timing.ClockGuardUs));
        if (read.Slot > newest || read.Slot < newest - Limits.RetainedSlots) return FrameRefusal.OutsideWindow;
        return Verify(peer, read, out frame);
    }

    private FrameRefusal Verify(int peer, Frame read, out Verified<Frame> frame)
    {
        frame = default;
        if (Verify(peer, read.Slot, read.Own, out Statement own) is not FrameRefusal.None and var refusal) return refusal;
        var supports = ImmutableArray.CreateBuilder<Statement>(read.Supports.Length);
        foreach (Statement support in read.Supports)
        {
            refusal = Verify(peer, read.Slot, support, out Statement good);
            if (refusal != FrameRefusal.None) return refusal;
            supports.Add(good);
        }

        frame = new Verified<Frame>(read with { Own = own, Supports = supports.MoveToImmutable() });
        return FrameRefusal.None;
    }

    private FrameRefusal Verify(int peer, long slot, Statement statement, out Statement good)
    {
        good = statement;
        if (_statements.Known(statement) is { } known)
        {
            good = known;
            return FrameRefusal.None;
        }

        if (!TrySpend(peer, slot)) return FrameRefusal.OverBudget;
        return _statements.Check(statement) is null ? FrameRefusal.BadSignature : FrameRefusal.None;
    }

    private bool TrySpend(int peer, long slot)
    {
        lock (_gate)
        {
            ref (long Slot, int Spent) entry = ref _spent[peer, (int)(slot % Window)];
            if (entry.Slot != slot) entry = (slot, 0);
            return ++entry.Spent <= _budget;
        }
    }
}
