using System.Collections.Immutable;
using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Tests.Exhaustive;

/// <summary>Nodes that mark a slot FinalSync never differ, whatever was lost or late: the same search on links that lose any honest frame.</summary>
/// <remarks>
/// First every way to the end of round T, with any loss of honest frames and a rushing adversary. Then, for every combination of
/// what honest nodes signed, the DECIDEs: traitors sign whatever any honest node signed; a node that abstained is given every
/// set of DECIDEs and may adopt and sign by it; in the end each node is given all DECIDEs of each vector, and marks it.
/// </remarks>
internal sealed class FinalSyncSearch
{
    private readonly SearchModel _model;
    private readonly JointSearch _joint;
    private readonly Traitor[] _traitors;
    private readonly HashSet<int[]> _settled = new(SequenceComparer.Instance);
    private readonly Dictionary<int, int> _ends = [];
    private readonly Dictionary<(int Node, string Key), int> _representatives = [];
    private readonly Dictionary<IReadOnlyList<LocalSuccessor>, (int Choice, int End)[]> _classes = new(ReferenceEqualityComparer.Instance);
    private readonly Interner<int[]> _sets = new(SequenceComparer.Instance);
    private readonly Dictionary<(int State, int Decides), int> _given = [];
    private List<Statement>? _second;

    public FinalSyncSearch(SearchModel model)
    {
        _model = model;
        _joint = new JointSearch(_model, _model.Rounds);
        _traitors = [.. Enumerable.Range(0, model.Traitors).Select(node => new Traitor(_joint.Roster, node))];
    }

    private LocalSearch Local => _joint.Local;

    public SearchResult Run() => _joint.Run(FindViolation);

    /// <summary>DECIDEs that the node that came back signed in its second life.</summary>
    public int SignedAgain => _second?.Count ?? 0;

    private (int[] Chosen, string What)? FindViolation(IReadOnlyList<LocalSuccessor>[] choices)
    {
        // Of states that end in the same way one is enough.
        (int Choice, int End)[][] classes = [.. choices.Select(list => ClassesOf(list))];
        int[] at = new int[choices.Length];
        while (true)
        {
            int[] ends = [.. classes.Select((list, i) => list[at[i]].End)];
            if (_settled.Add(ends) && Differ(ends) is { } what) return ([.. classes.Select((list, i) => list[at[i]].Choice)], what);
            int i = 0;
            while (i < at.Length && ++at[i] == classes[i].Length) at[i++] = 0;
            if (i == at.Length) return null;
        }
    }

    private (int Choice, int End)[] ClassesOf(IReadOnlyList<LocalSuccessor> list)
    {
        if (_classes.TryGetValue(list, out (int Choice, int End)[]? found)) return found;
        var classes = new List<(int Choice, int End, string Key)>();
        for (int choice = 0; choice < list.Count; choice++)
        {
            int end = EndOf(list[choice].State);
            string key = KeyOf(Local.StateOf(end));
            if (classes.Exists(known => known.Key == key)) continue;

            // After round T only what a node signed matters, so one state stands for all that end alike.
            if (!_representatives.TryGetValue((Local.StateOf(end).Machine.Self, key), out int representative))
                _representatives[(Local.StateOf(end).Machine.Self, key)] = representative = end;
            classes.Add((choice, representative, key));
        }

        return _classes[list] = [.. classes.Select(known => (known.Choice, known.End))];
    }

    private static string KeyOf(NodeState state)
    {
        Finality mark = state.Machine.FinalityOf(0);
        string outcomes = state.Decided is { } decided ? string.Join(' ', decided.Outcomes) : "";
        return $"{state.Decided?.Abstained is null} {mark.Kind} {(state.Decided?.Abstained is null || mark.Kind == FinalityKind.FinalSync ? outcomes : "")}";
    }

