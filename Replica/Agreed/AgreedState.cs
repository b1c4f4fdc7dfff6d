using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Replica.Pictures;
using C3Fusion.Replica.Plans;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Agreed;

/// <summary>The replicated state machine: a pure function of the agreed slots, bit for bit equal on every honest node.</summary>
/// <remarks>Its hash after a slot covers the hash before, the slot's outcomes, and everything that later results depend on and that is not in the tracker alone.</remarks>
internal sealed class AgreedState
{
    private readonly AgreedRules _rules;
    private readonly ITracker _tracker;
    private readonly ScanGate[] _gates;
    private readonly PlanBook _plans;
    private readonly FinalityRecord _finality;
    private readonly SortedDictionary<long, AppliedSlot> _recent;
    private readonly List<SystemTrack> _tracks = [];
    private ulong _equivocators;

    /// <summary>What is remembered of an applied slot.</summary>
    private readonly record struct AppliedSlot(Hash256 PictureHash, Hash256 DecisionHash);

    public AgreedState(AgreedRules rules, ITracker tracker)
    {
        _rules = rules;
        _tracker = tracker;
        _gates = rules.Scans.NewGates();
        _plans = new PlanBook(rules.Roster, rules.Turns);
        _finality = new FinalityRecord();
        _recent = [];
        Hash = rules.Genesis;
    }

    private AgreedState(AgreedState other, ITracker tracker)
    {
        _rules = other._rules;
        _tracker = tracker;
        _gates = [.. other._gates.Select(gate => gate.Fork())];
        _plans = other._plans.Fork();
        _finality = other._finality.Fork();
        _recent = new SortedDictionary<long, AppliedSlot>(other._recent);
        _tracks = [.. other._tracks];
        _equivocators = other._equivocators;
        Slot = other.Slot;
        Hash = other.Hash;
    }

    /// <summary>An independent copy, or null where the tracker cannot be copied.</summary>
    public AgreedState? Fork() => _tracker.Fork() is { } tracker ? new AgreedState(this, tracker) : null;

    /// <summary>The last slot applied, -1 before the first.</summary>
    public long Slot { get; private set; } = -1;

    /// <summary>Hash of the state; before the first slot it names the roster.</summary>
    public Hash256 Hash { get; private set; }

    public PlanBook Plans => _plans;

    public FinalityRecord Finality => _finality;

    public ITracker Tracker => _tracker;

    /// <summary>The picture after <see cref="Slot"/>.</summary>
    public Picture Picture => new(
        PictureOrigin.Agreed,
        _rules.Roster.Timing.StartOf(Slot),
        [.. _tracks],
        [.. _tracker.Accusations],
        _tracker.SystemAlarm);

    /// <summary>The agreed proof that a sensor equivocates, or null.</summary>
    public ScanEquivocation? EquivocationOf(int sensor) => _gates[sensor].Equivocation;

    /// <summary>Hash of the state after a slot that lies at most <see cref="PlanRules.PictureMemorySlots"/> back; null where it does not.</summary>
    public Hash256? HashAfter(long slot) =>
        slot >= Slot - PlanRules.PictureMemorySlots && _recent.TryGetValue(slot, out AppliedSlot applied) ? applied.PictureHash : null;

    /// <summary>Applies a decided slot.</summary>
    /// <param name="slot">Above <see cref="Slot"/>; slots between were decided to be none (no node had one).</param>
    /// <param name="outcomes">One for each node by index.</param>
    /// <param name="payloads">One for each node by index; hashes were compared with the outcomes.</param>
    public AgreedStep Apply(long slot, ImmutableArray<Outcome> outcomes, ImmutableArray<ReadOnlyMemory<byte>> payloads)
    {
        if (slot <= Slot) throw new ArgumentOutOfRangeException(nameof(slot), slot, $"slots are applied in order: {Slot} was the last");
        var step = new AgreedStep { Slot = slot };
        var batches = new List<Batch>(outcomes.Length);
        for (int node = 0; node < outcomes.Length; node++)
        {
            batches.Add(ReadBatch(step, node, outcomes[node], payloads[node]));
            NoteEquivocation(step, node, outcomes[node]);
        }

        _rules.Scans.Offer(step, batches, _gates, _tracker);
        _tracker.CloseScan(_rules.Roster.Timing.StartOf(slot).Microseconds, _tracks);
        RecordCertificates(step, batches);
        ApplyPlans(step, batches);
        Close(step, outcomes);
        return step;
    }

