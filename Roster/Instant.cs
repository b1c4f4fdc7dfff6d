namespace C3Fusion.Rosters;

/// <summary>A point in time: whole microseconds since the Unix epoch, UTC.</summary>
/// <remarks>Integer on purpose: deadlines are compared exactly and equal on every machine.</remarks>
/// <param name="Microseconds">Microseconds since 1970-01-01T00:00:00Z; leap seconds are smeared or repeated as the host's clock does.</param>
public readonly record struct Instant(long Microseconds) : IComparable<Instant>
{
    /// <summary>Microseconds in one second.</summary>
    public const long MicrosecondsPerSecond = 1_000_000;

    /// <summary>This instant moved by <paramref name="microseconds"/>, which may be negative.</summary>
    /// <exception cref="OverflowException">The result lies outside the range of 64 bits.</exception>
    public Instant Plus(long microseconds) => new(checked(Microseconds + microseconds));

    /// <summary>Microseconds from <paramref name="earlier"/> to this instant; negative where this one is earlier.</summary>
    public long Since(Instant earlier) => checked(Microseconds - earlier.Microseconds);

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Microseconds.CompareTo(other.Microseconds);

    /// <summary>Is <paramref name="a"/> before <paramref name="b"/>?</summary>
    public static bool operator <(Instant a, Instant b) => a.Microseconds < b.Microseconds;

    /// <summary>Is <paramref name="a"/> after <paramref name="b"/>?</summary>
    public static bool operator >(Instant a, Instant b) => a.Microseconds > b.Microseconds;

    /// <summary>Is <paramref name="a"/> at or before <paramref name="b"/>?</summary>
    public static bool operator <=(Instant a, Instant b) => a.Microseconds <= b.Microseconds;

    /// <summary>Is <paramref name="a"/> at or after <paramref name="b"/>?</summary>
    public static bool operator >=(Instant a, Instant b) => a.Microseconds >= b.Microseconds;
}
