using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>An accepted (sender, value).</summary>
internal readonly record struct Pair(int Sender, Hash256 Value)
{
    public StatementEntry Entry => new(Sender, Value);
}
