using C3Fusion.Node.Cluster;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Replicas;

/// <summary>In which slots this box may sign with its node's key. No two boxes of a node may sign in the same slot, however they were paused or cut off from each other.</summary>
/// <remarks>
/// <para>The right to a slot is the promise of the other boxes not to sign in it, asked for two slots ahead: a majority of the
/// configured boxes, this one included. So a box that was stopped and wakes up has lost its right, whatever it knows.</para>
/// <para>With two boxes a majority is both, and one must be able to go on when the other died. It then signs <em>alone</em>, and the peers
/// are the witness that the other does not: a box whose predecessor asked it for promises until just now begins at once (the heir);
/// any other box first listens until it heard enough peers in <see cref="ListenSlots"/> slots, and in none of them a statement under its
/// node's key. The heir's time ends before a listener's can, so the listener hears it. Who is alone and misses a slot must
/// listen anew; who hears the other sign while it has no right itself is superseded and must end.</para>
/// <para>What the witness rests on: both boxes hear honest peers that hear each other within a few slots. Peers count as enough where
/// they are as many as a node must hear to vouch for a slot (n-f, itself included).</para>
/// </remarks>
internal sealed class SigningFence
{
    /// <summary>Slots ahead of the clock for which promises are asked.</summary>
    public const int Ahead = 2;

    /// <summary>How long a fail-over may take for the successor to be the heir.</summary>
    private const long HeirUs = 6_000_000;

    /// <summary>Two listeners never begin in one slot: each of two boxes has its own slots to begin in, so far apart that the other hears it first.</summary>
    private const int Spacing = 5;

    private const int Ranges = 16;

    /// <summary>Peers hand on statements of the last slots.</summary>
    private const int RecentSlots = 8;

    private readonly int _others;
    private readonly int _majority;
    private readonly int _enough;
    private readonly string _box;
    private readonly int _rank;
    private bool _hasConsent;
    private readonly long _baseline;
    private readonly long _heirUntil;
    private readonly Dictionary<string, FenceAnswer> _answers = new(StringComparer.Ordinal);
    private readonly Queue<(long From, long UpTo)> _earlier = new();
    private readonly long[] _heard;
    private long _now = long.MinValue;
    private long _silentSince;
    private int _goodSlots;
    private bool _otherLeft;

    /// <summary>The fence of one incarnation.</summary>
    /// <param name="roster">How many nodes must be heard, and P.</param>
    /// <param name="box">Name of this box.</param>
    /// <param name="rank">Its place among the node's boxes.</param>
    /// <param name="others">How many other boxes the node has.</param>
    /// <param name="start">What this box promised before.</param>
    /// <param name="slot">The slot that the clock is in.</param>
    /// <param name="leased">The last slot in which this box may have signed before.</param>
    /// <param name="hasConsent">The operator says that the other boxes are off.</param>
    public SigningFence(Roster roster, string box, int rank, int others, FenceStart start, long slot, long leased, bool hasConsent)
    {
        (_box, _rank, _others, _hasConsent) = (box, rank, others, hasConsent);
        _majority = ((others + 1) / 2) + 1;
        _enough = Math.Max(1, roster.Nodes.Length - roster.FaultyNodes - 1);
        _heard = [.. Enumerable.Repeat(long.MinValue, roster.Nodes.Length)];
        int heirSlots = (int)((HeirUs + roster.Timing.PeriodUs - 1) / roster.Timing.PeriodUs);
        ListenSlots = heirSlots + 3;
        _baseline = Math.Max(slot, Math.Max(start.Promised, leased));
        _heirUntil = others == 1 && start.PredecessorHeld is { } held ? held + heirSlots : long.MinValue;
        _silentSince = _baseline;
        IsAlone = hasConsent;
        (From, Held) = others == 0 ? (long.MinValue, long.MaxValue) : (_baseline + 1, _baseline);
    }

    /// <summary>Slots in which a box without promises must have heard enough peers before it signs alone.</summary>
    public int ListenSlots { get; }

    /// <summary>First slot of the right that is held now.</summary>
    public long From { get; private set; }

    /// <summary>Last slot of the right that was gained so far.</summary>
    public long Held { get; private set; }

    /// <summary>Does this box sign without the promises of the others?</summary>
    public bool IsAlone { get; private set; }

