using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Sim.Worlds;

/// <summary>The exercise that needs no file: aircraft manoeuvring in 100 x 100 km.</summary>
public static class BuiltInScenario
{
    /// <summary>The datum where none is given: open sea, no real place of interest.</summary>
    public static GeodeticPosition Datum => new(56.0, 3.0, 0);

    /// <summary>Half the side of the area, m.</summary>
    public const double HalfSideM = 50_000;

    /// <summary>Draws the exercise.</summary>
    /// <param name="seed">Equal seeds give equal worlds.</param>
    /// <param name="start">When it starts; most targets are there then.</param>
    /// <param name="durationUs">Microseconds; a fifth of the targets appear late, a fifth leave early.</param>
    /// <param name="targets">How many.</param>
    public static World Draw(ulong seed, Instant start, long durationUs, int targets = 20)
    {
        var area = new Area(-HalfSideM, -HalfSideM, HalfSideM, HalfSideM);
        var trajectories = ImmutableArray.CreateBuilder<Trajectory>(targets);
        for (int id = 0; id < targets; id++)
        {
            RandomStream random = RandomStream.Of(seed, $"target-{id}", "path");
            long first = start.Microseconds, last = first + durationUs;
            double fate = random.NextUnit();
            if (fate < 0.2) first += (long)(durationUs * random.Next(0.1, 0.5));
            else if (fate < 0.4) last -= (long)(durationUs * random.Next(0.1, 0.5));
            trajectories.Add(ManoeuvringTrajectory.Draw(id, first, last, area, random));
        }

        return new World(Datum, area, trajectories.ToImmutable());
    }
}
