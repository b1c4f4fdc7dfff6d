using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>The DECIDEs of one slot, by vector (docs/agreement-rules.md, section 4).</summary>
/// <remarks>
/// Two DECIDEs are equal entries when their outcomes are; the picture hash beside them does not count, so that a slow fusion
/// never delays finality. Each author can open one vector and join any: at most n vectors are kept.
/// </remarks>
internal sealed class DecideBook
{
    private readonly SlotRules _rules;
    private readonly List<Vector> _vectors;
    private ulong _openers;

    public DecideBook(SlotRules rules)
    {
        _rules = rules;
        _vectors = [];
    }

    private DecideBook(DecideBook other)
    {
        _rules = other._rules;
        _vectors = [.. other._vectors.Select(vector => vector.Clone())];
        _openers = other._openers;
        Authors = other.Authors;
    }

    /// <summary>Nodes whose DECIDE is here.</summary>
    public ulong Authors { get; private set; }

    /// <summary>Keeps a DECIDE.</summary>
    /// <param name="decide">The statement.</param>
    /// <param name="earlier">An earlier, different DECIDE of the same author: proof of guilt.</param>
    /// <returns>Was anything learned?</returns>
    public bool Add(Statement decide, out Statement? earlier)
    {
        earlier = null;
        Vector? joined = null;
        foreach (Vector vector in _vectors)
        {
            if (vector.By[decide.Author] is { } other && !other.Equals(decide)) earlier ??= other;
            if (vector.Outcomes.AsSpan().SequenceEqual(decide.Outcomes.AsSpan())) joined = vector;
        }

        Authors |= NodeSet.Of(decide.Author);
        if (joined is null)
        {
            if (NodeSet.Contains(_openers, decide.Author)) return false;
            _openers |= NodeSet.Of(decide.Author);
            _vectors.Add(joined = new Vector(decide.Outcomes, _rules.Nodes));
        }

        if (joined.By[decide.Author] is not null) return false;
        joined.By[decide.Author] = decide;
        joined.Authors |= NodeSet.Of(decide.Author);
        return true;
    }

    /// <summary>The vector with m or more DECIDEs, or null. There can be two only where more than f nodes betray.</summary>
    public DecisionCertificate? Certificate(long slot)
    {
        Vector? best = null;
        foreach (Vector vector in _vectors)
        {
            if (best is null || NodeSet.Count(vector.Authors) > NodeSet.Count(best.Authors)) best = vector;
        }

        if (best is null || NodeSet.Count(best.Authors) < _rules.Quorum) return null;
        return new DecisionCertificate(slot, [.. best.By.OfType<Statement>()]);
    }

    /// <summary>How many vectors reach the quorum.</summary>
    public int Quorums => _vectors.Count(vector => NodeSet.Count(vector.Authors) >= _rules.Quorum);

    /// <summary>How many nodes signed this outcome of an instance.</summary>
    public int Strength(int instance, Outcome outcome)
    {
        ulong authors = 0;
        foreach (Vector vector in _vectors)
        {
            if (vector.Outcomes[instance] == outcome) authors |= vector.Authors;
        }

        return NodeSet.Count(authors);
    }

    /// <summary>PLAIN: the outcomes that f+1 nodes signed for every instance, or null where one lacks it.</summary>
    /// <param name="conflict">Two outcomes of one instance have f+1 each: the assumptions were exceeded.</param>
    public ImmutableArray<Outcome>? Plain(out bool conflict)
    {
        conflict = false;
        bool complete = true;
        var plain = ImmutableArray.CreateBuilder<Outcome>(_rules.Nodes);
        for (int i = 0; i < _rules.Nodes; i++)
        {
            Outcome? found = null;
            foreach (Vector vector in _vectors)
            {
                Outcome outcome = vector.Outcomes[i];
                if (outcome == found || Strength(i, outcome) <= _rules.Faulty) continue;
                if (found is not null) conflict = true;
                found = outcome;
            }

            if (found is null) complete = false;
            else plain.Add(found.Value);
        }

        return complete && !conflict ? plain.MoveToImmutable() : null;
    }

    /// <summary>One DECIDE of each node in <paramref name="authors"/> whose DECIDE is here.</summary>
    public void Collect(ulong authors, List<Statement> into)
    {
        foreach (Vector vector in _vectors)
        {
            foreach (Statement? decide in vector.By)
            {
                if (decide is not null && NodeSet.Contains(authors, decide.Author)) into.Add(decide);
            }
        }
    }

    public DecideBook Clone() => new(this);

    public void WriteState(CanonicalWriter writer)
    {
        writer.U64(_openers);
        foreach (Vector vector in _vectors)
        {
            writer.U64(vector.Authors);
            foreach (Outcome outcome in vector.Outcomes)
            {
                writer.U8((byte)outcome.Kind);
                writer.Hash(outcome.Value);
            }
        }
    }

    private sealed class Vector
    {
        public Vector(ImmutableArray<Outcome> outcomes, int nodes)
        {
            Outcomes = outcomes;
            By = new Statement?[nodes];
        }

        public ImmutableArray<Outcome> Outcomes { get; }

        public Statement?[] By { get; private init; }

        public ulong Authors { get; set; }

        public Vector Clone() => new(Outcomes, By.Length) { By = [.. By], Authors = Authors };
    }
}
