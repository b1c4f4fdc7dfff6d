using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>
/// Who was heard on time in every round: a statement written at deadline(j), by its own tag, must be here by deadline(j+d), for
/// j = 0 to f. For d above 1 what was heard is forwarded, so that a jammed pair hears each other through a third.
/// </summary>
internal sealed class Attendance
{
    private readonly SlotRules _rules;
    private readonly ulong[] _heard;
    private readonly List<Statement> _fresh;

    public Attendance(SlotRules rules)
    {
        _rules = rules;
        _heard = new ulong[rules.Faulty + 1];
        _fresh = [];
        for (int tag = 0; tag < _heard.Length; tag++) _heard[tag] = NodeSet.Of(rules.Self);
    }

    private Attendance(Attendance other)
    {
        _rules = other._rules;
        _heard = [.. other._heard];
        _fresh = [.. other._fresh];
    }

    /// <summary>The last round at whose deadline a proof of life is written.</summary>
    public int LastTag => _heard.Length - 1;

    /// <summary>What was heard since the last round was closed, for d above 1.</summary>
    public IReadOnlyList<Statement> Fresh => _fresh;

    public void Hear(Statement statement, int round)
    {
        if (statement.Kind is StatementKind.Certificate or StatementKind.Decide) return;
        int tag = statement.Round;
        if (tag >= _heard.Length || round > tag + _rules.HopDiameter || NodeSet.Contains(_heard[tag], statement.Author)) return;
        _heard[tag] |= NodeSet.Of(statement.Author);
        if (_rules.HopDiameter > 1) _fresh.Add(statement);
    }

    public void ForgetFresh() => _fresh.Clear();

    /// <summary>Nodes heard in every round whose time is over, this one included.</summary>
    public int HeardThroughout(int closedRound)
    {
        ulong heard = _rules.Everyone;
        for (int tag = 0; tag < _heard.Length && tag + _rules.HopDiameter <= closedRound; tag++) heard &= _heard[tag];
        return NodeSet.Count(heard);
    }

    public Attendance Clone() => new(this);

    public void WriteState(CanonicalWriter writer)
    {
        foreach (ulong heard in _heard) writer.U64(heard);
        foreach (Statement statement in _fresh) writer.Raw(statement.Body);
    }
}
