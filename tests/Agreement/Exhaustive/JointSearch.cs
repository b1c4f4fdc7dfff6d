using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Tests.Exhaustive;

/// <summary>All states of all honest nodes together that a rushing adversary can reach, moment by moment, each visited once.</summary>
/// <remarks>
/// At every moment the traitors have seen all that honest nodes signed before, and give each honest node whatever
/// <see cref="TraitorMoves"/> lists, different things to different nodes.
/// </remarks>
internal sealed class JointSearch
{
    private readonly SearchModel _model;
    private readonly Messages _messages = new();
    private readonly List<Joint> _joints = [];
    private readonly Interner<int[]> _flights = new(SequenceComparer.Instance);

    private readonly int _lastTick;

    /// <param name="model">What is searched.</param>
    /// <param name="lastRound">The round after which runs are judged.</param>
    public JointSearch(SearchModel model, int lastRound)
    {
        _model = model;
        _lastTick = lastRound * model.TicksPerRound;
        Roster = TestRoster.Of(model.Nodes, model.Faulty, model.HopDiameter);
        Local = new LocalSearch(model, Roster, _messages);
    }

    /// <summary>Looks at all ends of one joint state: any combination of what each node can be.</summary>
    /// <returns>The choice of each node that breaks the promise, and how; null where none does.</returns>
    public delegate (int[] Chosen, string What)? Judge(IReadOnlyList<LocalSuccessor>[] ends);

    public Roster Roster { get; }

    public LocalSearch Local { get; }

    public Messages Messages => _messages;

    public SearchResult Run(Judge judge)
    {
        long start = Stopwatch.GetTimestamp();
        string? violation = Search(judge);
        return new SearchResult(violation, _joints.Count, Local.States, Local.Steps, Stopwatch.GetElapsedTime(start));
    }

    private string? Search(Judge judge)
    {
        List<int> level = [Root()];
        for (int tick = _model.AreClocksSkewed ? 0 : 1; tick <= _lastTick; tick++)
        {
            var next = new Dictionary<int[], int>(SequenceComparer.Instance);
            foreach (int joint in level)
            {
                IReadOnlyList<LocalSuccessor>[] choices = Choices(_joints[joint], tick);
                if (tick == _lastTick)
                {
                    if (judge(choices) is { } found) return Tell(joint, choices, found);
                    continue;
                }

                Multiply(joint, choices, tick, next);
            }

            level = [.. next.Values];
        }

        return null;
    }

    private int Root()
    {
        var starts = new LocalSuccessor[_model.Honest];
        for (int i = 0; i < starts.Length; i++) starts[i] = Local.Start(_model.FirstHonest + i);
        if (_model.IsLossy) HearOthers(starts);
        Joint root = Combine(-1, [], [.. starts], 0, []);
        int[] ownSends = _model.Votes ? [.. Local.Moves.OwnSends().Select(_messages.IdOf)] : [];
        for (int i = 0; i < starts.Length; i++)
            root.InFlight[i] = root.InFlight[i].AddRange(ownSends.Concat(LifeAt(0)).Select(frame => new InFlight(frame, _model.TicksPerRound)));
        _joints.Add(root);
        return 0;
    }

    // What every sender but the attacked one broadcasts itself is here from the start: its loss would only multiply states.
    private void HearOthers(LocalSuccessor[] starts)
    {
        LocalSuccessor[] before = [.. starts];
        for (int to = 0; to < starts.Length; to++)
        {
            var heard = new List<AgreementEvent>();
            for (int from = 0; from < starts.Length; from++)
            {
                if (from == to || _model.FirstHonest + from == _model.Sender) continue;
                heard.AddRange(before[from].Sent.Where(sent => sent.Peer == _model.FirstHonest + to).Select(sent => _messages.Arrival(sent.Frame, TestRoster.Origin)));
            }

            (int state, ImmutableArray<(int Peer, int Frame)> sent) = Local.Feed(starts[to].State, TestRoster.Origin, heard);
            ImmutableArray<(int Peer, int Frame)> own = _model.FirstHonest + to == _model.Sender ? starts[to].Sent : [];
            starts[to] = new LocalSuccessor(state, own.AddRange(sent), [], "");
        }
    }

    private IReadOnlyList<LocalSuccessor>[] Choices(Joint joint, int tick)
    {
        var choices = new IReadOnlyList<LocalSuccessor>[_model.Honest];
        for (int i = 0; i < choices.Length; i++) choices[i] = Local.Successors(joint.States[i], joint.InFlight[i], joint.Seen, tick);
        return choices;
    }

    private void Multiply(int parent, IReadOnlyList<LocalSuccessor>[] choices, int tick, Dictionary<int[], int> next)
    {
        int[] chosen = new int[choices.Length];
        while (true)
        {
            if (tick > 1 || IsCanonical(chosen))
            {
                Joint joint = Combine(parent, [.. chosen], [.. chosen.Select((choice, i) => choices[i][choice])], tick, _joints[parent].Seen);
                int[] key = KeyOf(joint);
                if (!next.ContainsKey(key))
                {
                    next.Add(key, _joints.Count);
                    _joints.Add(joint);
                }
            }

            int at = 0;
            while (at < chosen.Length && ++chosen[at] == choices[at].Count) chosen[at++] = 0;
            if (at == chosen.Length) return;
        }
    }

