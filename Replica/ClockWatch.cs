using C3Fusion.Rosters;

namespace C3Fusion.Replica;

/// <summary>What peers' times say of the own clock.</summary>
internal enum PeerClockVerdict : byte
{
    /// <summary>At most f_n peers differ.</summary>
    Agrees,

    /// <summary>Fewer than 2f_n+1 peers are heard.</summary>
    CannotConfirm,

    /// <summary>More than f_n peers were early: the own clock is behind that of an honest one.</summary>
    Behind,

    /// <summary>More than f_n peers were late throughout: the own clock is ahead of that of an honest one, or R is too short.</summary>
    Ahead,
}

/// <summary>Compares when peers' first frames of each slot come with when the own clock expects them. It raises an alarm and steers nothing: with f_n &gt;= n/2 traitors would steer the honest.</summary>
/// <remarks>
/// A frame of slot s that comes at stamp t on the own clock was sent at or after T0(s) on the peer's, and travelled for 0 to R.
/// So own - peer lies in [t - T0(s) - R, t - T0(s)] (Marzullo's intervals, <c>reference/robust-estimators.md</c>). Over the last
/// slots the smallest t counts, as the least delayed. A peer differs where its interval misses [-guard, +guard].
/// </remarks>
internal sealed class ClockWatch
{
    /// <summary>Slots after the start before the watch says anything.</summary>
    public const int SlotsToJudge = 4;

    private const int Window = 16;

    private readonly Roster _roster;
    private readonly int _self;
    private readonly (long Slot, long OffsetUs)[,] _seen;

    public ClockWatch(Roster roster, int self)
    {
        _roster = roster;
        _self = self;
        _seen = new (long, long)[roster.Nodes.Length, Window];
        for (int peer = 0; peer < roster.Nodes.Length; peer++)
        {
            for (int i = 0; i < Window; i++) _seen[peer, i] = (-1, 0);
        }
    }

    /// <summary>Notes a frame that its own author sent; later ones of the slot say nothing new.</summary>
    public void Observe(int peer, long slot, Instant stamp)
    {
        if (slot < 0 || peer == _self) return;
        ref (long Slot, long OffsetUs) cell = ref _seen[peer, (int)(slot % Window)];

        // A slot number far ahead would let a traitor fill its own cells only.
        if (cell.Slot < slot) cell = (slot, stamp.Since(_roster.Timing.StartOf(slot)));
    }

    /// <summary>Judges by the slots up to <paramref name="slot"/>.</summary>
    public PeerClockVerdict Judge(long slot, out string detail)
    {
        int heard = 0, early = 0, late = 0;
        long guard = _roster.Timing.ClockGuardUs;
        for (int peer = 0; peer < _roster.Nodes.Length; peer++)
        {
            if (LeastOffset(peer, slot) is not { } offset) continue;
            heard++;
            if (offset < -guard) early++;
            if (offset - _roster.Timing.RoundUs > guard) late++;
        }

        int f = _roster.FaultyNodes;
        detail = $"{heard} peers heard, {early} early by more than {guard} us, {late} late by more than a round and {guard} us, f_n = {f}";
        if (early > f) return PeerClockVerdict.Behind;
        if (late > f) return PeerClockVerdict.Ahead;
        return heard < (2 * f) + 1 ? PeerClockVerdict.CannotConfirm : PeerClockVerdict.Agrees;
    }

    private long? LeastOffset(int peer, long slot)
    {
        long? least = null;
        for (int i = 0; i < Window; i++)
        {
            (long seen, long offset) = _seen[peer, i];
            if (seen >= 0 && seen > slot - Window && seen <= slot + 1 && (least is null || offset < least)) least = offset;
        }

        return least;
    }
}
