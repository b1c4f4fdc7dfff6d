using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;
using CsCheck;
using Xunit;

namespace C3Fusion.Agreement.Tests;

/// <summary>Traitors that say anything signed by themselves, beside anything honest that was ever said, at the worst instants. Rushing: they see all that was sent before.</summary>
public sealed class RandomTraitorTests
{
    private sealed record Move(int Author, int Target, int Kind, int Time, int Entries, int Supports);

    private static readonly Gen<Move> GenMove = Gen.Select(
        Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 5], Gen.Int[0, 40], Gen.Int, Gen.Int, (author, target, kind, time, entries, supports) => new Move(author, target, kind, time, entries, supports));

    [Theory]
    [InlineData(3, 1, 1, false)]
    [InlineData(4, 1, 1, false)]
    [InlineData(4, 2, 1, false)]
    [InlineData(5, 2, 1, false)]
    [InlineData(5, 3, 1, false)]
    [InlineData(4, 1, 2, true)]
    [InlineData(5, 2, 2, true)]
    [InlineData(6, 3, 2, true)]
    [InlineData(3, 1, 1, false, 0)]
    [InlineData(4, 1, 1, false, 0)]
    [InlineData(5, 2, 1, false, 0)]
    [InlineData(5, 3, 1, false, 0)]
    [InlineData(4, 1, 2, true, 0)]
    [InlineData(5, 2, 2, true, 0)]
    public void Honest_nodes_agree_and_every_honest_value_is_decided(int n, int f, int d, bool jammed, int earlyListingBytes = Limits.EarlyListingBytes)
    {
        Roster roster = TestRoster.Of(n, f, d);
        Gen.Select(GenMove.Array[1, 14], Gen.Int).Sample((moves, delays) => Play(roster, moves, delays, jammed, new RuleVariant { EarlyListingBytes = earlyListingBytes }), iter: Campaign.Scale(600), print: sample => string.Join(" ", sample.Item1.Select(move => move.ToString())));
    }

    [Fact]
    public void The_same_search_finds_what_a_dropped_deadline_breaks()
    {
        Roster roster = TestRoster.Of(3, 1);
        bool found = false;
        Gen.Select(GenMove.Array[1, 14], Gen.Int).Sample((moves, delays) => { found |= !Play(roster, moves, delays, jammed: false, RuleVariant.Right with { IgnoresDeadlines = true }); }, iter: 5_000);
        Assert.True(found);
    }

    private static bool Play(Roster roster, Move[] moves, int delays, bool jammed, RuleVariant variant)
    {
        int n = roster.Nodes.Length, honest = n - roster.FaultyNodes;
        var random = new Random(delays);
        var cluster = new Cluster(roster, traitors: Enumerable.Range(honest, roster.FaultyNodes), variant: variant);
        cluster.Link = (from, to, _, _) => jammed && from < 2 && to < 2 ? null : random.Next(4) == 0 ? TestRoster.RoundUs : random.Next(100, 5_000);
        Traitor[] traitors = [.. Enumerable.Range(honest, roster.FaultyNodes).Select(node => new Traitor(roster, node))];
        var payloads = Enumerable.Range(0, honest).Select(node => Payload.Of(Cluster.PayloadOf(node, 0))).Concat(new[] { "a", "b", "c" }.Select(Traitor.Value)).ToArray();
        cluster.OpenAll(0);
        foreach (Move move in moves.OrderBy(move => TimeOf(roster, move.Time)))
        {
            Instant at = TimeOf(roster, move.Time);
            cluster.RunUntil(at.Plus(-1));
            Statement[] said = [.. cluster.Honest.SelectMany(node => node.SignedStatements)];
            cluster.Deliver(move.Target % honest, FrameOf(move, traitors, said, payloads, honest, n), at);
        }

        cluster.RunUntil(roster.Timing.StartOf(1).Plus(-TestRoster.GuardUs));
        Outcome[] first = [.. cluster.Nodes[0].Outcomes(0)];
        bool agree = cluster.Honest.All(node => node.Outcomes(0).SequenceEqual(first) && node.Decided(0).Abstained is null && !node.Alarms.Any() && node.Machine!.StopReason is null);
        bool valid = Enumerable.Range(0, honest).All(node => first[node] == Outcome.Of(payloads[node].Value));
        return agree && valid && cluster.Honest.All(node => node.Evidence.All(evidence => evidence.Proves && evidence.Author >= honest));
    }

    // Each round's first instants, middle, last instant and the microsecond after it.
    private static Instant TimeOf(Roster roster, int time)
    {
        int round = time / 4 % (roster.Rounds + 2);
        Instant start = roster.Timing.StartOf(0).Plus(round * roster.Timing.RoundUs);
        return (time % 4) switch
        {
            0 => start.Plus(200),
            1 => start.Plus(roster.Timing.RoundUs / 2),
            2 => start.Plus(roster.Timing.RoundUs),
            _ => start.Plus(roster.Timing.RoundUs + 1),
        };
    }

    private static Frame FrameOf(Move move, Traitor[] traitors, Statement[] said, Payload[] payloads, int honest, int n)
    {
        var random = new Random(move.Entries);
        Traitor author = traitors[move.Author % traitors.Length];
        var entries = new SortedSet<StatementEntry>();
        int wanted = random.Next(1, 4);
        while (entries.Count < wanted)
        {
            int sender = random.Next(3) == 0 ? random.Next(n) : honest + random.Next(n - honest);
            var entry = new StatementEntry(sender, sender < honest ? payloads[sender].Value : payloads[honest + random.Next(3)].Value);
            if (entries.Count(other => other.Sender == sender) < (sender == author.Node ? 1 : 2)) entries.Add(entry);
            else wanted--;
        }

        if (random.Next(2) == 0)
        {
            for (int sender = 0; sender < n; sender++)
            {
                if (entries.All(entry => entry.Sender != sender)) entries.Add(new StatementEntry(sender, sender < honest ? payloads[sender].Value : payloads[honest].Value));
            }
        }

        StatementEntry[] list = [.. entries];
        StatementEntry[] single = [.. list.DistinctBy(entry => entry.Sender)];
        Statement own = (move.Kind % 6) switch
        {
            0 => author.Sign(StatementKind.Send, 0, 0, [new StatementEntry(author.Node, payloads[honest + random.Next(3)].Value)]),
            1 or 2 => author.Sign(StatementKind.Vote, 0, 0, [.. list]),
            3 => author.Sign(StatementKind.Certificate, 0, 0, [.. single]),
            _ => author.Sign(StatementKind.Relay, 0, 1, [.. list]),
        };
        var supports = new List<Statement>();
        var choose = new Random(move.Supports);
        foreach (Traitor traitor in traitors)
        {
            if (traitor.Node != author.Node && choose.Next(3) == 0) continue;
            foreach (StatementEntry entry in list.Where(entry => entry.Sender == traitor.Node)) supports.Add(traitor.Sign(StatementKind.Send, 0, 0, [entry]));
            StatementEntry[] rest = [.. list.Where(entry => entry.Sender != traitor.Node)];
            if (rest.Length > 0) supports.Add(traitor.Sign(StatementKind.Relay, 0, 1, [.. rest]));
            if (choose.Next(2) == 0) supports.Add(traitor.Sign(StatementKind.Vote, 0, 0, [.. single]));
            if (choose.Next(2) == 0) supports.Add(traitor.Sign(StatementKind.Certificate, 0, 0, [.. single]));
        }

        supports.AddRange(said.Where(_ => choose.Next(8) != 0));
        Payload[] shown = [.. payloads.Where(payload => list.Any(entry => entry.Value == payload.Value) || own.Entries.Any(entry => entry.Value == payload.Value))];
        return author.Frame(own, supports.Where(support => !support.Equals(own)), shown);
    }
}
