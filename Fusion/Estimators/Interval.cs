namespace C3Fusion.Fusion.Estimators;

/// <summary>A closed interval [low, high] on one axis; both ends belong to it, and low may equal high.</summary>
/// <remarks>Finite ends with low &lt;= high are the caller's duty at the boundary: <see cref="IsValid"/> tests it, and a reading that fails it is a faulty report.</remarks>
/// <param name="Low">Lower end, in the axis's unit.</param>
/// <param name="High">Upper end, in the axis's unit.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>The whole line: in a <see cref="JointBoxes"/> row it stands for an axis that the sensor does not see. Nowhere else is it valid.</summary>
    public static Interval Unseen => new(double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>Is this the mark of an axis that the sensor does not see?</summary>
    public bool IsUnseen => double.IsNegativeInfinity(Low) && double.IsPositiveInfinity(High);

    /// <summary>Are both ends finite and in order?</summary>
    public bool IsValid => double.MinValue <= Low && Low <= High && High <= double.MaxValue;

    /// <summary>High - low; may overflow to infinity for ends of opposite sign near the double range.</summary>
    public double Width => High - Low;

    /// <summary>The middle, without overflow for any finite ends, rounded once and never outside the interval (subnormal ends too).</summary>
    public double Midpoint
    {
        get
        {
            double sum = Low + High;
            return double.IsFinite(sum) ? 0.5 * sum : (0.5 * Low) + (0.5 * High);
        }
    }

    /// <summary>centre - radius to centre + radius, rounded outward where the result is not exact: every real number within <paramref name="radius"/> of <paramref name="centre"/> is contained.</summary>
    /// <remarks>The only place where an end is rounded: all estimators copy their ends from the input. The result is not <see cref="IsValid"/> where a number is not finite, the radius is negative, or an end leaves the double range.</remarks>
    /// <param name="centre">The reading, in the axis's unit.</param>
    /// <param name="radius">Its error bound, same unit, at least 0.</param>
    public static Interval FromCentre(double centre, double radius)
    {
        double low = centre - radius;
        double high = centre + radius;
        if (RoundingErrorOfSum(centre, -radius, low) < 0) low = double.BitDecrement(low);
        if (RoundingErrorOfSum(centre, radius, high) > 0) high = double.BitIncrement(high);
        return new Interval(low, high);
    }

    /// <summary>Is <paramref name="value"/> in the closed interval?</summary>
    public bool Contains(double value) => Low <= value && value <= High;

    /// <summary>Is <paramref name="other"/> wholly inside?</summary>
    public bool Contains(Interval other) => Low <= other.Low && other.High <= High;

    /// <summary>Do the two have a point in common? Touching counts: both are closed.</summary>
    public bool Meets(Interval other) => Low <= other.High && other.Low <= High;

    /// <summary><paramref name="value"/> moved to the nearest point of the interval.</summary>
    public double Clamp(double value) => value < Low ? Low : value > High ? High : value;

    /// <summary>a + b = sum + error exactly (Knuth's TwoSum), where nothing overflows.</summary>
    private static double RoundingErrorOfSum(double a, double b, double sum)
    {
        double bPart = sum - a;
        return (a - (sum - bPart)) + (b - bPart);
    }
}
