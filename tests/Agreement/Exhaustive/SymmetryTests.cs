using System.Collections.Immutable;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Agreement.Tests.Exhaustive;

/// <summary>The joint search looks at one naming of the honest nodes: with and without that cut it reaches the same ends, up to names.</summary>
public sealed class SymmetryTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(3, 1, 2, 1, EvidenceChoice.Maximal, false, 1)]
    [InlineData(3, 1, 2, 1, EvidenceChoice.Any, false, 1)]
    [InlineData(3, 1, 3, 1, EvidenceChoice.Maximal, true, 1)]
    [InlineData(3, 1, 2, 2, EvidenceChoice.Maximal, true, 1)]
    [InlineData(4, 1, 2, 1, EvidenceChoice.Maximal, false, 1)]
    [InlineData(4, 1, 2, 1, EvidenceChoice.Maximal, true, 1)]
    [InlineData(4, 1, 3, 1, EvidenceChoice.Maximal, true, 1)]
    [InlineData(4, 1, 2, 1, EvidenceChoice.Maximal, false, 2)]
    [InlineData(4, 1, 2, 1, EvidenceChoice.Maximal, true, 2)]
    public void The_cut_loses_no_end(int n, int f, int values, int ticks, object evidence, bool interleaves, int d)
    {
        var model = new SearchModel(n, f)
        {
            Values = values,
            TicksPerRound = ticks,
            Evidence = (EvidenceChoice)evidence,
            Interleaves = interleaves,
            HopDiameter = d,
            IsPairJammed = d > 1,
            Votes = values == 2 && ticks == 1 && (EvidenceChoice)evidence == EvidenceChoice.Maximal,
        };
        (HashSet<string> cut, SearchResult small) = EndsOf(model);
        (HashSet<string> all, SearchResult large) = EndsOf(model with { CutsSymmetry = false });
        output.WriteLine($"{model}: {cut.Count} ends; cut {small}; all {large}");
        Assert.True(small.JointStates <= large.JointStates);
        Assert.Empty(all.Except(cut));
        Assert.Empty(cut.Except(all));
    }

    private static (HashSet<string> Ends, SearchResult Result) EndsOf(SearchModel model)
    {
        var joint = new JointSearch(model, model.LastRound);
        var ends = new HashSet<string>(StringComparer.Ordinal);
        var told = new Dictionary<int, string>();
        SearchResult result = joint.Run(choices =>
        {
            // Of each node the different ends that it can still come to; then all combinations of them.
            string[][] each = [.. choices.Select(list => list.Select(choice => Tell(choice.State)).Distinct(StringComparer.Ordinal).ToArray())];
            int[] at = new int[each.Length];
            while (true)
            {
                string[] nodes = [.. each.Select((list, i) => list[at[i]])];
                ends.Add(Canonical(model, nodes));
                int i = 0;
                while (i < at.Length && ++at[i] == each[i].Length) at[i++] = 0;
                if (i == at.Length) return null;
            }
        });
        return (ends, result);

        string Tell(int state)
        {
            if (told.TryGetValue(state, out string? known)) return known;
            return told[state] = TellEnd(model, joint.Local.StateOf(state));
        }
    }

    // What a node signed about the attacked broadcast, when, and what it decided: all without names of honest nodes.
    private static string TellEnd(SearchModel model, NodeState state)
    {
        IEnumerable<string> signed = state.Machine.SignedIn(0).Select(statement => $"{statement.Kind} {statement.Round} {ValuesOf(statement.Entries, model.Sender)}");
        string outcome = state.Decided is { } decided ? $"{decided.Outcomes[model.Sender]} {decided.Abstained is null}" : "nothing";
        return $"{string.Join("; ", signed)} -> {outcome}";
    }

    private static string ValuesOf(ImmutableArray<StatementEntry> entries, int sender) =>
        string.Join(',', entries.Where(entry => entry.Sender == sender).Select(entry => entry.Value.ToString()[..8]));

    // The jammed pair is one class, the others another.
    private static string Canonical(SearchModel model, string[] nodes)
    {
        int pair = model.IsPairJammed ? 2 : 0;
        return string.Join('|', nodes.Take(pair).Order(StringComparer.Ordinal).Concat(nodes.Skip(pair).Order(StringComparer.Ordinal)));
    }
}
