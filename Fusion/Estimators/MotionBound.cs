namespace C3Fusion.Fusion.Estimators;

/// <summary>How far the truth can move on one axis: from a velocity interval and an acceleration bound.</summary>
public readonly record struct MotionBound
{
    /// <param name="velocity">Interval of the velocity at the start of the step, units/s; [-v, v] where only a top speed is known.</param>
    /// <param name="maxAcceleration">Largest acceleration, units/s², at least 0.</param>
    /// <exception cref="ArgumentException">The velocity is not finite with low &lt;= high, the acceleration negative or not finite.</exception>
    public MotionBound(Interval velocity, double maxAcceleration)
    {
        if (!velocity.IsValid) throw new ArgumentException("the velocity is not finite with low <= high", nameof(velocity));
        if (!(maxAcceleration >= 0 && double.IsFinite(maxAcceleration))) throw new ArgumentException("the acceleration is negative or not finite", nameof(maxAcceleration));
        Velocity = velocity;
        MaxAcceleration = maxAcceleration;
    }

    /// <summary>Interval of the velocity, units/s.</summary>
    public Interval Velocity { get; }

    /// <summary>Largest acceleration, units/s².</summary>
    public double MaxAcceleration { get; }

    /// <summary>Where the truth can be <paramref name="seconds"/> later: interval + velocity t +- a t²/2, rounded outward.</summary>
    /// <param name="from">Where it is; may be unbounded.</param>
    /// <param name="seconds">How much later, at least 0 and finite.</param>
    public Interval Reach(Interval from, double seconds)
    {
        if (!(seconds >= 0 && double.IsFinite(seconds))) throw new ArgumentOutOfRangeException(nameof(seconds), "at least 0 and finite");
        double drift = 0.5 * MaxAcceleration * seconds * seconds;
        return new Interval(
            Lower(from.Low, Lower(Velocity.Low * seconds, -Outward(drift))),
            -Lower(-from.High, Lower(-(Velocity.High * seconds), -Outward(drift))));
    }

    /// <summary>a + b, one ulp below each rounding; unbounded where they leave the double range on both sides.</summary>
    private static double Lower(double a, double b)
    {
        double sum = double.BitDecrement(a + double.BitDecrement(b));
        return double.IsNaN(sum) ? double.NegativeInfinity : sum;
    }

    private static double Outward(double drift) => double.BitIncrement(double.BitIncrement(drift));
}