    /// <summary>A node that still waits for a certificate gets none.</summary>
    private int EndOf(int state)
    {
        if (_ends.TryGetValue(state, out int end)) return end;
        end = state;
        for (int round = _model.Rounds + 1; round <= _model.LastRound; round++) end = Local.Feed(end, TestRoster.At(0, round), new AgreementEvent.TimeReached()).State;
        return _ends[state] = end;
    }

    private string? Differ(int[] ends)
    {
        if (Marked(ends) is { } early) return early;
        List<Statement> decides = [.. ends.Select(end => OwnDecide(end)).OfType<Statement>()];
        if (Exchange(ends, decides, 0) is { } found) return found;
        if (!_model.Restarts) return null;
        _second ??= SecondLife();
        foreach (Statement second in _second)
        {
            if (Exchange(ends, [.. decides, second], 0) is { } twice) return $"{twice}, after node {_model.FirstHonest} signed again in its second life";
        }

        return null;
    }

    /// <summary>Abstainers adopt one after the other, given any set of the DECIDEs that exist; then all marks are compared.</summary>
    private string? Exchange(int[] ends, List<Statement> signed, int next)
    {
        while (next < ends.Length && OwnDecide(ends[next]) is not null) next++;
        if (next == ends.Length) return Compare(ends, signed);
        if (Exchange(ends, signed, next + 1) is { } withoutIt) return withoutIt;
        List<Statement> offered = Offered(signed);
        var tried = new HashSet<Statement>();
        for (int set = 1; set < 1 << offered.Count; set++)
        {
            int adopted = Give(ends[next], offered.Where((_, i) => (set >> i & 1) != 0));
            if (OwnDecide(adopted) is not { } own || !tried.Add(own)) continue;
            int[] after = [.. ends];
            after[next] = adopted;
            if (Exchange(after, [.. signed, own], next + 1) is { } found) return found;
        }

        return null;
    }

    private string? Compare(int[] ends, List<Statement> signed)
    {
        List<Statement> offered = Offered(signed);
        var marked = new List<(int Node, ImmutableArray<Outcome> Outcomes)>();
        for (int i = 0; i < ends.Length; i++)
        {
            foreach (ImmutableArray<Outcome> vector in Vectors(signed))
            {
                int given = Give(ends[i], offered.Where(decide => decide.Outcomes.AsSpan().SequenceEqual(vector.AsSpan())));
                AgreementMachine machine = Local.StateOf(given).Machine;
                if (machine.FinalityOf(0).Kind == FinalityKind.FinalSync) marked.Add((_model.FirstHonest + i, machine.CertificateOf(0)?.Decides[0].Outcomes ?? vector));
            }
        }

        return Conflict(marked);
    }

    private string? Marked(int[] ends)
    {
        var marked = new List<(int Node, ImmutableArray<Outcome> Outcomes)>();
        for (int i = 0; i < ends.Length; i++)
        {
            NodeState state = Local.StateOf(ends[i]);
            if (state.Machine.FinalityOf(0).Kind == FinalityKind.FinalSync) marked.Add((_model.FirstHonest + i, state.Decided!.Outcomes));
        }

        return Conflict(marked);
    }

    private string? Conflict(List<(int Node, ImmutableArray<Outcome> Outcomes)> marked)
    {
        foreach ((int node, ImmutableArray<Outcome> outcomes) in marked)
        {
            foreach ((int other, ImmutableArray<Outcome> otherwise) in marked)
            {
                // Marks of one node for two vectors come from two futures, in each of which it signs at most one of them.
                if (node != other && !outcomes.AsSpan().SequenceEqual(otherwise.AsSpan()))
                    return $"FinalSync at node {node} with {outcomes[_model.Sender].Kind} and at node {other} with {otherwise[_model.Sender].Kind}";
            }
        }

        return null;
    }

    private List<Statement> Offered(List<Statement> signed)
    {
        List<Statement> offered = [.. signed.Distinct()];
        foreach (ImmutableArray<Outcome> vector in Vectors(signed)) offered.AddRange(_traitors.Select(traitor => traitor.Decide(0, 1, vector)));
        return offered;
    }

