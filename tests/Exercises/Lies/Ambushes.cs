using C3Fusion.Exercises.World;
using C3Fusion.Fusion;

namespace C3Fusion.Exercises.Lies;

/// <summary>Lies aimed at a weak moment of a tracker: a birth, a turn, a crowd, a name, a claim.</summary>
public static class Ambushes
{
    private const int FirstOfSwarm = -100_000;

    /// <summary>Each target is displaced for its first seconds of life alone, in a direction of its own; the liars agree.</summary>
    public static Lie Births(long seed, double metres, int seconds) => scan => scan.Change(reading =>
    {
        bool young = scan.Scan - scan.Targets[reading.Target].FirstScan < seconds;
        return young ? reading with { Position = reading.Position + Displacement.Direction(seed, $"birth/{reading.Target}", metres) } : reading;
    });

    /// <summary>Whenever a target turns, the liars let it fly straight on, and bring it back when it flies straight again.</summary>
    public static Lie IgnoredTurns()
    {
        var straight = new Dictionary<(int Liar, int Target), (Enu Position, Enu Velocity)>();
        return scan => scan.Change(reading =>
        {
            TargetPath target = scan.Targets[reading.Target];
            Enu before = target.At(Math.Max(target.FirstScan, scan.Scan - 1)).Velocity;
            double turn = ((before.X * reading.TrueVelocity.Y) - (before.Y * reading.TrueVelocity.X)) / (before.Length * reading.TrueVelocity.Length);
            var key = (scan.Liar, reading.Target);
            if (scan.Scan < 20 || Math.Abs(turn) < 0.005)
            {
                straight.Remove(key);
                return reading;
            }

            (Enu position, Enu velocity) = straight.TryGetValue(key, out (Enu Position, Enu Velocity) flown) ? flown : (reading.TruePosition, before);
            straight[key] = (position + velocity, velocity);
            return reading with { Position = position + (reading.Position - reading.TruePosition), Velocity = velocity + (reading.Velocity - reading.TrueVelocity) };
        });
    }

    /// <summary>Lasting copies all around every target; the liars agree on them.</summary>
    public static Lie Swarm(long seed, int copies) => scan =>
    {
        if (scan.Scan < 20) return;
        foreach (Reading reading in scan.Readings.Where(r => r.IsOfTarget).ToList())
        {
            for (int i = 0; i < copies; i++)
            {
                Enu beside = Displacement.Direction(seed, $"swarm/{reading.Target}/{i}", 150 + (450.0 * i / copies));
                scan.Readings.Add(scan.MakeUp(FirstOfSwarm - (100 * reading.Target) - i, reading.TruePosition + beside, reading.TrueVelocity));
            }
        }
    };

    /// <summary>A lie that is told in some scans of a period and not in the others.</summary>
    public static Lie OnAndOff(Lie lie, int on, int period) => scan =>
    {
        if (scan.Scan % period < on) lie(scan);
    };

    /// <summary>Everything bears the same local id.</summary>
    public static Lie SameId() => scan => scan.Change(reading => reading with { Local = 1 });

    /// <summary>A lie under a claimed error of any size.</summary>
    public static Lie Claiming(double sigmaM, Lie lie) => scan =>
    {
        lie(scan);
        scan.ClaimedSigmaM = sigmaM;
    };
}
