using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("C3Fusion.Agreement")]
[assembly: InternalsVisibleTo("C3Fusion.Sensors")]
[assembly: InternalsVisibleTo("C3Fusion.Replica")]
[assembly: InternalsVisibleTo("C3Fusion.Agreement.Tests")]
[assembly: InternalsVisibleTo("C3Fusion.Rosters.Tests")]
[assembly: InternalsVisibleTo("C3Fusion.Benchmarks")]

namespace C3Fusion.Rosters;

/// <summary>A value whose every signature was checked. Only a verification stage can make one; the cores accept nothing else.</summary>
/// <typeparam name="T">The message that was checked.</typeparam>
public readonly record struct Verified<T>
    where T : class
{
    internal Verified(T value) => Value = value;

    /// <summary>The checked message.</summary>
    public T Value { get; }
}
