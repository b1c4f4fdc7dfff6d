using C3Fusion.Node.Cluster;

namespace C3Fusion.Node.Replicas;

/// <summary>What a box knows of its predecessor when it begins to host the replica.</summary>
/// <param name="Promised">This box promised to sign in no slot up to this one.</param>
/// <param name="PredecessorHeld">The last slot that the asking box said it may sign in; null where none signed by this box's promise.</param>
internal sealed record FenceStart(long Promised, long? PredecessorHeld);

/// <summary>
/// What this box promised to another box of its node: not to sign up to a slot. The slot lease of the one, held by the other.
/// Kept in memory: a process that starts takes it that the one before it promised as much as one may.
/// </summary>
/// <remarks>Thread-safe. Promises are bounded by the clock, so that no box can have this one silent for long.</remarks>
/// <param name="box">Name of this box.</param>
/// <param name="slotNow">The slot that the clock is in.</param>
internal sealed class SlotPromise(string box, Func<long> slotNow)
{
    /// <summary>How many slots ahead of the clock may be promised: the asker's two, and one for two clocks.</summary>
    public const int Ahead = 3;

    private readonly Lock _gate = new();
    private string? _holder;
    private long _from;
    private long _upTo = slotNow() + Ahead + 1;
    private long? _held;
    private bool _hosts;
    private long _signs = -1;

    /// <summary>Answers a box that hosts the replica.</summary>
    public FenceAnswer Answer(FenceAsk ask)
    {
        lock (_gate)
        {
            if (_hosts) return new FenceAnswer(box, 0, -1, _signs, Leaves: false);
            if (!string.Equals(ask.Box, _holder, StringComparison.Ordinal)) (_holder, _from) = (ask.Box, _upTo + 1);

            // Only who signs by this box's promise falls silent without it: of any other, its end says nothing.
            _held = ask.Depends && ask.Held >= _from ? ask.Held : null;
            long wanted = Math.Min(ask.UpTo, slotNow() + Ahead);
            if (wanted >= _from && wanted > _upTo) _upTo = wanted;
            return new FenceAnswer(box, _from, _upTo, -1, Leaves: false);
        }
    }

    /// <summary>This box begins to host the replica: it promises nothing more.</summary>
    public FenceStart Host()
    {
        lock (_gate)
        {
            _hosts = true;
            return new FenceStart(_upTo, _holder is null ? null : _held);
        }
    }

    /// <summary>This box may sign in slots up to <paramref name="slot"/>.</summary>
    public void Signs(long slot)
    {
        lock (_gate) _signs = Math.Max(_signs, slot);
    }

    /// <summary>Does this box host the replica and have the right to sign now?</summary>
    public bool IsSigning
    {
        get
        {
            lock (_gate) return _hosts && _signs >= slotNow();
        }
    }

    /// <summary>This box hosts no replica any more.</summary>
    public void Rest()
    {
        lock (_gate)
        {
            (_hosts, _holder, _held) = (false, null, null);
            _upTo = Math.Max(_upTo, _signs);
        }
    }
}