    private static List<ImmutableArray<Outcome>> Vectors(List<Statement> signed)
    {
        var vectors = new List<ImmutableArray<Outcome>>();
        foreach (Statement decide in signed)
        {
            if (!vectors.Exists(vector => vector.AsSpan().SequenceEqual(decide.Outcomes.AsSpan()))) vectors.Add(decide.Outcomes);
        }

        return vectors;
    }

    private static Statement? OwnDecide(NodeState state) => state.Machine.DecidesOf(0).FirstOrDefault(decide => decide.Author == state.Machine.Self);

    private Statement? OwnDecide(int state) => OwnDecide(Local.StateOf(state));

    private int Give(int state, IEnumerable<Statement> decides)
    {
        int self = Local.StateOf(state).Machine.Self;
        int[] ids = [.. decides.Where(decide => decide.Author != self).Select(_joint.Messages.IdOf).Order()];
        var key = (state, _sets.IdOf(ids));
        if (_given.TryGetValue(key, out int known)) return known;
        IEnumerable<AgreementEvent> arrivals = ids.Select(id => _joint.Messages.StatementOf(id))
            .Select(decide => new AgreementEvent.FrameArrived(new Verified<Frame>(new Frame(decide.Author, 0, decide, [], [], 0)), LastMoment));
        return _given[key] = Local.Feed(state, LastMoment, arrivals).State;
    }

    private Instant LastMoment => TestRoster.At(0, _model.LastRound).Plus(1);

    /// <summary>
    /// What the first honest node signs as DECIDE when it lives through the slot again, alone with the traitors, who repeat what
    /// they like of what was said: its peers' broadcasts, proofs of life, and the attacked sender's values in any round.
    /// </summary>
    private List<Statement> SecondLife()
    {
        var found = new List<Statement>();
        int node = _model.FirstHonest;
        LocalSuccessor start = Local.Start(node, new RestartState(Limits.LeaseSlots, TestRoster.Origin.Plus(-1_000_000)));
        var broadcasts = new List<AgreementEvent>();
        for (int other = node + 1; other < _model.Nodes; other++)
        {
            int frame = Local.Start(other).Sent.First(sent => sent.Peer == node).Frame;
            broadcasts.Add(_joint.Messages.Arrival(frame, TestRoster.Origin));
        }

        List<int> states = [Local.Feed(start.State, TestRoster.Origin, broadcasts).State];
        for (int round = 1; round <= _model.LastRound; round++)
        {
            Instant at = TestRoster.At(0, round - 0.5);
            var next = new List<int>();
            foreach (int state in states)
            {
                int alive = Local.Feed(state, at, ProofsOfLife(round, at)).State;
                next.Add(Close(alive, round));
                next.AddRange(Local.Moves.At(round, []).Select(move => Close(Local.Feed(alive, at, _joint.Messages.Arrival(move.Frame, at)).State, round)));
            }

            states = [.. next.Distinct()];
        }

        foreach (int state in states)
        {
            if (OwnDecide(state) is { } decide && !found.Contains(decide)) found.Add(decide);
        }

        return found;
    }

    private int Close(int state, int round) => Local.Feed(state, TestRoster.At(0, round), new AgreementEvent.TimeReached()).State;

    // Alive notices stand for whatever the others said in a round: they were heard.
    private IEnumerable<AgreementEvent> ProofsOfLife(int round, Instant at)
    {
        if (round == 1) yield break;
        for (int other = _model.FirstHonest + 1; other < _model.Nodes; other++)
        {
            Statement alive = new Traitor(_joint.Roster, other).Alive(0, round - 1);
            yield return new AgreementEvent.FrameArrived(new Verified<Frame>(new Frame(other, 0, alive, [], [], 0)), at);
        }
    }
}
