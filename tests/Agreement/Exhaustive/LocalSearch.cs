using System.Collections.Immutable;
using System.Globalization;
using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Tests.Exhaustive;

/// <summary>Every state that one node can reach in one moment: all orders and choices of what may be delivered to it.</summary>
/// <remarks>
/// Within a moment nodes do not hear each other, so each node's possibilities are found alone, once for equal circumstances; the
/// joint search multiplies them. Frames of traitors may be given never, once or often (they are idempotent, which the
/// fingerprints show); honest frames must be given by the end of the moment in which they are due.
/// </remarks>
internal sealed class LocalSearch
{
    public const string HonestFrames = "honest frames";

    private readonly SearchModel _model;
    private readonly Roster _roster;
    private readonly Messages _messages;
    private readonly Interner<(int Node, Hash256 Fingerprint)> _states = new(EqualityComparer<(int, Hash256)>.Default);
    private readonly List<NodeState> _nodes = [];
    private readonly Interner<int[]> _sequences = new(SequenceComparer.Instance);
    private readonly Dictionary<(int State, int InFlight, int Seen, int Tick), IReadOnlyList<LocalSuccessor>> _memo = [];
    private readonly List<AgreementEffect> _effects = [];

    public LocalSearch(SearchModel model, Roster roster, Messages messages)
    {
        (_model, _roster, _messages) = (model, roster, messages);
        Moves = new TraitorMoves(model, roster, messages);
    }

    public TraitorMoves Moves { get; }

    /// <summary>Steps of the real machine so far.</summary>
    public long Steps { get; private set; }

    public int States => _states.Count;

    public NodeState StateOf(int id) => _nodes[id];

    public int RoundOf(int tick) => tick == 0 ? 1 : ((tick - 1) / _model.TicksPerRound) + 1;

    /// <summary>The node at the start of slot 0 with what it sends there; not opened yet where its clock may be behind.</summary>
    public LocalSuccessor Start(int node) => Start(node, RestartState.Fresh(TestRoster.Origin.Plus(-1_000_000)));

    /// <summary>The same for an incarnation that follows another.</summary>
    public LocalSuccessor Start(int node, RestartState restart)
    {
        var machine = new AgreementMachine(_roster, node, TestRoster.SignerOf(node, false), restart, _model.Variant);
        var sent = ImmutableArray.CreateBuilder<(int, int)>();
        NodeState opened = Open(new NodeState(machine.Fork(), null, null), sent);
        return new LocalSuccessor(IdOf(node, _model.AreClocksSkewed ? new NodeState(machine, null, null) : opened), sent.ToImmutable(), [], "");
    }

    public IReadOnlyList<LocalSuccessor> Successors(int state, ImmutableArray<InFlight> inFlight, int[] seen, int tick)
    {
        int flying = _sequences.IdOf([.. inFlight.SelectMany(frame => new[] { frame.Frame, frame.Due })]);
        var key = (state, flying, _sequences.IdOf(seen), tick);
        if (_memo.TryGetValue(key, out IReadOnlyList<LocalSuccessor>? known)) return known;
        return _memo[key] = Explore(state, inFlight, seen, tick);
    }

    private List<LocalSuccessor> Explore(int from, ImmutableArray<InFlight> inFlight, int[] seen, int tick)
    {
        int round = RoundOf(tick);
        int node = StateOf(from).Machine.Self;
        List<Move> moves = Moves.At(round, [.. seen.Select(_messages.StatementOf)]);
        List<(ulong Bits, string Name)> honest = HonestGroups(inFlight, tick);
        ulong due = 0;
        for (int i = 0; i < inFlight.Length; i++) due |= inFlight[i].Due <= tick && !_model.IsLossy ? 1UL << i : 0;

        var visited = new HashSet<(int State, ulong Given, int Sent)>();
        var queue = new Queue<Visit>();
        Enqueue(new Visit(from, 0, [], ""));
        var ends = new Dictionary<(int State, int Sent, int Kept), LocalSuccessor>();
        bool isAhead = tick == 0 && node == _model.Nodes - 1;
        while (queue.TryDequeue(out Visit? visit))
        {
            if ((visit.Given & due) == due) Add(ends, Finish(node, visit, inFlight, tick));
            if (isAhead) continue;
            foreach (Instant stamp in StampsAt(node, tick))
            {
                foreach (Move move in moves.Where(move => !IsIdle(visit, move))) Enqueue(Deliver(node, visit, [move.Frame], 0, stamp, At(tick), move.Name + StampName(stamp, tick)));
            }

            foreach ((ulong bits, string name) in honest)
            {
                if ((visit.Given & bits) != 0) continue;
                int[] frames = [.. Enumerable.Range(0, inFlight.Length).Where(i => (bits >> i & 1) != 0).Select(i => inFlight[i].Frame)];
                Enqueue(Deliver(node, visit, frames, bits, At(tick), At(tick), name));
            }
        }

        return [.. ends.Values];

        void Enqueue(Visit visit)
        {
            if (visited.Add((visit.State, visit.Given, SentId(visit.Sent)))) queue.Enqueue(visit);
        }
    }

