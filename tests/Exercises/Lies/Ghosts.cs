using C3Fusion.Exercises.World;
using C3Fusion.Fusion;

namespace C3Fusion.Exercises.Lies;

/// <summary>Lies that add what is not there, or keep what is gone.</summary>
public static class Ghosts
{
    private const double DetectionProbability = 0.9;
    private const int FirstGhost = -1000, FirstCopy = -10_000, FirstDead = -20_000;

    /// <summary>Lasting ghosts that fly like targets.</summary>
    /// <param name="seed">Seed of the exercise.</param>
    /// <param name="count">Ghosts per liar.</param>
    /// <param name="scans">Length of the exercise.</param>
    /// <param name="areaM">Side of the area, m.</param>
    /// <param name="from">First scan.</param>
    /// <param name="shared">Do all liars report the same ghosts?</param>
    public static Lie Free(long seed, int count, int scans, double areaM, int from, bool shared)
    {
        var paths = new Dictionary<int, TargetPath[]>();
        return scan =>
        {
            if (scan.Scan < from) return;
            int crew = shared ? 0 : scan.Liar;
            if (!paths.TryGetValue(crew, out TargetPath[]? ghosts)) paths.Add(crew, ghosts = [.. Enumerable.Range(0, count).Select(i => TargetMotion.Free(seed, $"ghost/{crew}", i, scans, areaM))]);
            foreach (TargetPath ghost in ghosts)
            {
                if (!scan.Random.Chance(DetectionProbability)) continue;
                (Enu position, Enu velocity) = ghost.At(scan.Scan);
                scan.Readings.Add(scan.MakeUp(FirstGhost - (100 * crew) - ghost.Id, position, velocity));
            }
        };
    }

    /// <summary>A copy of every target at a constant offset, beside the honest reading; the liars agree.</summary>
    public static Lie Parallel(long seed, double metres) => scan =>
    {
        if (scan.Scan < 20) return;
        Enu beside = Displacement.Direction(seed, "parallel", metres);
        foreach (Reading reading in scan.Readings.Where(r => r.IsOfTarget).ToList())
        {
            scan.Readings.Add(scan.MakeUp(FirstCopy - reading.Target, reading.TruePosition + beside, reading.TrueVelocity));
        }
    };

    /// <summary>Targets that have died fly on.</summary>
    public static Lie KeepDead() => scan =>
    {
        foreach (TargetPath target in scan.Targets)
        {
            if (scan.Scan < target.EndScan || !scan.Random.Chance(DetectionProbability)) continue;
            (Enu position, Enu velocity) = target.At(scan.Scan);
            Reading afterlife = scan.MakeUp(FirstDead - target.Id, position, velocity);
            scan.Readings.Add(afterlife with { Local = scan.Ids.Of(target.Id, scan.Scan) });
        }
    };

    /// <summary>A flood of clutter in every scan.</summary>
    public static Lie Flood(int reports, double areaM) => scan =>
    {
        for (int i = 0; i < reports; i++)
        {
            Enu position = new(scan.Random.Uniform(0, areaM), scan.Random.Uniform(0, areaM), scan.Random.Uniform(1000, 12_000));
            Enu velocity = scan.Random.Horizontal(scan.Random.Uniform(50, 250));
            scan.Readings.Add(new Reading(-1, scan.Ids.New(), position, velocity, position, velocity));
        }
    };
}
