namespace C3Fusion.Rosters;

/// <summary>When slots start and rounds end, on every node's own disciplined clock.</summary>
/// <param name="Start">T0 of slot 0.</param>
/// <param name="PeriodUs">P, microseconds between two slot starts.</param>
/// <param name="RoundUs">R, microseconds of one round: delay, skew and processing at the worst load.</param>
/// <param name="ClockGuardUs">How early an honest frame may come: at least the pairwise clock skew.</param>
public sealed record SlotTiming(Instant Start, long PeriodUs, long RoundUs, long ClockGuardUs)
{
    /// <summary>T0 of slot <paramref name="slot"/>.</summary>
    public Instant StartOf(long slot) => Start.Plus(checked(slot * PeriodUs));

    /// <summary>The last instant of round <paramref name="round"/> (1-based) of a slot, inclusive.</summary>
    public Instant DeadlineOf(long slot, int round) => StartOf(slot).Plus(round * RoundUs);

    /// <summary>The slot that starts at or last before <paramref name="time"/>; negative before slot 0.</summary>
    public long SlotAt(Instant time)
    {
        long elapsed = time.Since(Start);
        long slot = elapsed / PeriodUs;
        return elapsed % PeriodUs < 0 ? slot - 1 : slot;
    }
}
