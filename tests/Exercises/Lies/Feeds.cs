using C3Fusion.Exercises.World;
using C3Fusion.Fusion;

namespace C3Fusion.Exercises.Lies;

/// <summary>Lies about the feed itself: what is left out, repeated, renamed or delayed.</summary>
public static class Feeds
{
    /// <summary>One lie after the other.</summary>
    public static Lie Both(Lie first, Lie second) => scan =>
    {
        first(scan);
        second(scan);
    };

    /// <summary>Says nothing any more from scan 20 on.</summary>
    public static Lie Silent() => scan =>
    {
        if (scan.Scan >= 20) scan.Readings.Clear();
    };

    /// <summary>Never reports every other target, from scan 20 on; the liars agree.</summary>
    public static Lie Suppress() => scan =>
    {
        if (scan.Scan >= 20) scan.Readings.RemoveAll(r => r.IsOfTarget && r.Target % 2 == 0);
    };

    /// <summary>A new local id for everything in every scan.</summary>
    public static Lie NewIds() => scan => scan.Change(reading => reading with { Local = scan.Ids.New() });

    /// <summary>Neighbouring targets trade their local ids every ten scans.</summary>
    public static Lie SwappedIds() => scan =>
    {
        if (scan.Scan < 20 || scan.Scan / 10 % 2 == 0) return;
        scan.Change(reading => reading with { Local = scan.Ids.Of(reading.Target ^ 1, scan.Scan) });
    };

    /// <summary>Repeats its last readings for ever from scan 20 on, stamped anew.</summary>
    public static Lie Frozen()
    {
        var last = new Dictionary<int, List<Reading>>();
        return scan =>
        {
            if (scan.Scan < 20)
            {
                last[scan.Liar] = [.. scan.Readings.Where(r => r.IsOfTarget)];
                return;
            }

            scan.Readings.Clear();
            if (last.TryGetValue(scan.Liar, out List<Reading>? readings)) scan.Readings.AddRange(readings);
        };
    }

    /// <summary>Replays its own feed of some seconds ago from scan 20 on, stamped anew.</summary>
    public static Lie Replayed(int lag)
    {
        var past = new Dictionary<(int Liar, int Scan), List<Reading>>();
        return scan =>
        {
            past[(scan.Liar, scan.Scan)] = [.. scan.Readings];
            if (scan.Scan < 20) return;
            scan.Readings.Clear();
            if (past.TryGetValue((scan.Liar, scan.Scan - lag), out List<Reading>? readings)) scan.Readings.AddRange(readings);
        };
    }

    /// <summary>Far more noise than it claims.</summary>
    public static Lie Noise(double factor) => scan => scan.Change(reading => reading with
    {
        Position = reading.Position + scan.Random.Normal3(scan.Spec.SigmaPositionM * Math.Sqrt((factor * factor) - 1)),
        Velocity = reading.Velocity + scan.Random.Normal3(scan.Spec.SigmaVelocityMps * Math.Sqrt((factor * factor) - 1)),
    });

    /// <summary>Stamps its readings wrongly: what it shows is older than it says.</summary>
    public static Lie Backdated(double seconds) => scan => scan.Change(reading => reading with { Position = reading.Position - (reading.TrueVelocity * seconds) });
}