    // More signatures on what is accepted, or on what cannot be any more, change nothing that another node will ever see.
    private bool IsIdle(Visit visit, Move move) =>
        _model.Evidence == EvidenceChoice.Maximal && move.Supports is { } value && StateOf(visit.State).Machine.IsSettled(0, _model.Sender, value);

    private void Add(Dictionary<(int State, int Sent, int Kept), LocalSuccessor> ends, LocalSuccessor successor)
    {
        int kept = _sequences.IdOf([.. successor.Kept.SelectMany(frame => new[] { frame.Frame, frame.Due })]);
        ends.TryAdd((successor.State, SentId(successor.Sent), kept), successor);
    }

    private List<(ulong Bits, string Name)> HonestGroups(ImmutableArray<InFlight> inFlight, int tick)
    {
        var groups = new SortedDictionary<(int Author, int Due), ulong>();
        for (int i = 0; i < inFlight.Length; i++)
        {
            int author = _model.Interleaves || _model.IsLossy ? _messages.FrameOf(inFlight[i].Frame).Author : 0;
            groups[(author, inFlight[i].Due)] = groups.GetValueOrDefault((author, inFlight[i].Due)) | (1UL << i);
        }

        return [.. groups.Select(group => (group.Value, (_model.Interleaves || _model.IsLossy ? $"frames of {group.Key.Author}" : HonestFrames) + (group.Key.Due > tick ? " early" : group.Key.Due < tick ? " late" : "")))];
    }

    /// <summary>Frames are stamped with the time of the moment; for a laggard also with a time in the round before, which it has closed.</summary>
    private IEnumerable<Instant> StampsAt(int node, int tick)
    {
        yield return At(tick);
        if (_model.HasLaggard && node == _model.FirstHonest && RoundOf(tick) > 1) yield return TestRoster.At(0, RoundOf(tick) - 1);
    }

    private string StampName(Instant stamp, int tick) => stamp < At(tick) ? " (stamped in the round before)" : "";

    private Instant At(int tick)
    {
        if (tick == 0) return TestRoster.Origin.Plus(-TestRoster.GuardUs);
        int phase = (tick - 1) % _model.TicksPerRound;
        return TestRoster.At(0, RoundOf(tick) - 1 + ((phase + 1.0) / (_model.TicksPerRound + 1)));
    }

    private Visit Deliver(int node, Visit visit, int[] frames, ulong bits, Instant stamp, Instant now, string name)
    {
        NodeState state = StateOf(visit.State);
        var sent = visit.Sent.ToBuilder();
        AgreementMachine machine = state.Machine.Fork();
        var after = state with { Machine = machine };
        foreach (int frame in frames) after = Step(after, _messages.Arrival(frame, stamp), now, sent);
        string path = visit.Path.Length == 0 ? name : visit.Path + ", then " + name;
        return new Visit(IdOf(node, after), visit.Given | bits, sent.Count == visit.Sent.Length ? visit.Sent : sent.ToImmutable(), path);
    }

