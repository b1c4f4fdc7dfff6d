using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Slots;

/// <summary>What a slot's decision is, by all that this node holds.</summary>
/// <param name="Basis">What it rests on; <see cref="DecisionBasis.Abstained"/> where nothing settles it.</param>
/// <param name="Outcomes">The vector; default where nothing settles it.</param>
/// <param name="Strength">g: DECIDEs of distinct nodes known for that vector.</param>
internal readonly record struct Resolution(DecisionBasis Basis, ImmutableArray<Outcome> Outcomes, int Strength)
{
    public bool IsSettled => !Outcomes.IsDefault;
}

/// <summary>All that a node holds of one slot: its own decision, DECIDEs, a certificate, payloads, and what it applied.</summary>
internal sealed class SlotEntry
{
    private readonly Dictionary<Hash256, ReadOnlyMemory<byte>> _payloads = [];
    private readonly SortedDictionary<int, Statement> _decides = [];

    private (bool IsKnown, Hash256 State)? _certifiedState;

    public SlotEntry(long slot) => Slot = slot;

    public long Slot { get; }

    /// <summary>What this node decided and vouches for; default where it abstained or was not there.</summary>
    public ImmutableArray<Outcome> Vouched { get; private set; }

    /// <summary>What the agreement adopted from others' DECIDEs; default where it did not.</summary>
    public ImmutableArray<Outcome> Adopted { get; private set; }

    /// <summary>Why the node abstained, null where it did not.</summary>
    public string? Abstained { get; private set; }

    /// <summary>The strongest quorum certificate known; empty where none is.</summary>
    public ImmutableArray<Statement> Certificate { get; private set; } = [];

    /// <summary>The authority's checkpoint of the slot, or null.</summary>
    public Checkpoint? Checkpoint { get; set; }

    /// <summary>The vector in the agreed state; default while the slot is not applied.</summary>
    public ImmutableArray<Outcome> Applied { get; private set; }

    /// <summary>Hash of the agreed state before and after the slot was applied.</summary>
    public (Hash256 Before, Hash256 After) States { get; private set; }

    /// <summary>Did a peer's answer bring it?</summary>
    public bool IsFetched { get; set; }

    /// <summary>What was last told to the host.</summary>
    public (DecisionBasis Basis, int Strength, Hash256 Decision)? Told { get; set; }

    /// <summary>Is the certificate in the ledger?</summary>
    public bool IsCertificateKept { get; set; }

    /// <summary>Are f+1 DECIDEs of it in the ledger?</summary>
    public bool IsProofKept { get; set; }

    /// <summary>Only a quorum certificate settles it: what else was believed led to a wrong state.</summary>
    public bool IsDistrusted { get; set; }

    /// <summary>A later slot is certified upon the state before this one: it is none, whatever else is known of it.</summary>
    public bool IsPassedOver { get; set; }

    public bool IsApplied => !Applied.IsDefault;

    public long PayloadBytes { get; private set; }

    /// <summary>Did another node say anything of this slot's decision?</summary>
    public bool IsDecidedByOthers(int self) => !Certificate.IsEmpty || _decides.Keys.Any(author => author != self);

    public void Vouch(ImmutableArray<Outcome> outcomes) => Vouched = outcomes;

    public void Abstain(string reason) => Abstained = reason;

    public void Adopt(ImmutableArray<Outcome> outcomes) => Adopted = outcomes;

    /// <summary>Keeps a verified DECIDE; the first of each author, which is all that an honest one signs.</summary>
    public bool Add(Statement decide) => _decides.TryAdd(decide.Author, decide);

    /// <summary>The DECIDE of a node, where this entry holds it.</summary>
    public Statement? DecideOf(int author) => _decides.GetValueOrDefault(author);

    /// <summary>Keeps a verified certificate where it is stronger than the one held.</summary>
    public void Certify(ImmutableArray<Statement> decides)
    {
        if (decides.Length <= Certificate.Length) return;
        Certificate = decides;
        _certifiedState = null;
        foreach (Statement decide in decides) _decides[decide.Author] = decide;
    }

