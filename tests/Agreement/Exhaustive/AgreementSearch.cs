using System.Collections.Immutable;
using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Tests.Exhaustive;

/// <summary>A rushing adversary against agreement and validity of the real machine, over all its choices.</summary>
/// <remarks>In the end all honest nodes must have vouched for the same outcomes, those of honest senders their values.</remarks>
internal sealed class AgreementSearch
{
    private readonly SearchModel _model;
    private readonly JointSearch _joint;

    public AgreementSearch(SearchModel model)
    {
        _model = model;
        _joint = new JointSearch(model, model.LastRound);
    }

    /// <summary>Does any node anywhere in the search list a value of the attacked sender early?</summary>
    public bool HasListedEarly => _joint.Messages.Statements.Any(statement => statement is { Kind: StatementKind.Relay, Round: 0 } && statement.Author >= _model.FirstHonest && statement.Entries.Any(entry => entry.Sender == _model.Sender));

    public SearchResult Run() => _joint.Run(FindViolation);

    private (int[] Chosen, string What)? FindViolation(IReadOnlyList<LocalSuccessor>[] choices)
    {
        int[] chosen = new int[choices.Length];
        var ends = new List<(int Node, int Choice, ImmutableArray<Outcome> Outcomes)>();
        for (int i = 0; i < choices.Length; i++)
        {
            for (int choice = 0; choice < choices[i].Count; choice++)
            {
                NodeState state = _joint.Local.StateOf(choices[i][choice].State);
                if (Misdeed(i, state) is { } misdeed)
                {
                    chosen[i] = choice;
                    return (chosen, misdeed);
                }

                if (state.Vouched is { } outcomes && !ends.Exists(end => end.Node == i && Same(end.Outcomes, outcomes))) ends.Add((i, choice, outcomes));
            }
        }

        foreach ((int node, int choice, ImmutableArray<Outcome> outcomes) in ends)
        {
            if (ends.FindIndex(end => end.Node != node && !Same(end.Outcomes, outcomes)) is var other && other < 0) continue;
            (chosen[node], chosen[ends[other].Node]) = (choice, ends[other].Choice);
            return (chosen, "honest nodes decide differently");
        }

        return null;
    }

    private static bool Same(ImmutableArray<Outcome> a, ImmutableArray<Outcome> b) => a.AsSpan().SequenceEqual(b.AsSpan());

    private string? Misdeed(int index, NodeState state)
    {
        int node = _model.FirstHonest + index;
        if (state.Misdeed is { } misdeed) return misdeed;
        if (state.Decided is not { } decided) return $"node {node} decided nothing";
        bool mayAbstain = _model.MayAbstain || (_model.HasLaggard && index == 0);
        if (decided.Abstained is { } why && !mayAbstain) return $"node {node} abstains though nothing was late: {why}";
        if (decided.Abstained is not null) return null;
        for (int sender = _model.FirstHonest; sender < _model.Nodes; sender++)
        {
            if (decided.Outcomes[sender] != Outcome.Of(Hash256.Of(Cluster.PayloadOf(sender, 0).Span))) return $"node {node} decides {decided.Outcomes[sender].Kind} for honest sender {sender}";
        }

        return null;
    }
}
