using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>Finds statements of one author that exclude each other. Each kind is reported once per author and slot.</summary>
internal sealed class GuiltBook
{
    private readonly Statement?[] _ownValue;
    private readonly ulong[] _reported;

    public GuiltBook(int nodes)
    {
        _ownValue = new Statement?[nodes];
        _reported = new ulong[(int)EvidenceKind.DoubleDecide + 1];
    }

    private GuiltBook(GuiltBook other)
    {
        _ownValue = [.. other._ownValue];
        _reported = [.. other._reported];
    }

    /// <summary>Nodes proved guilty of something in this slot.</summary>
    public ulong Guilty => _reported[1] | _reported[2] | _reported[3];

    /// <summary>Looks at what a statement lists as its author's own value: an honest node signs one in a slot, whatever the kind of statement.</summary>
    public void LookAtOwnValue(Statement statement, List<AgreementEffect> effects)
    {
        if (!TryOwnValue(statement, out Hash256 value)) return;
        if (_ownValue[statement.Author] is not { } first) _ownValue[statement.Author] = statement;
        else if (TryOwnValue(first, out Hash256 earlier) && earlier != value) Report(EvidenceKind.Equivocation, first, statement, effects);
    }

    public void Report(EvidenceKind kind, Statement a, Statement b, List<AgreementEffect> effects)
    {
        if (NodeSet.Contains(_reported[(int)kind], a.Author)) return;
        _reported[(int)kind] |= NodeSet.Of(a.Author);
        effects.Add(new AgreementEffect.EvidenceFound(Evidence.Of(kind, a, b)));
    }

    public GuiltBook Clone() => new(this);

    internal static bool TryOwnValue(Statement statement, out Hash256 value)
    {
        value = default;
        if (statement.Kind is StatementKind.Decide or StatementKind.Alive or StatementKind.Certificate) return false;
        foreach (StatementEntry entry in statement.Entries)
        {
            if (entry.Sender != statement.Author) continue;
            value = entry.Value;
            return true;
        }

        return false;
    }
}
