using C3Fusion.Fusion;
using C3Fusion.Fusion.Numerics;

namespace C3Fusion.Exercises.World;

/// <summary>Draws true paths: level flight at 50 to 250 m/s, straight legs and turns of up to 3 degrees/s, slight unrest in speed and height.</summary>
public static class TargetMotion
{
    private const double SpeedUnrest = 0.5, HeightUnrest = 0.5, Degree = Math.PI / 180;

    /// <summary>The usual exercise: a fifth of the targets is born in scans 20 to 60, a fifth dies in scans 130 to 180.</summary>
    public static TargetPath Free(long seed, string name, int id, int scans, double areaM)
    {
        var random = new RandomStream(seed, $"{name}/{id}");
        int first = random.Chance(0.2) ? random.Whole(20, 60) : 0;
        int end = random.Chance(0.2) ? random.Whole(130, 180) : scans;
        var start = new Enu(random.Uniform(0.06, 0.9) * areaM, random.Uniform(0.06, 0.9) * areaM, random.Uniform(1500, 12_000));
        var toCentre = new Enu((areaM / 2) - start.X, (areaM / 2) - start.Y, 0);
        double heading = DeterministicMath.Atan2(toCentre.Y, toCentre.X) + random.Uniform(-1.2, 1.2);
        return Fly(random, id, Math.Min(first, scans - 1), Math.Min(end, scans), start, heading, random.Uniform(50, 250), turns: true);
    }

    /// <summary>Flies from a start state, one state per second.</summary>
    private static TargetPath Fly(RandomStream random, int id, int first, int end, Enu position, double heading, double speed, bool turns)
    {
        var positions = new List<Enu>();
        var velocities = new List<Enu>();
        int legLeft = random.Whole(10, 60);
        double rate = 0;
        for (int scan = first; scan < end; scan++)
        {
            Enu velocity = new(speed * DeterministicMath.Cos(heading), speed * DeterministicMath.Sin(heading), 0);
            positions.Add(position);
            velocities.Add(velocity);
            if (turns && legLeft-- == 0)
            {
                rate = rate == 0 ? random.Uniform(-3, 3) * Degree : 0;
                legLeft = rate == 0 ? random.Whole(10, 60) : random.Whole(10, 40);
            }

            double half = heading + (rate / 2);
            position += new Enu(speed * DeterministicMath.Cos(half), speed * DeterministicMath.Sin(half), HeightUnrest * random.Normal());
            heading += rate;
            speed += SpeedUnrest * random.Normal();
        }

        return new TargetPath(id, first, positions, velocities);
    }

    /// <summary>Two targets abreast on straight courses, some distance apart, that close at a lateral speed and meet in the middle of the exercise where it is not 0.</summary>
    /// <param name="seed">Seed of the exercise.</param>
    /// <param name="pair">Number of the pair; its targets are 2·pair and 2·pair + 1.</param>
    /// <param name="scans">Length of the exercise.</param>
    /// <param name="areaM">Side of the area, m.</param>
    /// <param name="separationM">Constant separation, m; unused where they cross.</param>
    /// <param name="crossingMps">Relative lateral speed, m/s; 0 for parallel courses.</param>
    public static IEnumerable<TargetPath> Pair(long seed, int pair, int scans, double areaM, double separationM, double crossingMps)
    {
        var random = new RandomStream(seed, $"pair/{pair}");
        double heading = random.Uniform(0, 2 * Math.PI), speed = random.Uniform(100, 200), height = random.Uniform(3000, 10_000);
        Enu along = new(DeterministicMath.Cos(heading), DeterministicMath.Sin(heading), 0);
        Enu across = new(-along.Y, along.X, 0);
        // Pairs meet in the cells of a grid of three columns and two rows.
        var middle = new Enu((0.25 + (0.25 * (pair % 3))) * areaM, (0.3 + (0.4 * (pair / 3 % 2))) * areaM, height);
        for (int side = -1; side <= 1; side += 2)
        {
            Enu lateral = across * (side * crossingMps / 2);
            Enu velocity = (along * speed) + lateral;
            Enu offset = crossingMps == 0 ? across * (side * separationM / 2) : default;
            var positions = new List<Enu>();
            var velocities = new List<Enu>();
            for (int scan = 0; scan < scans; scan++)
            {
                positions.Add(middle + offset + (velocity * (scan - (scans / 2.0))));
                velocities.Add(velocity);
            }

            yield return new TargetPath((2 * pair) + ((side + 1) / 2), 0, positions, velocities);
        }
    }
}
