using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Replica.Peers;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Agreed;

/// <summary>What is learned of slots, from the agreement and from peers, enters the slot book here.</summary>
internal sealed class SlotIntake
{
    private readonly Roster _roster;
    private readonly int _self;
    private readonly ReplicaOutput _output;
    private readonly SlotBook _book;
    private readonly AgreedHistory _history;
    private readonly SortedSet<long> _changed = [];

    public SlotIntake(ReplicaOptions options, ReplicaOutput output, SlotBook book, AgreedHistory history)
    {
        _roster = options.Roster;
        _self = options.Self;
        _output = output;
        _book = book;
        _history = history;
    }

    /// <summary>The newest slot of which anybody is known to have decided something.</summary>
    public long NewestDecided { get; private set; } = -1;

    private AgreedState Head => _history.Head;

    /// <summary>Somebody decided a slot, whether or not there is room for what is known of it.</summary>
    public void Hear(long slot) => NewestDecided = Math.Max(NewestDecided, slot);

    /// <summary>Something new is known of a slot, or it was applied or undone: it is looked at again.</summary>
    public void Touch(long slot) => _changed.Add(slot);

    /// <summary>The lowest slot of which something new is known; null where there is none.</summary>
    public long? TakeChanged()
    {
        if (_changed.Count == 0) return null;
        long slot = _changed.Min;
        _changed.Remove(slot);
        return slot;
    }

    public void Take(AgreementEffect.Decided decided)
    {
        if (decided.Abstained is null) Hear(decided.Slot);
        if (_book.At(decided.Slot, Head.Slot) is not { } entry) return;
        AddPayloads(entry, decided.Outcomes, decided.Payloads);
        if (decided.Abstained is { } reason)
        {
            entry.Abstain(reason);
            _output.Counters = _output.Counters with { SlotsAbstained = _output.Counters.SlotsAbstained + 1 };
        }
        else
        {
            entry.Vouch(decided.Outcomes);
        }

        _changed.Add(entry.Slot);
    }

    public void Take(AgreementEffect.Adopted adopted)
    {
        if (_book.At(adopted.Slot, Head.Slot) is not { } entry) return;
        AddPayloads(entry, adopted.Outcomes, adopted.Payloads);
        entry.Adopt(adopted.Outcomes);
        _changed.Add(entry.Slot);
    }

    public void Take(AgreementEffect.RolledBack rolledBack)
    {
        // The certificate that demands it comes by Certified; the payloads are what it adds.
        if (_book.At(rolledBack.Slot, Head.Slot) is { } entry) AddPayloads(entry, rolledBack.Outcomes, rolledBack.Payloads);
    }

    public void Certify(ImmutableArray<Statement> decides)
    {
        Hear(decides[0].Slot);
        if (_book.At(decides[0].Slot, Head.Slot) is not { } entry) return;
        entry.Certify(decides);
        _changed.Add(entry.Slot);
    }

    /// <summary>Takes a checkpoint of the authority.</summary>
    /// <returns>False where it says nothing new of a slot that is held.</returns>
    public bool Take(Checkpoint checkpoint)
    {
        Hear(checkpoint.Slot);
        if (_book.At(checkpoint.Slot, Head.Slot) is not { } entry || entry.Checkpoint is not null) return false;
        entry.Checkpoint = checkpoint;
        _changed.Add(entry.Slot);
        return true;
    }

    /// <summary>Notes a verified DECIDE of any node.</summary>
    public void Note(Statement decide)
    {
        if (decide.Author != _self) Hear(decide.Slot);
        if (_book.At(decide.Slot, Head.Slot) is not { } entry || !entry.Add(decide)) return;
        _changed.Add(entry.Slot);
    }

    /// <summary>Takes a slot that a peer proved.</summary>
    /// <returns>False where it brought nothing.</returns>
    public bool Take(ProvenSlot proven)
    {
        Hear(proven.Slot);
        if (_book.At(proven.Slot, Head.Slot) is not { } entry || entry.IsApplied) return false;
        entry.Checkpoint ??= proven.Checkpoint;
        if (proven.Decides.Length >= _roster.CertificateQuorum) entry.Certify(proven.Decides);
        foreach (Statement decide in proven.Decides) entry.Add(decide);
        foreach (ReadOnlyMemory<byte> payload in proven.Payloads) _book.AddPayload(entry, Hash256.Of(payload.Span), payload, Head.Slot);
        entry.IsFetched = true;
        _changed.Add(entry.Slot);
        return true;
    }

    /// <summary>What a peer need not send of the next slot.</summary>
    public ImmutableArray<Hash256> HeldOfNext()
    {
        if (_book.Find(Head.Slot + 1) is not { } entry) return [];
        Resolution resolution = _book.Resolve(entry, out _);
        if (!resolution.IsSettled) return [];
        var held = new SortedSet<Hash256>();
        foreach (Outcome outcome in resolution.Outcomes)
        {
            if (outcome.Kind == OutcomeKind.Value && entry.Holds(outcome.Value)) held.Add(outcome.Value);
        }

        return [.. held];
    }

    public void AddPayloads(SlotEntry entry, ImmutableArray<Outcome> outcomes, ImmutableArray<ReadOnlyMemory<byte>> payloads)
    {
        for (int node = 0; node < outcomes.Length && node < payloads.Length; node++)
        {
            Outcome outcome = outcomes[node];
            if (outcome.Kind != OutcomeKind.Value) continue;

            // Empty stands for a missing payload as well as for an empty one: only the hash tells.
            if (payloads[node].IsEmpty && outcome.Value != Hash256.Of([])) continue;
            _book.AddPayload(entry, outcome.Value, payloads[node], Head.Slot);
        }
    }
}