    private Batch ReadBatch(AgreedStep step, int node, Outcome outcome, ReadOnlyMemory<byte> payload)
    {
        if (outcome.Kind != OutcomeKind.Value) return Batch.Empty;
        if (BatchBytes.Read(payload, _rules.Roster) is { } batch) return batch;
        step.BadPayloads.Add(node);
        step.Counters = step.Counters with { PayloadsRefused = step.Counters.PayloadsRefused + 1 };
        return Batch.Empty;
    }

    private void NoteEquivocation(AgreedStep step, int node, Outcome outcome)
    {
        ulong bit = 1UL << node;
        if (outcome.Kind != OutcomeKind.Equivocation || (_equivocators & bit) != 0) return;
        _equivocators |= bit;
        step.NewEquivocators.Add(node);
    }

    /// <summary>Takes the certificates that this slot carried: all of them are checked, so the record is the same everywhere.</summary>
    private void RecordCertificates(AgreedStep step, List<Batch> batches)
    {
        foreach (Batch batch in batches)
        {
            long last = -1;
            foreach (ReadOnlyMemory<byte> bytes in batch.Certificates)
            {
                ImmutableArray<Statement> decides = DecisionProof.Read(bytes.Span, _rules.Roster);
                if (_rules.Statements.Certificate(decides) is not { } certificate || certificate.Value.Slot <= last || certificate.Value.Slot >= step.Slot)
                {
                    step.Counters = step.Counters with { CertificatesRefused = step.Counters.CertificatesRefused + 1 };
                    continue;
                }

                last = certificate.Value.Slot;
                RecordCertificate(step, decides);
            }
        }

        _finality.Trim(step.Slot);
    }

    private void RecordCertificate(AgreedStep step, ImmutableArray<Statement> decides)
    {
        long slot = decides[0].Slot;
        step.Certificates.Add(decides);
        if (!_recent.TryGetValue(slot, out AppliedSlot applied)) return;

        // A certificate of another vector than the applied one is no part of the record: whoever applied the other rolls back.
        if (SlotDecisionBytes.HashOf(slot, decides[0].Outcomes) != applied.DecisionHash) return;
        if (_finality.Record(slot, decides.Length)) step.Recorded.Add((slot, decides.Length));
    }

    private void ApplyPlans(AgreedStep step, List<Batch> batches)
    {
        var proposals = new List<(int, PlanProposal)>();
        var vetoes = new List<(int, PlanVeto)>();
        for (int node = 0; node < batches.Count; node++)
        {
            foreach (PlanProposal proposal in batches[node].Proposals) proposals.Add((node, proposal));
            foreach (PlanVeto veto in batches[node].Vetoes) vetoes.Add((node, veto));
        }

        var context = new PlanContext(step.Slot, _equivocators, HashAfter, _finality.StrengthOf);
        int refused = _plans.Apply(context, proposals, vetoes, step.PlanChanges, step.RefusedProposals);
        step.Counters = step.Counters with { PlanEntriesRefused = step.Counters.PlanEntriesRefused + refused };
    }

    private void Close(AgreedStep step, ImmutableArray<Outcome> outcomes)
    {
        Hash256 decision = SlotDecisionBytes.HashOf(step.Slot, outcomes);
        CanonicalWriter writer = _rules.Writer;
        writer.Clear();
        writer.Hash(Hash);
        writer.I64(step.Slot);
        writer.Hash(decision);
        PictureBytes.Write(writer, _tracks, _tracker.Accusations, _tracker.SystemAlarm);
        WriteGates(writer);
        _plans.WriteState(writer);
        _finality.WriteState(writer);
        writer.U64(_equivocators);
        Hash = Hash256.Of(writer.Written);
        Slot = step.Slot;
        step.Hash = Hash;
        step.Counters = step.Counters with { SlotsApplied = 1 };
        _recent[Slot] = new AppliedSlot(Hash, decision);
        while (_recent.First().Key < Slot - FinalityRecord.Window) _recent.Remove(_recent.First().Key);
    }

    private void WriteGates(CanonicalWriter writer)
    {
        foreach (ScanGate gate in _gates)
        {
            writer.I64(gate.Boot);
            writer.I64(gate.HighestSequence);
            writer.U8(gate.Equivocation is null ? (byte)0 : (byte)1);
        }
    }
}
