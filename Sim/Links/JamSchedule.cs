using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Sim.Links;

/// <summary>One jammer: it cuts a link for a while, once or again and again.</summary>
/// <param name="From">Index of the sending node.</param>
/// <param name="To">Index of the receiving node.</param>
/// <param name="OffsetUs">First begin after the start of the exercise, microseconds.</param>
/// <param name="DurationUs">How long, microseconds.</param>
/// <param name="EveryUs">From one begin to the next, microseconds; 0 for once.</param>
/// <param name="BothWays">Is the way back cut too?</param>
public readonly record struct Jam(int From, int To, long OffsetUs, long DurationUs, long EveryUs, bool BothWays);

/// <summary>Which link loses its frames when.</summary>
/// <param name="Start">Start of the exercise.</param>
/// <param name="Jams">The jammers.</param>
public sealed record JamSchedule(Instant Start, ImmutableArray<Jam> Jams)
{
    /// <summary>No jamming.</summary>
    public static JamSchedule None => new(default, []);

    /// <summary>The demo's: the link between two nodes is cut both ways for 10 s in every minute, first after 10 s.</summary>
    public static JamSchedule EveryMinute(Instant start, int a, int b) => new(start, [new Jam(a, b, 10_000_000, 10_000_000, 60_000_000, BothWays: true)]);

    /// <summary>Is what <paramref name="from"/> sends <paramref name="to"/> at <paramref name="time"/> lost?</summary>
    public bool IsJammed(int from, int to, Instant time)
    {
        foreach (Jam jam in Jams)
        {
            bool sameWay = jam.From == from && jam.To == to, wayBack = jam.BothWays && jam.From == to && jam.To == from;
            if ((sameWay || wayBack) && IsOn(jam, time)) return true;
        }

        return false;
    }

    private bool IsOn(in Jam jam, Instant time)
    {
        long since = time.Since(Start) - jam.OffsetUs;
        if (since < 0) return false;
        return (jam.EveryUs > 0 ? since % jam.EveryUs : since) < jam.DurationUs;
    }
}
