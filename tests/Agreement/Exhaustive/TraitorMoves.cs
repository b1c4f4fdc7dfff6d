using System.Collections.Immutable;
using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Tests.Exhaustive;

/// <summary>What a traitor does to one node at one moment.</summary>
/// <param name="Name">In words, for a trace.</param>
/// <param name="Frame">Number of the frame.</param>
/// <param name="Supports">The value for which it shows signatures and nothing else, or null.</param>
internal readonly record struct Move(string Name, int Frame, Hash256? Supports = null);

/// <summary>All frames that traitors can make for one honest node, given the honest statements that exist.</summary>
internal sealed class TraitorMoves
{
    private readonly SearchModel _model;
    private readonly Messages _messages;
    private readonly Traitor[] _traitors;
    private readonly Payload[] _values;

    public TraitorMoves(SearchModel model, Roster roster, Messages messages)
    {
        (_model, _messages) = (model, messages);
        _traitors = [.. Enumerable.Range(0, model.Traitors).Select(node => new Traitor(roster, node))];
        _values = [.. Enumerable.Range(0, model.Values).Select(value => value == 0 && model.IsSenderHonest
            ? Payload.Of(Cluster.PayloadOf(model.Sender, 0))
            : Traitor.Value(NameOf(value)))];
    }

    public static string NameOf(int value) => ((char)('a' + value)).ToString();

    /// <summary>What the traitors that are not attacking broadcast themselves: one proper value each, in round 1.</summary>
    public IEnumerable<Frame> OwnSends()
    {
        foreach (Traitor traitor in _traitors)
        {
            if (traitor.Node == _model.Sender) continue;
            Payload payload = Payload.Of(Cluster.PayloadOf(traitor.Node, 0));
            Statement send = traitor.Sign(StatementKind.Send, 0, 0, [new StatementEntry(traitor.Node, payload.Value)]);
            yield return traitor.Frame(send, [], payload);
        }
    }

    /// <summary>Proofs of life of all traitors: an empty VOTE before the first deadline, ALIVE at each.</summary>
    public IEnumerable<Frame> Life(int round) =>
        _traitors.Select(traitor => traitor.Frame(round == 0 ? traitor.Vote(0) : traitor.Alive(0, round), []));

    /// <summary>Every move in a round, given the honest statements that the traitors saw.</summary>
    public List<Move> At(int round, IReadOnlyList<Statement> seen)
    {
        var moves = new List<Move>();
        if (_traitors.Length == 0) return moves;
        if (round <= _model.Rounds || _model.HasLaggard || _model.Variant.IgnoresDeadlines)
        {
            for (int value = 0; value < _values.Length; value++)
            {
                List<Statement> honest = [.. seen.Where(statement => IsSupport(statement) && statement.Lists(_model.Sender, _values[value].Value))];
                AddMaximal(moves, round, value, honest);
                if (_model.Evidence == EvidenceChoice.Any) AddPartial(moves, value, honest);
            }

            if (_model.Evidence == EvidenceChoice.Any) AddBoth(moves);
        }

        if (_model.Votes)
        {
            for (int value = 0; value < _values.Length; value++) AddVotes(moves, round, value, seen);
        }

        return moves;
    }

    private void AddMaximal(List<Move> moves, int round, int value, List<Statement> honest)
    {
        int signers = _traitors.Length + honest.Select(statement => statement.Author).Distinct().Count();
        bool tooFew = signers < round && !_model.Variant.IgnoresDeadlines && !_model.HasLaggard;
        if (tooFew && _model.Evidence == EvidenceChoice.Maximal) return;
        if (_model.IsSenderHonest && value > 0 && _model.Evidence == EvidenceChoice.Maximal) return;
        int authors = _model.Values > 2 ? _traitors.Length : 1;
        foreach (Traitor author in _traitors.Take(authors))
        {
            var supports = honest.ToList();
            supports.AddRange(_traitors.Where(other => other != author).Select(other => Listing(other, value)));
            Frame frame = author.Frame(Listing(author, value), supports, _values[value]);
            moves.Add(new Move($"{NameOf(value)} with all its signatures from {author.Node}", _messages.IdOf(frame), _values[value].Value));
        }
    }

