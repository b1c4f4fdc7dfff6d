namespace C3Fusion.Fusion.Estimators;

/// <summary>How far the truth can move on one axis: from a velocity interval and an acceleration bound.</summary>
/// <param name="Velocity">Interval of the velocity, units/s; [-v, v] where only a top speed is known.</param>
/// <param name="MaxAcceleration">Largest acceleration, units/s², at least 0.</param>
public readonly record struct MotionBound(Interval Velocity, double MaxAcceleration)
{
    /// <summary>Where the truth can be <paramref name="seconds"/> later: interval + velocity t +- a t²/2, rounded outward.</summary>
    /// <param name="from">Where it is.</param>
    /// <param name="seconds">How much later, at least 0.</param>
    public Interval Reach(Interval from, double seconds)
    {
        double drift = 0.5 * MaxAcceleration * seconds * seconds;
        return new Interval(
            Lower(from.Low, Lower(Velocity.Low * seconds, -Outward(drift))),
            -Lower(-from.High, Lower(-(Velocity.High * seconds), -Outward(drift))));
    }

    /// <summary>a + b, one ulp below each rounding.</summary>
    private static double Lower(double a, double b) => double.BitDecrement(a + double.BitDecrement(b));

    private static double Outward(double drift) => double.BitIncrement(double.BitIncrement(drift));
}
