using System.Diagnostics;
using C3Fusion.Agreement;
using C3Fusion.Replica;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Replicas;

/// <summary>Feeds the <see cref="ReplicaMachine"/>: one event at a time, a clock that never falls, and the close barrier. Not thread-safe.</summary>
/// <remarks>
/// A round is closed (<see cref="ReplicaEvent.TimeReached"/> past its deadline) only when every frame stamped up to the deadline has
/// been taken, those still being verified included; for at most three quarters of the slack that the agreement allows
/// (R/4), after which the machine itself judges what comes too late. Otherwise a traitor whose frame takes long to verify would make
/// every honest node faulty in its own eyes, slot after slot.
/// </remarks>
internal sealed class ReplicaPump
{
    private readonly ReplicaMachine _machine;
    private readonly PeerInbox _inbox;
    private readonly SlotTiming _timing;
    private readonly int _lastRound;
    private readonly NodeClock _clock;
    private readonly Action<ReplicaEffect> _carryOut;
    private readonly Action<Instant> _wake;
    private readonly List<ReplicaEffect> _effects = [];
    private Instant? _due;
    private long _judgedSlot = long.MinValue;
    private long _lateWakeUs;
    private long _longestStepUs;

    /// <summary>A pump for one incarnation.</summary>
    /// <param name="machine">What is fed.</param>
    /// <param name="inbox">Where frames wait.</param>
    /// <param name="clock">The node's clock.</param>
    /// <param name="carryOut">Carries out an effect; wake-ups and the end are the pump's own.</param>
    /// <param name="wake">Asks for <see cref="MeetDeadline"/> at a time; replaces any earlier wish.</param>
    public ReplicaPump(ReplicaMachine machine, PeerInbox inbox, NodeClock clock, Action<ReplicaEffect> carryOut, Action<Instant> wake)
    {
        (_machine, _inbox, _clock, _carryOut, _wake) = (machine, inbox, clock, carryOut, wake);
        _timing = machine.Options.Roster.Timing;

        // One round after T certificates are still accepted (Tc = 1 + f + d).
        _lastRound = machine.Options.Roster.Rounds + 1;
        Now = machine.Options.Restart.StartedAt;
    }

    /// <summary>The time of the last step.</summary>
    public Instant Now { get; private set; }

    /// <summary>Must this node sign nothing more? Then no event is taken any more.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>What the machine was told of the clock last.</summary>
    public ClockStatus Clock { get; private set; } = ClockStatus.Good;

    /// <summary>The first step of the incarnation.</summary>
    public void Begin() => Step(new ReplicaEvent.TimeReached());

    /// <summary>Takes an event other than time.</summary>
    public void Take(ReplicaEvent e)
    {
        WatchClock();
        Step(e);
        MeetDeadline();
    }

    /// <summary>Takes a peer's message.</summary>
    public void Take(PeerArrival arrival)
    {
        WatchClock();
        Step(arrival.Event);
        _inbox.Taken(arrival);
        MeetDeadline();
    }

    /// <summary>Steps the machine over its deadline, if it is reached and the barrier is clear or the wait for it is over.</summary>
    public void MeetDeadline()
    {
        WatchClock();
        Advance();
        if (IsStopped || _due is not { } due || Now < due) return;
        Instant closes = NewestDeadline(Now);
        Instant end = closes.Plus(_timing.RoundUs * 3 / 16);
        if (!_inbox.TryPass(closes))
        {
            if (Now < end)
            {
                _wake(end);
                return;
            }

            _inbox.Pass(closes);
        }

        _lateWakeUs = Math.Max(_lateWakeUs, Now.Since(due));
        _due = null;
        Step(new ReplicaEvent.TimeReached());
    }

    /// <summary>The longest delay of a deadline and the longest step since the last call, microseconds.</summary>
    public (long LateWakeUs, long LongestStepUs) TakeVitals()
    {
        (long, long) vitals = (_lateWakeUs, _longestStepUs);
        (_lateWakeUs, _longestStepUs) = (0, 0);
        return vitals;
    }

    /// <summary>Between slots the wall clock is compared, before anything else of the new slot.</summary>
    private void WatchClock()
    {
        Advance();
        long slot = _timing.SlotAt(Now);
        if (slot <= _judgedSlot) return;
        _judgedSlot = slot;
        ClockStatus status = _clock.Judge();

        // The timer counts down to a time of the clock that may just have been followed elsewhere.
        if (_due is { } due) _wake(due);
        if (status == Clock) return;
        Clock = status;
        Step(new ReplicaEvent.ClockJudged(status));
    }

    private void Advance()
    {
        Instant now = _clock.Now;
        if (now > Now) Now = now;
    }

    private void Step(ReplicaEvent e)
    {
        if (IsStopped) return;

        // Time itself was looked at when the barrier was: a later look could close a round that the barrier did not speak of.
        if (e is not ReplicaEvent.TimeReached) Advance();
        long start = Stopwatch.GetTimestamp();
        _effects.Clear();
        _machine.Step(e, Now, _effects);
        _longestStepUs = Math.Max(_longestStepUs, (long)Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        foreach (ReplicaEffect effect in _effects)
        {
            if (effect is ReplicaEffect.WakeAt wake)
            {
                _due = wake.Time;
                _wake(wake.Time);
                continue;
            }

            IsStopped |= effect is ReplicaEffect.Stopped;
            _carryOut(effect);
            if (IsStopped) return;
        }
    }

    /// <summary>The last round deadline at or before <paramref name="time"/>: the newest that a step at that time closes.</summary>
    private Instant NewestDeadline(Instant time)
    {
        long slot = _timing.SlotAt(time);
        int round = (int)Math.Min(_lastRound, time.Since(_timing.StartOf(slot)) / _timing.RoundUs);
        return round > 0 ? _timing.DeadlineOf(slot, round) : _timing.DeadlineOf(slot - 1, _lastRound);
    }
}
