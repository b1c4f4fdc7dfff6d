using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>How one of a slot's n parallel broadcasts ended.</summary>
public enum OutcomeKind : byte
{
    /// <summary>One value: the sender's payload with <see cref="Outcome.Value"/> as its hash.</summary>
    Value = 1,

    /// <summary>No value was accepted: the sender was silent, late or cut off.</summary>
    Silent = 2,

    /// <summary>Two values were accepted: the sender signed both, and its statements prove it.</summary>
    Equivocation = 3,
}

/// <summary>The outcome of one sender's broadcast.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Value">Hash of the payload; zero unless <paramref name="Kind"/> is <see cref="OutcomeKind.Value"/>.</param>
public readonly record struct Outcome(OutcomeKind Kind, Hash256 Value)
{
    /// <summary>The sender was silent.</summary>
    public static Outcome Silent => new(OutcomeKind.Silent, default);

    /// <summary>The sender equivocated.</summary>
    public static Outcome Equivocation => new(OutcomeKind.Equivocation, default);

    /// <summary>The sender's payload is the one with this hash.</summary>
    public static Outcome Of(Hash256 value) => new(OutcomeKind.Value, value);
}