    /// <summary>The state upon which <paramref name="quorum"/> DECIDEs of the certificate stand; without a certificate, that of a checkpoint; null where neither is known.</summary>
    public Hash256? CertifiedState(int quorum)
    {
        _certifiedState ??= FindCertifiedState(quorum);
        return _certifiedState is { IsKnown: true, State: var state } ? state : Certificate.IsEmpty ? Checkpoint?.StateBefore : null;
    }

    private (bool IsKnown, Hash256 State) FindCertifiedState(int quorum)
    {
        foreach (Statement decide in Certificate)
        {
            int equal = Certificate.Count(other => other.StateHash == decide.StateHash);
            if (equal >= quorum && decide.StateHash != default) return (true, decide.StateHash);
        }

        return (false, default);
    }

    /// <summary>Frees the memory of the payloads: they are fetched again when their turn comes.</summary>
    public void DropPayloads()
    {
        _payloads.Clear();
        PayloadBytes = 0;
    }

    public void AddPayload(in Hash256 value, ReadOnlyMemory<byte> bytes)
    {
        if (_payloads.TryAdd(value, bytes)) PayloadBytes += bytes.Length;
    }

    public bool Holds(in Hash256 value) => _payloads.ContainsKey(value);

    /// <summary>The payload of each value of a vector, empty for the others; default where one is missing.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> PayloadsOf(ImmutableArray<Outcome> outcomes)
    {
        ImmutableArray<ReadOnlyMemory<byte>>.Builder payloads = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(outcomes.Length);
        foreach (Outcome outcome in outcomes)
        {
            ReadOnlyMemory<byte> bytes = default;
            if (outcome.Kind == OutcomeKind.Value && !_payloads.TryGetValue(outcome.Value, out bytes)) return default;
            payloads.Add(bytes);
        }

        return payloads.MoveToImmutable();
    }

    public void MarkApplied(ImmutableArray<Outcome> outcomes, in Hash256 before, in Hash256 after)
    {
        Applied = outcomes;
        States = (before, after);

        // Payloads of other vectors are of no more use.
        var wanted = new SortedSet<Hash256>();
        foreach (Outcome outcome in outcomes)
        {
            if (outcome.Kind == OutcomeKind.Value) wanted.Add(outcome.Value);
        }

        foreach (Hash256 value in _payloads.Keys.Where(value => !wanted.Contains(value)).ToArray())
        {
            PayloadBytes -= _payloads[value].Length;
            _payloads.Remove(value);
        }
    }

    public void MarkUndone()
    {
        Applied = default;
        States = default;
    }

    /// <summary>DECIDEs known for a vector, ascending by author.</summary>
    public ImmutableArray<Statement> DecidesFor(ImmutableArray<Outcome> outcomes)
    {
        ImmutableArray<Statement>.Builder equal = ImmutableArray.CreateBuilder<Statement>();
        foreach (Statement decide in _decides.Values)
        {
            if (decide.Outcomes.SequenceEqual(outcomes)) equal.Add(decide);
        }

        return equal.ToImmutable();
    }

    /// <summary>The states upon which other nodes' DECIDEs stand, each with how many; those that name none are left out.</summary>
    public IEnumerable<(Hash256 State, int Count)> StatesOfOthers(int self) => _decides.Values
        .Where(decide => decide.Author != self && decide.StateHash != default)
        .GroupBy(decide => decide.StateHash)
        .Select(group => (group.Key, group.Count()));

    /// <summary>Does some vector have a quorum of DECIDEs, or f+1? The one with the most; two with f+1 are reported.</summary>
    /// <param name="plain">f+1.</param>
    /// <param name="conflict">Two vectors have f+1 each: f or the timing was exceeded.</param>
    public ImmutableArray<Statement> Strongest(int plain, out bool conflict)
    {
        ImmutableArray<Statement> best = [];
        conflict = false;
        foreach (Statement decide in _decides.Values)
        {
            if (!best.IsEmpty && best[0].Outcomes.SequenceEqual(decide.Outcomes)) continue;
            ImmutableArray<Statement> group = DecidesFor(decide.Outcomes);
            if (group.Length >= plain && best.Length >= plain) conflict = true;
            if (group.Length > best.Length) best = group;
        }

        return best;
    }
}