    /// <summary>Another box of the node signs: this one must end.</summary>
    public bool IsSuperseded { get; private set; }

    /// <summary>What to ask the other boxes now.</summary>
    public FenceAsk Ask(long slot) => new(_box, slot + Ahead, Held, Depends: Held > _baseline && !IsAlone);

    /// <summary>Another box answered.</summary>
    public void Take(FenceAnswer answer)
    {
        _answers[answer.Box] = answer;
        _otherLeft = answer.Leaves;
        if (answer.Signs >= _now && Held < _now) IsSuperseded = true;
    }

    /// <summary>A peer's own frame of a slot came in.</summary>
    public void HeardPeer(int peer, long slot) => _heard[peer] = Math.Max(_heard[peer], Math.Min(slot, _now));

    /// <summary>A statement under this node's own key came in.</summary>
    public void HeardOwnKey(long slot)
    {
        // Old ones say nothing of now; a peer could keep them and show them at any time.
        if (slot <= _baseline || slot < _now - RecentSlots || IsMine(slot)) return;
        _goodSlots = 0;
        if (Held < _now) IsSuperseded = true;
    }

    /// <summary>The clock is in <paramref name="slot"/>: gains what can be gained.</summary>
    public void Advance(long slot)
    {
        if (_others == 0) return;
        if (slot > _now)
        {
            if (_now > _silentSince && Held < _now && IsHeardIn(_now)) _goodSlots++;
            _now = slot;
        }

        if (IsSuperseded) return;
        if (TryPromised(slot)) return;
        if (IsAlone && Held > _baseline && slot > Held) LoseAlone(slot);
        if (!IsAlone && _others == 1) IsAlone = HearsPeers(slot) && MayGoAlone(slot);
        if (IsAlone && (_hasConsent || HearsPeers(slot))) Gain(slot + 1, slot + 1);
    }

    private bool MayGoAlone(long slot)
    {
        if (_goodSlots >= ListenSlots) return (slot + 1) % (2 * Spacing) == _rank % 2 * Spacing;

        // The one who left in order said so while its promise still held; the heir's predecessor was silent for less than a listener listens.
        if (_otherLeft) return slot <= Held;
        return Held == _baseline && slot >= _baseline && slot <= _heirUntil;
    }

    private bool TryPromised(long slot)
    {
        long first = -1, last = -1;
        for (long next = slot; next <= slot + Ahead; next++)
        {
            int boxes = 1;
            foreach (FenceAnswer answer in _answers.Values)
            {
                if (answer.From <= next && next <= answer.UpTo) boxes++;
            }

            if (boxes < _majority)
            {
                if (first >= 0) break;
                continue;
            }

            if (first < 0) first = next;
            last = next;
        }

        if (first < 0) return false;
        bool wasAlone = IsAlone;
        (IsAlone, _hasConsent) = (false, false);
        _goodSlots = 0;

        // Alone until the promise begins: the box that gives it has just come and is silent itself.
        if (wasAlone && first > Held + 1) Gain(slot + 1, first);
        Gain(first, last);
        return true;
    }

    private void LoseAlone(long slot)
    {
        (IsAlone, _hasConsent, _otherLeft) = (false, false, false);
        _goodSlots = 0;
        _silentSince = slot;
    }

    private void Gain(long from, long upTo)
    {
        from = Math.Max(from, _baseline + 1);
        if (upTo < from || upTo <= Held) return;
        if (from > Held + 1)
        {
            _earlier.Enqueue((From, Held));
            if (_earlier.Count > Ranges) _earlier.Dequeue();
            From = from;
        }

        Held = upTo;
        _silentSince = upTo;
        _goodSlots = 0;
    }

    private bool IsMine(long slot)
    {
        if (slot >= From && slot <= Held) return true;
        foreach ((long from, long upTo) in _earlier)
        {
            if (slot >= from && slot <= upTo) return true;
        }

        return false;
    }

    private bool HearsPeers(long slot) => IsHeardSince(slot - 1);

    private bool IsHeardIn(long slot) => IsHeardSince(slot);

    private bool IsHeardSince(long slot)
    {
        int heard = 0;
        foreach (long last in _heard)
        {
            if (last >= slot) heard++;
        }

        return heard >= _enough;
    }
}
