using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>One value that somebody listed for one sender, with what speaks for it.</summary>
internal sealed class Candidate
{
    private readonly List<Statement> _supports;

    public Candidate(Hash256 value)
    {
        Value = value;
        _supports = [];
    }

    private Candidate(Candidate other)
    {
        (Value, Supporters, ListedBy, IsAccepted) = (other.Value, other.Supporters, other.ListedBy, other.IsAccepted);
        (Payload, IsHeld) = (other.Payload, other.IsHeld);
        _supports = [.. other._supports];
    }

    public Hash256 Value { get; }

    /// <summary>S(h): who signed a statement that lists it.</summary>
    public ulong Supporters { get; private set; }

    /// <summary>The frame authors whose quota holds it: the p with h in Q[p][i].</summary>
    public ulong ListedBy { get; set; }

    /// <summary>Is it in V?</summary>
    public bool IsAccepted { get; private set; }

    /// <summary>Is the payload still here? It comes with acceptance and never before; it goes when the slot is old.</summary>
    public bool IsHeld { get; private set; }

    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>Statements to relay it with: the sender's and enough others for any round.</summary>
    public IReadOnlyList<Statement> Supports => _supports;

    /// <summary>Counts a supporter. More than T+1 statements are never needed to convince anyone; all supporters are remembered.</summary>
    public void Support(Statement statement, int sender, int enough)
    {
        if (NodeSet.Contains(Supporters, statement.Author)) return;
        Supporters |= NodeSet.Of(statement.Author);
        if (_supports.Count < enough || statement.Author == sender) _supports.Add(statement);
    }

    public void Accept(ReadOnlyMemory<byte> payload) => (IsAccepted, IsHeld, Payload) = (true, true, payload);

    public void ForgetPayload() => (IsHeld, Payload) = (false, default);

    public Candidate Clone() => new(this);
}