    private LocalSuccessor Finish(int node, Visit visit, ImmutableArray<InFlight> inFlight, int tick)
    {
        ImmutableArray<InFlight> kept = [.. inFlight.Where((frame, i) => (visit.Given >> i & 1) == 0 && !(_model.IsLossy && !_model.IsLate && frame.Due <= tick))];
        if (tick == 0) return OpenLate(node, visit, kept);
        NodeState state = StateOf(visit.State);
        var sent = visit.Sent.ToBuilder();
        if (_model.ListsEarly && tick == EarlyListingTick) state = Step(state with { Machine = state.Machine.Fork() }, new AgreementEvent.TimeReached(), TestRoster.At(0, 0.5), sent);
        if (tick % _model.TicksPerRound != 0) return new LocalSuccessor(IdOf(node, state), sent.ToImmutable(), kept, visit.Path);
        NodeState closed = Step(state with { Machine = state.Machine.Fork() }, new AgreementEvent.TimeReached(), TestRoster.At(0, RoundOf(tick)), sent);
        return new LocalSuccessor(IdOf(node, closed), sent.ToImmutable(), kept, visit.Path);
    }

    // The last moment at or before the middle of round 1.
    private int EarlyListingTick => (_model.TicksPerRound + 1) / 2;

    // The own value is under way to the others already: what a clock that is behind adds to it is only what follows.
    private LocalSuccessor OpenLate(int node, Visit visit, ImmutableArray<InFlight> kept)
    {
        var sent = ImmutableArray.CreateBuilder<(int Peer, int Frame)>();
        NodeState opened = Open(StateOf(visit.State) with { Machine = StateOf(visit.State).Machine.Fork() }, sent);
        ImmutableArray<(int, int)> further = [.. sent.Where(pair => _messages.FrameOf(pair.Frame).Own.Kind != StatementKind.Send)];
        return new LocalSuccessor(IdOf(node, opened), visit.Sent.AddRange(further), kept, visit.Path);
    }

    private NodeState Open(NodeState state, ImmutableArray<(int, int)>.Builder sent)
    {
        state = Step(state, new AgreementEvent.SlotOpened(0, Cluster.PayloadOf(state.Machine.Self, 0)), TestRoster.Origin, sent);
        return Step(state, new AgreementEvent.LeasePersisted(Limits.LeaseSlots), TestRoster.Origin, sent);
    }

    /// <summary>Feeds a node events outside of <see cref="Successors"/>.</summary>
    /// <returns>Number of the state, and the frames that it sent.</returns>
    public (int State, ImmutableArray<(int Peer, int Frame)> Sent) Feed(int state, Instant now, params IEnumerable<AgreementEvent> events)
    {
        NodeState fed = StateOf(state) with { Machine = StateOf(state).Machine.Fork() };
        var sent = ImmutableArray.CreateBuilder<(int Peer, int Frame)>();
        foreach (AgreementEvent happened in events) fed = Step(fed, happened, now, sent);
        return (IdOf(fed.Machine.Self, fed), sent.ToImmutable());
    }

    private NodeState Step(NodeState state, AgreementEvent happened, Instant now, ImmutableArray<(int, int)>.Builder sent)
    {
        Steps++;
        _effects.Clear();
        state.Machine.Step(happened, now, _effects);
        foreach (AgreementEffect effect in _effects)
        {
            switch (effect)
            {
                case AgreementEffect.SendFrame send:
                    sent.Add((send.Peer, _messages.IdOf(send.Frame)));
                    break;
                case AgreementEffect.Decided decided:
                    state = state with { Decided = decided };
                    break;
                case AgreementEffect.EvidenceFound found when found.Evidence.Author >= _model.FirstHonest:
                    state = state with { Misdeed = string.Create(CultureInfo.InvariantCulture, $"honest node {found.Evidence.Author} is proved guilty of {found.Evidence.Kind}") };
                    break;
                case AgreementEffect.SafetyAlarm or AgreementEffect.Stopped or AgreementEffect.RolledBack:
                    state = state with { Misdeed = effect.ToString() };
                    break;
            }
        }

        return state;
    }

    private int SentId(ImmutableArray<(int Peer, int Frame)> sent) => _sequences.IdOf([.. sent.SelectMany(pair => new[] { pair.Peer, pair.Frame })]);

    private int IdOf(int node, NodeState state)
    {
        int id = _states.IdOf((node, state.Machine.Fingerprint()));
        if (id == _nodes.Count) _nodes.Add(state);
        return id;
    }

    private sealed record Visit(int State, ulong Given, ImmutableArray<(int Peer, int Frame)> Sent, string Path);
}
