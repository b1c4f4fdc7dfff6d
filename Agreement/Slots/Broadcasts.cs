using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>The n parallel broadcasts of one slot: what counts for which value (docs/agreement-rules.md, F4), and what was accepted and not listed yet.</summary>
/// <remarks>
/// A payload is looked at in the frame that brings it and at no other time: it is copied and kept if its value is accepted then,
/// else it is left. The proofs need no more, for an honest node sends a payload together with every signature that its receiver
/// needs to accept it. So nobody fills this node's memory with values that were not accepted, and no frame outlives its step.
/// </remarks>
internal sealed class Broadcasts
{
    private readonly SlotRules _rules;
    private readonly Instance[] _instances;
    private readonly List<Pair> _unlisted;
    private readonly Dictionary<(int Author, int Round), Statement>? _onePerRound;

    public Broadcasts(SlotRules rules)
    {
        _rules = rules;
        _instances = [.. Enumerable.Range(0, rules.Nodes).Select(sender => new Instance(sender, rules))];
        _unlisted = [];
        _onePerRound = rules.Variant.CountsOneStatementPerSignerAndRound ? [] : null;
    }

    private Broadcasts(Broadcasts other)
    {
        _rules = other._rules;
        _instances = [.. other._instances.Select(instance => instance.Clone())];
        _unlisted = [.. other._unlisted];
        _onePerRound = other._onePerRound is null ? null : new(other._onePerRound);
        AcceptedBytes = other.AcceptedBytes;
    }

    /// <summary>By sender.</summary>
    public IReadOnlyList<Instance> Instances => _instances;

    /// <summary>Payload bytes of everything accepted.</summary>
    public long AcceptedBytes { get; private set; }

    public bool HasUnlisted => _unlisted.Count > 0;

    /// <summary>Is at least one value of every sender accepted?</summary>
    public bool AreComplete => Array.TrueForAll(_instances, instance => instance.Accepted.Count > 0);

    /// <summary>All accepted values, as entries of a VOTE.</summary>
    public ImmutableArray<StatementEntry> AllAccepted =>
        [.. _instances.SelectMany(instance => instance.Accepted.Select(value => new StatementEntry(instance.Sender, value.Value))).Order()];

    /// <summary>Accepts this node's own value.</summary>
    public void TakeOwn(Statement send, Payload payload)
    {
        Instance own = _instances[_rules.Self];
        Candidate candidate = own.List(_rules.Self, payload.Value)!;
        own.Support(candidate, send);
        Accept(own, candidate, payload.Bytes, 1);
    }

    /// <summary>F4: quotas by the frame's author, supports by their signers, then whatever the frame's payloads let in.</summary>
    public void Take(Frame frame, int round)
    {
        List(frame.Author, frame.Own);
        foreach (Statement support in frame.Supports)
        {
            if (support.Author == frame.Author) List(frame.Author, support);
        }

        Count(frame.Author, frame.Own);
        foreach (Statement support in frame.Supports) Count(frame.Author, support);
        foreach (Payload payload in frame.Payloads) Show(frame.Author, payload, round);
    }

    /// <summary>What was accepted since it was last asked.</summary>
    public List<Pair> TakeUnlisted()
    {
        List<Pair> unlisted = [.. _unlisted];
        _unlisted.Clear();
        return unlisted;
    }

    /// <summary>Deadline(T) is over.</summary>
    public void Close() => Array.ForEach(_instances, instance => instance.Close());

    public void ForgetPayloads() => Array.ForEach(_instances, instance => instance.ForgetPayloads());

    public Broadcasts Clone() => new(this);

    public void WriteState(CanonicalWriter writer)
    {
        foreach (Instance instance in _instances) instance.WriteState(writer);
        if (_onePerRound is null) return;
        foreach (((int author, int round), Statement statement) in _onePerRound.OrderBy(counted => counted.Key))
        {
            writer.U8((byte)author);
            writer.U8((byte)round);
            writer.Raw(statement.Body);
        }
    }

    private void List(int author, Statement own)
    {
        if (own.Kind is not (StatementKind.Send or StatementKind.Vote or StatementKind.Relay)) return;
        foreach (StatementEntry entry in own.Entries) _instances[entry.Sender].List(author, entry.Value);
    }

    private void Count(int author, Statement support)
    {
        if (support.Kind is not (StatementKind.Send or StatementKind.Vote or StatementKind.Relay)) return;
        if (_onePerRound is not null && (!_onePerRound.TryAdd((support.Author, support.Round), support) && !_onePerRound[(support.Author, support.Round)].Equals(support))) return;
        foreach (StatementEntry entry in support.Entries)
        {
            Instance instance = _instances[entry.Sender];
            if (instance.Find(entry.Value) is { } candidate && NodeSet.Contains(candidate.ListedBy, author)) instance.Support(candidate, support);
        }
    }

    // A payload may be the value of several senders; the copy is made once, and only where it is kept.
    private void Show(int author, Payload payload, int round)
    {
        ReadOnlyMemory<byte>? copy = null;
        foreach (Instance instance in _instances)
        {
            if (instance.Find(payload.Value) is not { } candidate || !NodeSet.Contains(candidate.ListedBy, author) || !instance.MayAccept(candidate, round)) continue;
            Accept(instance, candidate, copy ??= payload.Bytes.ToArray(), round);
        }
    }

    private void Accept(Instance instance, Candidate candidate, ReadOnlyMemory<byte> payload, int round)
    {
        if (!instance.TryAccept(candidate, payload, round)) return;
        _unlisted.Add(new Pair(instance.Sender, candidate.Value));
        AcceptedBytes += payload.Length;
    }
}