    // Until the first moment honest nodes differ by name only: of all namings of one choice, one is looked at.
    private bool IsCanonical(int[] chosen)
    {
        if (!_model.CutsSymmetry || _model.HasLaggard || _model.AreClocksSkewed || _model.IsLossy) return true;
        int symmetric = _model.IsSenderHonest ? chosen.Length - 1 : chosen.Length;
        for (int i = 1; i < symmetric; i++)
        {
            if (_model.IsPairJammed && i == 2) continue;
            if (chosen[i - 1] > chosen[i]) return false;
        }

        return true;
    }

    private Joint Combine(int parent, int[] chosen, LocalSuccessor[] nodes, int tick, int[] seen)
    {
        var inFlight = new ImmutableArray<InFlight>[nodes.Length];
        for (int to = 0; to < nodes.Length; to++)
        {
            var arriving = nodes[to].Kept.ToBuilder();
            for (int from = 0; from < nodes.Length; from++)
            {
                if (from == to || !_model.Hears(_model.FirstHonest + to, _model.FirstHonest + from)) continue;
                foreach ((int peer, int frame) in nodes[from].Sent)
                {
                    if (peer == _model.FirstHonest + to) arriving.Add(new InFlight(frame, tick + _model.TicksPerRound));
                }
            }

            if (tick > 0 && tick % _model.TicksPerRound == 0) arriving.AddRange(LifeAt(tick / _model.TicksPerRound).Select(frame => new InFlight(frame, tick + _model.TicksPerRound)));
            inFlight[to] = arriving.ToImmutable();
        }

        return new Joint(parent, chosen, [.. nodes.Select(node => node.State)], inFlight, See(seen, nodes));
    }

    /// <summary>The traitors' proofs of life for everybody, written at a deadline.</summary>
    private IEnumerable<int> LifeAt(int round) => _model.DoTraitorsShowLife && round < _model.Rounds ? Local.Moves.Life(round).Select(_messages.IdOf) : [];

    /// <summary>Honest statements that the traitors have seen and can use.</summary>
    private int[] See(int[] seen, LocalSuccessor[] nodes)
    {
        var all = new SortedSet<int>(seen);
        foreach (int frame in nodes.SelectMany(node => node.Sent).Select(sent => sent.Frame).Distinct())
        {
            Frame content = _messages.FrameOf(frame);
            foreach (Statement statement in content.Supports.Add(content.Own))
            {
                if (statement.Author >= _model.FirstHonest && IsUseful(statement)) all.Add(_messages.IdOf(statement));
            }
        }

        return all.Count == seen.Length ? seen : [.. all];
    }

    private bool IsUseful(Statement statement) => statement.Kind is StatementKind.Certificate or StatementKind.Decide
        ? _model.Votes
        : statement.Entries.Any(entry => entry.Sender == _model.Sender);

    private int[] KeyOf(Joint joint) =>
        [.. joint.States, .. joint.InFlight.Select(frames => _flights.IdOf([.. frames.SelectMany(frame => new[] { frame.Frame, frame.Due })])), _flights.IdOf(joint.Seen)];

    private string Tell(int joint, IReadOnlyList<LocalSuccessor>[] last, (int[] Chosen, string What) found)
    {
        var steps = new List<string[]> { PathsOf(last, found.Chosen) };
        for (int at = joint; _joints[at].Parent >= 0; at = _joints[at].Parent)
        {
            Joint parent = _joints[_joints[at].Parent];
            steps.Add(PathsOf(Choices(parent, _lastTick - steps.Count), _joints[at].Chosen));
        }

        steps.Reverse();
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{_model}: {found.What}");
        for (int tick = 1; tick <= steps.Count; tick++)
        {
            for (int i = 0; i < steps[tick - 1].Length; i++)
            {
                if (steps[tick - 1][i] is not ("" or LocalSearch.HonestFrames)) text.AppendLine(CultureInfo.InvariantCulture, $"  {NameOf(tick)}: node {_model.FirstHonest + i} gets {steps[tick - 1][i]}");
            }
        }

        for (int i = 0; i < last.Length; i++)
        {
            AgreementEffect.Decided? decided = Local.StateOf(last[i][found.Chosen[i]].State).Decided;
            text.AppendLine(CultureInfo.InvariantCulture, $"  node {_model.FirstHonest + i} ends with {Describe(decided)}");
        }

        return text.ToString();
    }

    private string NameOf(int step)
    {
        int tick = _model.AreClocksSkewed ? step - 1 : step;
        return tick == 0 ? "before T0" : string.Create(CultureInfo.InvariantCulture, $"round {Local.RoundOf(tick)}");
    }

    private string Describe(AgreementEffect.Decided? decided)
    {
        if (decided is null) return "nothing";
        Outcome outcome = decided.Outcomes[_model.Sender];
        string value = outcome.Kind.ToString();
        for (int i = 0; i < _model.Values; i++)
        {
            if (outcome == Outcome.Of(Traitor.Value(TraitorMoves.NameOf(i)).Value)) value = TraitorMoves.NameOf(i);
        }

        return decided.Abstained is null ? value : $"{value}, abstaining: {decided.Abstained}";
    }

    private static string[] PathsOf(IReadOnlyList<LocalSuccessor>[] choices, int[] chosen) => [.. choices.Select((list, i) => list[chosen[i]].Path)];

    private sealed record Joint(int Parent, int[] Chosen, int[] States, ImmutableArray<InFlight>[] InFlight, int[] Seen);
}
