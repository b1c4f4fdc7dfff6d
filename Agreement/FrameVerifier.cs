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
/// <para>In a slot a peer may send <see cref="Limits.FramesPerSlot"/> frames with <see cref="Limits.BytesPerSlot"/> bytes and make
/// this node check <see cref="Limits.FreshSignatures"/> new signatures; what goes beyond is dropped, by its length before it is
/// decoded. An honest peer never gets there, whatever traitors sign.</para>
/// </remarks>
public sealed class FrameVerifier
{
    private const int Window = Limits.RetainedSlots + 4;

    private readonly StatementVerifier _statements;
    private readonly Roster _roster;
    private readonly Lock _gate = new();
    private readonly Spending[,] _spent;
    private readonly int _signatures;
    private readonly int _frames;
    private readonly long _bytes;
    private readonly long _firstSlot;
    private long _lastSlot;

    /// <summary>A stage for one roster.</summary>
    /// <param name="statements">Checks and remembers statements; may be shared.</param>
    /// <param name="slots">The slots in which the roster holds; all by default.</param>
    public FrameVerifier(StatementVerifier statements, SlotRange? slots = null)
    {
        _statements = statements;
        _roster = statements.Roster;
        (_firstSlot, _lastSlot) = slots ?? SlotRange.All;
        _signatures = Limits.FreshSignatures(_roster);
        _frames = Limits.FramesPerSlot(_roster);
        _bytes = Limits.BytesPerSlot(_roster);
        _spent = new Spending[_roster.Nodes.Length, Window];
        for (int peer = 0; peer < _roster.Nodes.Length; peer++)
        {
            for (int i = 0; i < Window; i++) _spent[peer, i] = new Spending(-1, 0, 0, 0);
        }
    }

    /// <summary>The roster holds no longer than to this slot: frames of later ones are refused from now on.</summary>
    public void EndAfter(long lastSlot) => Interlocked.Exchange(ref _lastSlot, Math.Min(lastSlot, Interlocked.Read(ref _lastSlot)));

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
        if (!FrameBytes.TryReadHeader(bytes.Span, out int author, out long slot)) return FrameRefusal.Malformed;
        if (author != peer || (uint)peer >= (uint)_roster.Nodes.Length) return FrameRefusal.WrongAuthor;
        long newest = _roster.Timing.SlotAt(stamp.Plus(_roster.Timing.ClockGuardUs));
        bool isOfRoster = slot >= _firstSlot && slot <= Interlocked.Read(ref _lastSlot);
        if (!isOfRoster || slot < 0 || slot > newest || slot < newest - Limits.RetainedSlots) return FrameRefusal.OutsideWindow;
        if (!TrySpend(peer, new Spending(slot, 0, 1, bytes.Length))) return FrameRefusal.OverBudget;
        return FrameBytes.Read(bytes, _roster) is { } read ? Verify(peer, read, out frame) : FrameRefusal.Malformed;
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

        if (!TrySpend(peer, new Spending(slot, 1, 0, 0))) return FrameRefusal.OverBudget;
        return _statements.Check(statement) is null ? FrameRefusal.BadSignature : FrameRefusal.None;
    }

    private bool TrySpend(int peer, Spending more)
    {
        lock (_gate)
        {
            ref Spending spent = ref _spent[peer, (int)(more.Slot % Window)];
            if (spent.Slot != more.Slot) spent = new Spending(more.Slot, 0, 0, 0);
            spent = new Spending(more.Slot, spent.Signatures + more.Signatures, spent.Frames + more.Frames, spent.Bytes + more.Bytes);
            return spent.Signatures <= _signatures && spent.Frames <= _frames && spent.Bytes <= _bytes;
        }
    }

    private readonly record struct Spending(long Slot, int Signatures, int Frames, long Bytes);
}
