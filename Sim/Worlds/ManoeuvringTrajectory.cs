using System.Collections.Immutable;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Numerics;

namespace C3Fusion.Sim.Worlds;

/// <summary>One leg of a flight: constant speed, turn rate and climb.</summary>
/// <param name="StartUs">When it begins, microseconds.</param>
/// <param name="Position">Where it begins, m.</param>
/// <param name="CourseRad">Course at its beginning, rad clockwise from north.</param>
/// <param name="SpeedMps">Horizontal speed, m/s.</param>
/// <param name="TurnRadps">Turn rate, rad/s, positive to the right.</param>
/// <param name="FirstClimbMps">Rate of climb at its beginning, m/s.</param>
/// <param name="ClimbMps">Rate of climb after <see cref="ClimbChangeS"/> seconds, m/s.</param>
public readonly record struct Leg(long StartUs, Enu Position, double CourseRad, double SpeedMps, double TurnRadps, double FirstClimbMps, double ClimbMps)
{
    /// <summary>How long a change of the rate of climb takes, s.</summary>
    public const double ClimbChangeS = 4;

    /// <summary>Position, velocity and course <paramref name="timeUs"/> microseconds since the epoch, on the exact arc.</summary>
    public (Enu Position, Enu Velocity, double CourseRad) At(long timeUs)
    {
        double t = (timeUs - StartUs) / 1e6, course = CourseRad + (TurnRadps * t);
        (double sin0, double cos0) = DeterministicMath.SinCos(CourseRad);
        (double sin, double cos) = DeterministicMath.SinCos(course);
        double radius = TurnRadps == 0 ? 0 : SpeedMps / TurnRadps;
        double east = TurnRadps == 0 ? SpeedMps * sin0 * t : radius * (cos0 - cos);
        double north = TurnRadps == 0 ? SpeedMps * cos0 * t : radius * (sin - sin0);
        double changing = Math.Min(t, ClimbChangeS), gain = (ClimbMps - FirstClimbMps) / ClimbChangeS;
        double climb = FirstClimbMps + (gain * changing);
        double up = (FirstClimbMps * changing) + (gain * changing * changing / 2) + (climb * (t - changing));
        return (Position + new Enu(east, north, up), new Enu(SpeedMps * sin, SpeedMps * cos, climb), course);
    }
}

/// <summary>A flight of straight legs, coordinated turns and climbs.</summary>
/// <param name="Id">Number of the target.</param>
/// <param name="FirstUs">When it appears, microseconds.</param>
/// <param name="LastUs">When it is gone, microseconds.</param>
/// <param name="Legs">Ascending by start; the first starts at <paramref name="FirstUs"/>.</param>
public sealed record ManoeuvringTrajectory(int Id, long FirstUs, long LastUs, ImmutableArray<Leg> Legs) : Trajectory(Id, FirstUs, LastUs)
{
    private const double TwoPi = 6.283185307179586;

    /// <inheritdoc/>
    public override (Enu Position, Enu Velocity) At(long timeUs)
    {
        int low = 0, high = Legs.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Legs[middle].StartUs <= timeUs) low = middle;
            else high = middle - 1;
        }

        (Enu position, Enu velocity, _) = Legs[low].At(timeUs);
        return (position, velocity);
    }

    /// <summary>Draws a flight that stays about <paramref name="area"/>: legs of 15 to 45 s, 80 to 250 m/s, turns up to 3 degrees per second, heights of 1 to 11 km.</summary>
    public static ManoeuvringTrajectory Draw(int id, long firstUs, long lastUs, Area area, RandomStream random)
    {
        const double degree = TwoPi / 360;
        double speed = random.Next(80, 250), course = random.Next(0, TwoPi), climbNow = 0;
        var position = new Enu(random.Next(area.West, area.East), random.Next(area.South, area.North), random.Next(1000, 11_000));
        var centre = new Enu((area.West + area.East) / 2, (area.South + area.North) / 2, 6000);
        var legs = ImmutableArray.CreateBuilder<Leg>();
        for (long start = firstUs; start <= lastUs;)
        {
            double seconds = random.Next(15, 45), turn = random.Chance(0.5) ? 0 : random.Next(-3, 3) * degree;
            double climb = random.Chance(0.7) ? 0 : random.Next(-8, 8);
            Enu inward = centre - position;
            bool outside = position.X < area.West || position.X > area.East || position.Y < area.South || position.Y > area.North;
            if (outside)
            {
                // Turn at 2 degrees per second to the course home, then fly it.
                double off = Wrapped(DeterministicMath.Atan2(inward.X, inward.Y) - course);
                turn = Math.Abs(off) < 5 * degree ? 0 : (off > 0 ? 2 : -2) * degree;
                if (turn != 0) seconds = Math.Max(1, off / turn);
            }

            if ((position.Z < 1500 && climb < 0) || (position.Z > 10_500 && climb > 0)) climb = -climb;
            var leg = new Leg(start, position, course, speed, turn, climbNow, climb);
            legs.Add(leg);
            start += (long)(seconds * 1e6);
            (position, Enu velocity, course) = leg.At(start);
            climbNow = velocity.Z;
            course = Wrapped(course);
        }

        return new ManoeuvringTrajectory(id, firstUs, lastUs, legs.ToImmutable());
    }

    private static double Wrapped(double angle) => angle - (TwoPi * Math.Round(angle / TwoPi));
}
