using C3Fusion.Fusion;

namespace C3Fusion.Exercises.Lies;

/// <summary>Lies that move what is there: every reading of a target is displaced by a field over time, target and liar.</summary>
public static class Displacement
{
    /// <summary>The displacement of a target at a time, as told by a liar.</summary>
    public delegate Enu Field(double time, int target, int liar);

    /// <summary>The general form.</summary>
    /// <param name="field">Displacement, m.</param>
    /// <param name="velocityFits">Does the reported velocity follow the displacement, or is it left honest?</param>
    /// <param name="precise">Is the honest noise replaced by one of 10 m, and 10 m claimed?</param>
    public static Lie By(Field field, bool velocityFits = false, bool precise = false) => scan =>
    {
        if (precise) scan.ClaimedSigmaM = 10;
        scan.Change(reading =>
        {
            Enu moved = field(scan.Scan, reading.Target, scan.Liar);
            Enu position = precise ? reading.TruePosition + scan.Random.Normal3(10) : reading.Position;
            Enu velocity = reading.Velocity;
            if (velocityFits) velocity += field(scan.Scan + 0.5, reading.Target, scan.Liar) - field(scan.Scan - 0.5, reading.Target, scan.Liar);
            if (!scan.Spec.HasHeight) position = position with { Z = double.NaN };
            return reading with { Position = position + moved, Velocity = velocity };
        });
    };

    /// <summary>Each liar its own constant offset.</summary>
    public static Lie Bias(long seed, double metres) => By((_, _, liar) => Direction(seed, $"bias/{liar}", metres));

    /// <summary>Each liar its own direction, growing from scan 20 to the full size 180 s later, velocity consistent.</summary>
    public static Lie Drift(long seed, double metres) =>
        By((time, _, liar) => Direction(seed, $"drift/{liar}", metres * Math.Clamp((time - 20) / 180, 0, 1)), velocityFits: true);

    /// <summary>All liars drag all targets the same way at a speed, claim 10 m, velocities honest.</summary>
    public static Lie SlowDrift(long seed, double metresPerSecond) =>
        By((time, _, _) => Direction(seed, "slowdrift", metresPerSecond * Math.Max(0, time - 20)), precise: true);

    /// <summary>One step, the same for all targets and liars.</summary>
    public static Lie StepCommon(long seed, double metres, int from) =>
        By((time, _, _) => time < from ? default : Direction(seed, "step", metres));

    /// <summary>One step, in its own direction for each target; the liars agree.</summary>
    public static Lie StepOwn(long seed, double metres, int from) =>
        By((time, target, _) => time < from ? default : Direction(seed, $"step/{target}", metres));

    /// <summary>All targets the same way at a slow speed from scan 20, noise and claim honest.</summary>
    public static Lie Creep(long seed, double metresPerSecond) =>
        By((time, _, _) => Direction(seed, "creep", metresPerSecond * Math.Max(0, time - 20)));

    /// <summary>Each target its own way at a speed from scan 20; the liars agree.</summary>
    public static Lie DragOwn(long seed, double metresPerSecond, bool velocityFits) =>
        By((time, target, _) => Direction(seed, $"drag/{target}", metresPerSecond * Math.Max(0, time - 20)), velocityFits);

    /// <summary>All targets to and fro along one line.</summary>
    public static Lie Swing(long seed, double metres, double period) =>
        By((time, _, _) => time < 20 ? default : Direction(seed, "swing", metres * Fusion.Numerics.DeterministicMath.Sin(2 * Math.PI * (time - 20) / period)));

    /// <summary>Honest but for a few scans in twenty.</summary>
    public static Lie Bursts(long seed, double metres, int scansInTwenty) =>
        By((time, _, _) => time >= 20 && time % 20 < scansInTwenty ? Direction(seed, "burst", metres) : default);

    /// <summary>Only one target is dragged.</summary>
    public static Lie SingleDrag(long seed, int victim, double metresPerSecond) =>
        By((time, target, _) => target == victim ? Direction(seed, "single", metresPerSecond * Math.Max(0, time - 20)) : default);

    /// <summary>Only one target is stepped.</summary>
    public static Lie SingleStep(long seed, int victim, double metres) =>
        By((time, target, _) => target == victim && time >= 20 ? Direction(seed, "single", metres) : default);

    /// <summary>Positions stay, velocities are off by a constant from scan 20.</summary>
    public static Lie Velocity(long seed, double metresPerSecond) => scan =>
    {
        if (scan.Scan < 20) return;
        Enu off = Direction(seed, "velocity", metresPerSecond);
        scan.Change(reading => reading with { Velocity = reading.Velocity + off });
    };

    /// <summary>Drops from the sky: all targets reported too low, from scan 20.</summary>
    public static Lie HeightStep(double metres) => By((time, _, _) => time < 20 ? default : new Enu(0, 0, -metres));

    /// <summary>The whole frame turned about the middle of the area from scan 20.</summary>
    public static Lie Rotation(double areaM, double radians) => scan =>
    {
        if (scan.Scan < 20) return;
        scan.Change(reading =>
        {
            double c = Fusion.Numerics.DeterministicMath.Cos(radians), s = Fusion.Numerics.DeterministicMath.Sin(radians);
            double x = reading.Position.X - (areaM / 2), y = reading.Position.Y - (areaM / 2);
            return reading with
            {
                Position = new Enu((areaM / 2) + (c * x) - (s * y), (areaM / 2) + (s * x) + (c * y), reading.Position.Z),
                Velocity = new Enu((c * reading.Velocity.X) - (s * reading.Velocity.Y), (s * reading.Velocity.X) + (c * reading.Velocity.Y), reading.Velocity.Z),
            };
        });
    };

    /// <summary>A horizontal vector whose direction belongs to a name, not to a moment.</summary>
    internal static Enu Direction(long seed, string name, double metres) => new RandomStream(seed, $"lie/{name}").Horizontal(1) * metres;
}
