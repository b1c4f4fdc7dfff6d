using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>Who was heard on time in every round (docs/agreement-rules.md, section 6: ABSTAIN), in two measures that must both hold.</summary>
/// <remarks>
/// <para>By what was said: a node's statement written at deadline(j), by its own tag, is here by deadline(j+d), for j = 0 to f.
/// What an honest node can be the first to accept, it relays with one of these.</para>
/// <para>By when it came: in each round k from d to T something arrived of the node that it wrote at deadline(k-d) or later. So
/// a node that is deaf in any of these rounds, the last one too, knows it. A frame whose own statement was written at
/// deadline(k-1) and that is stamped within the guard before it counts for round k too: its author's clock is ahead.</para>
/// <para>For d above 1 what was heard is forwarded, so that a jammed pair hears each other through a third: at deadline(k) what
/// was newly heard, and each node's newest statement if it was written at deadline(k+1-d) or later. By induction over the hops an
/// honest node at distance e of d at most is heard in every round k with a statement written at deadline(k-e) or later.</para>
/// </remarks>
internal sealed class Attendance
{
    private readonly SlotRules _rules;
    private readonly ulong[] _byTag;
    private readonly ulong[] _inRound;
    private readonly Statement?[] _newest;
    private readonly List<Statement> _fresh;

    public Attendance(SlotRules rules)
    {
        _rules = rules;
        _byTag = new ulong[rules.Rounds];
        _inRound = new ulong[rules.Rounds + 1];
        _newest = new Statement?[rules.Nodes];
        _fresh = [];
        Array.Fill(_byTag, NodeSet.Of(rules.Self));
        Array.Fill(_inRound, NodeSet.Of(rules.Self));
    }

    private Attendance(Attendance other)
    {
        _rules = other._rules;
        _byTag = [.. other._byTag];
        _inRound = [.. other._inRound];
        _newest = [.. other._newest];
        _fresh = [.. other._fresh];
    }

    /// <summary>Notes a statement that somebody's frame carried.</summary>
    /// <param name="statement">Of any node and round.</param>
    /// <param name="round">round(t) of the frame's stamp.</param>
    /// <param name="roundOfFastest">The same on its author's clock, where that is ahead by at most the guard.</param>
    public void Hear(Statement statement, int round, int roundOfFastest)
    {
        if (statement.Kind is StatementKind.Certificate or StatementKind.Decide || statement.Author == _rules.Self) return;
        int tag = statement.Round;
        ulong author = NodeSet.Of(statement.Author);
        for (int k = round; k <= roundOfFastest && k < _inRound.Length; k++)
        {
            if (tag >= k - _rules.HopDiameter) _inRound[k] |= author;
        }

        bool forwards = _rules.HopDiameter > 1;
        if (forwards && (_newest[statement.Author] is not { } newest || newest.Round < tag)) _newest[statement.Author] = statement;
        if (tag >= _byTag.Length || round > tag + _rules.HopDiameter || (_byTag[tag] & author) != 0) return;
        _byTag[tag] |= author;
        if (forwards) _fresh.Add(statement);
    }

    /// <summary>What to forward at the close of a round: nothing for d = 1.</summary>
    public List<Statement> ToForward(int round)
    {
        var forwarded = new List<Statement>(_fresh);
        if (_rules.HopDiameter == 1) return forwarded;
        foreach (Statement? newest in _newest)
        {
            if (newest is not null && newest.Round > round - _rules.HopDiameter && !_fresh.Contains(newest)) forwarded.Add(newest);
        }

        return forwarded;
    }

    /// <summary>The round is closed: what was heard in it was forwarded or never will be.</summary>
    public void ForgetFresh() => _fresh.Clear();

    /// <summary>Nodes heard in every round whose time is over, this one included.</summary>
    public int HeardThroughout(int closedRound)
    {
        ulong heard = _rules.Everyone;
        for (int tag = 0; tag <= _rules.Faulty && tag < _byTag.Length && tag + _rules.HopDiameter <= closedRound; tag++) heard &= _byTag[tag];
        for (int round = _rules.HopDiameter; round < _inRound.Length && round <= closedRound; round++) heard &= _inRound[round];
        return NodeSet.Count(heard);
    }

    public Attendance Clone() => new(this);

    public void WriteState(CanonicalWriter writer)
    {
        foreach (ulong heard in _byTag) writer.U64(heard);
        foreach (ulong heard in _inRound) writer.U64(heard);
        foreach (Statement? newest in _newest) writer.U8((byte)(newest?.Round ?? byte.MaxValue));
        foreach (Statement statement in _fresh) writer.Raw(statement.Body);
    }
}