    private void AddPartial(List<Move> moves, int value, List<Statement> honest)
    {
        foreach (Traitor author in _traitors)
        {
            Statement own = Listing(author, value);
            Add(moves, $"{NameOf(value)} signed by {author.Node} alone", author.Frame(own, [], _values[value]));
            Add(moves, $"{NameOf(value)} signed by {author.Node} alone, payload withheld", author.Frame(own, []));
        }

        foreach (Statement statement in honest)
            Add(moves, $"{NameOf(value)} signed by 0 and {statement.Author}", _traitors[0].Frame(Listing(_traitors[0], value), [statement], _values[value]));
    }

    private void AddBoth(List<Move> moves)
    {
        StatementEntry[] two = [new(_model.Sender, _values[0].Value), new(_model.Sender, _values[1].Value)];
        Traitor author = _traitors[^1];
        if (author.Node != _model.Sender) Add(moves, $"a and b in one statement of {author.Node}", author.Frame(author.Relay(0, 1, two), [Listing(_traitors[0], 0), Listing(_traitors[0], 1)], _values[0], _values[1]));
    }

    /// <summary>Votes and CERTs for a value.</summary>
    private void AddVotes(List<Move> moves, int round, int value, IReadOnlyList<Statement> seen)
    {
        Hash256 hash = _values[value].Value;
        List<Statement> votes = [.. seen.Where(statement => statement.Kind == StatementKind.Vote && statement.ListsOnly(_model.Sender, hash)), .. _traitors.Skip(1).Select(traitor => Vote(traitor, value))];
        if (_model.Evidence == EvidenceChoice.Any) Add(moves, $"all votes for {NameOf(value)}", _traitors[0].Frame(Vote(_traitors[0], value), votes, _values[value]));
        else if (votes.Count < _model.Nodes - 1) return;

        // Votes are worth something with the n-th of them only, and what they are worth with CERTs includes what they are worth without.
        int fewest = _model.Evidence == EvidenceChoice.Any ? 1 : _traitors.Length;
        for (int signers = fewest; signers <= _traitors.Length; signers++)
        {
            List<Statement> supports = [.. votes, Vote(_traitors[0], value), .. _traitors.Take(signers).Skip(1).Select(traitor => Cert(traitor, value))];
            supports.AddRange(seen.Where(statement => statement.Kind == StatementKind.Certificate && statement.Lists(_model.Sender, hash)));
            supports.AddRange(seen.Where(statement => statement.Kind == StatementKind.Decide && statement.Round == 0));
            Add(moves, $"all votes for {NameOf(value)} with CERTs of {signers} traitors", _traitors[0].Frame(Cert(_traitors[0], value), supports, _values[value]));
        }
    }

    private Statement Listing(Traitor traitor, int value)
    {
        var entry = new StatementEntry(_model.Sender, _values[value].Value);
        return traitor.Node == _model.Sender ? traitor.Sign(StatementKind.Send, 0, 0, [entry]) : traitor.Relay(0, 1, entry);
    }

    // A vote for the attacked broadcast and for every other one, so that whole slots can end early.
    private Statement Vote(Traitor traitor, int value)
    {
        IEnumerable<StatementEntry> entries = Enumerable.Range(0, _model.Nodes)
            .Select(node => new StatementEntry(node, node == _model.Sender ? _values[value].Value : Payload.Of(Cluster.PayloadOf(node, 0)).Value));
        return traitor.Vote(0, [.. entries]);
    }

    private Statement Cert(Traitor traitor, int value) => traitor.Cert(0, new StatementEntry(_model.Sender, _values[value].Value));

    private static bool IsSupport(Statement statement) => statement.Kind is StatementKind.Send or StatementKind.Vote or StatementKind.Relay;

    private void Add(List<Move> moves, string name, Frame frame) => moves.Add(new Move(name, _messages.IdOf(frame)));
}
