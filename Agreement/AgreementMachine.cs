using System.Collections.Immutable;
using C3Fusion.Agreement.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>
/// One node's part in signed Dolev-Strong agreement: many slots, each n parallel broadcasts with votes, a fast path, DECIDEs and
/// certificates. Pure: the host gives it events and the time, and carries out its effects in order.
/// </summary>
/// <remarks>
/// <para>Rules with proofs: docs/agreement.md. Promise: with at most f_n faulty nodes, and frames between honest nodes within
/// their round, every honest node that does not abstain decides the same outcome for every sender, and an honest sender's value
/// is its outcome. Beyond that, a decision with a quorum certificate stays unique whatever the timing was.</para>
/// <para>The host must: stamp frames at the socket read; verify them with <c>FrameVerifier</c>; step
/// <see cref="AgreementEvent.TimeReached"/> for a deadline only after all frames stamped up to it (the close barrier); make leases
/// durable, file and directory, before it says so; give times of a clock that never runs backwards within an incarnation.</para>
/// <para>Not thread-safe. Memory: at most <see cref="Limits.RetainedSlots"/> + 3 slots, each bounded by n alone.</para>
/// </remarks>
public sealed class AgreementMachine
{
    private readonly SlotRules _rules;
    private readonly RestartState _restart;
    private readonly SortedList<long, Slot> _slots;
    private readonly SortedList<long, Hash256> _states;
    private long _leaseDurable;
    private long _leaseAsked;
    private long _opened = -1;
    private long _tooEarly, _tooOld, _taken, _abstained;
    private bool _clockInDoubt;
    private Instant _now;
    private Instant? _wake;

    /// <summary>A node at the start of an incarnation.</summary>
    /// <param name="roster">A roster that breaks no rule.</param>
    /// <param name="self">This node's index in it.</param>
    /// <param name="signer">Signs with this node's key.</param>
    /// <param name="restart">What is known of earlier incarnations.</param>
    /// <exception cref="ArgumentException">The roster breaks a rule, or names another key for this node.</exception>
    public AgreementMachine(Roster roster, int self, ISigner signer, RestartState restart)
        : this(roster, self, signer, restart, RuleVariant.Right)
    {
    }

    internal AgreementMachine(Roster roster, int self, ISigner signer, RestartState restart, RuleVariant variant)
    {
        IReadOnlyList<string> violations = RosterRules.Violations(roster);
        if (violations.Count > 0) throw new ArgumentException($"the roster is refused: {violations[0]}", nameof(roster));
        ArgumentOutOfRangeException.ThrowIfNegative(self);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(self, roster.Nodes.Length);
        if (roster.Nodes[self].Key != signer.PublicKey) throw new ArgumentException($"the roster names another key for node {roster.Nodes[self].Name}", nameof(signer));
        _rules = new SlotRules(roster, self, signer, variant);
        _restart = restart;
        _leaseDurable = _leaseAsked = restart.LeasedUpTo;
        _now = restart.StartedAt;
        _slots = [];
        _states = [];
    }

    private AgreementMachine(AgreementMachine other)
    {
        (_rules, _restart) = (other._rules, other._restart);
        _slots = new SortedList<long, Slot>(other._slots.Count);
        foreach ((long number, Slot slot) in other._slots) _slots.Add(number, slot.Clone());
        _states = new SortedList<long, Hash256>(other._states);
        (_leaseDurable, _leaseAsked, _opened) = (other._leaseDurable, other._leaseAsked, other._opened);
        (_tooEarly, _tooOld, _taken, _abstained) = (other._tooEarly, other._tooOld, other._taken, other._abstained);
        (_clockInDoubt, _now, _wake) = (other._clockInDoubt, other._now, other._wake);
        (StopReason, LastCertificate) = (other.StopReason, other.LastCertificate);
    }

    /// <summary>The roster under which it runs.</summary>
    public Roster Roster => _rules.Roster;

    /// <summary>This node's index.</summary>
    public int Self => _rules.Self;

    /// <summary>Why this node signs nothing any more, or null.</summary>
    public string? StopReason { get; private set; }

    /// <summary>The certificate of the highest slot that this machine saw, from frames or learned; or null.</summary>
    public DecisionCertificate? LastCertificate { get; private set; }

    /// <summary>What was refused and left aside.</summary>
    public AgreementCounters Counters => new(_tooEarly, _tooOld, _taken, _abstained);

    /// <summary>The certificate of a recent slot, or null.</summary>
    public DecisionCertificate? CertificateOf(long slot) => _slots.TryGetValue(slot, out Slot? known) ? known.Settlement.Certificate : null;

    /// <summary>All DECIDEs of a recent slot that are here: for a later slot's payload, which makes finality a matter of agreed data.</summary>
    public ImmutableArray<Statement> DecidesOf(long slot)
    {
        if (!_slots.TryGetValue(slot, out Slot? known)) return [];
        var decides = new List<Statement>();
        known.Settlement.Decides.Collect(_rules.Everyone, decides);
        return StatementGroups.Canonical(decides);
    }

    /// <summary>How far a recent slot's outcome can be trusted at this node, now.</summary>
    public Finality FinalityOf(long slot)
    {
        if (!_slots.TryGetValue(slot, out Slot? known) || !known.Settlement.IsDecided) return new Finality(FinalityKind.Undecided, 0, -1);
        if (_rules.Variant.FinalByHearing && known.Settlement.Abstained is null && known.HeardThroughout >= _rules.Nodes - _rules.Faulty)
            return new Finality(FinalityKind.FinalSync, 0, 0);
        if (known.Settlement.Applied is not { } applied) return new Finality(FinalityKind.Abstained, 0, -1);
        int weakest = _rules.Nodes;
        for (int i = 0; i < applied.Length; i++) weakest = Math.Min(weakest, known.Settlement.Decides.Strength(i, applied[i]));
        return MarkOf(weakest);
    }

    /// <summary>The same for one sender's outcome.</summary>
    public Finality FinalityOf(long slot, int sender)
    {
        Finality whole = FinalityOf(slot);
        if (whole.Kind is FinalityKind.Undecided or FinalityKind.Abstained) return whole;
        Slot known = _slots[slot];
        return MarkOf(known.Settlement.Decides.Strength(sender, known.Settlement.Applied!.Value[sender]));
    }

    /// <summary>Takes one event in.</summary>
    /// <param name="happened">What happened.</param>
    /// <param name="now">The time, never before that of an earlier step (an earlier time counts as the last one).</param>
    /// <param name="effects">Effects are added to it, in the order in which they must be carried out.</param>
    /// <exception cref="ArgumentException">The host broke its part: a slot opened twice or before its start, a payload too long.</exception>
    public void Step(AgreementEvent happened, Instant now, List<AgreementEffect> effects)
    {
        if (now > _now) _now = now;
        int first = effects.Count;
        switch (happened)
        {
            case AgreementEvent.SlotOpened opened:
                Open(opened, effects);
                break;
            case AgreementEvent.FrameArrived arrived:
                Take(arrived.Frame.Value, arrived.Stamp, effects);
                break;
            case AgreementEvent.TimeReached:
                for (int i = 0; i < _slots.Count; i++) _slots.Values[i].Close(ContextOf(_slots.Keys[i], effects));
                break;
            case AgreementEvent.LeasePersisted persisted:
                TakeLease(persisted.UpToSlot, effects);
                break;
            case AgreementEvent.StateApplied applied:
                _states[applied.Slot] = applied.StateHash;
                while (_states.Count > Limits.RetainedSlots) _states.RemoveAt(0);
                break;
            case AgreementEvent.ClockJudged judged:
                _clockInDoubt = judged.Status != ClockStatus.Good;
                DoubtClock();
                break;
            case AgreementEvent.CertificateLearned learned:
                Learn(learned.Certificate.Value, effects);
                break;
            default:
                throw new ArgumentException($"not an event of the agreement: {happened}", nameof(happened));
        }

        Conclude(effects, first);
    }

    /// <summary>A copy that shares no mutable state: for search.</summary>
    internal AgreementMachine Fork() => new(this);

    /// <summary>Could nothing more be said to this machine in favour of a value: is it in V, or are two others? For search.</summary>
    internal bool IsSettled(long slot, int sender, in Hash256 value) =>
        _slots.TryGetValue(slot, out Slot? known) && (known.Instances[sender].Accepted.Count == 2 || known.Instances[sender].Find(value) is { IsAccepted: true });

    /// <summary>A digest of everything that decides this machine's future, equal for equal states: for search.</summary>
    internal Hash256 Fingerprint()
    {
        var writer = new CanonicalWriter(1024);
        writer.I64(_leaseDurable);
        writer.I64(_leaseAsked);
        writer.I64(_opened);
        writer.U8((byte)((_clockInDoubt ? 1 : 0) | (StopReason is null ? 0 : 2)));
        foreach (Slot slot in _slots.Values) slot.WriteState(writer);
        foreach ((long slot, Hash256 state) in _states)
        {
            writer.I64(slot);
            writer.Hash(state);
        }

        return Hash256.Of(writer.Written);
    }

    private Finality MarkOf(int strength) => strength >= _rules.Quorum
        ? new Finality(FinalityKind.FinalSync, strength, (2 * strength) - _rules.Nodes - 1)
        : new Finality(FinalityKind.FinalSuspect, strength, -1);

    private void Open(AgreementEvent.SlotOpened opened, List<AgreementEffect> effects)
    {
        if (opened.Slot <= _opened) throw new ArgumentException($"slot {opened.Slot} is opened after slot {_opened}", nameof(opened));
        if (_now < Roster.Timing.StartOf(opened.Slot)) throw new ArgumentException($"slot {opened.Slot} is opened before its start", nameof(opened));
        if (opened.Payload.Length > Limits.PayloadBytes) throw new ArgumentException($"the payload has {opened.Payload.Length} bytes, {Limits.PayloadBytes} are allowed", nameof(opened));
        _opened = opened.Slot;
        _taken++;
        Slot slot = SlotOf(opened.Slot);
        if (slot.Silence is null) AskForLease(opened.Slot, effects);
        slot.Open(opened.Payload, ContextOf(opened.Slot, effects));
    }

    // Half of a lease ahead, so that no slot ever waits for the disk but the first.
    private void AskForLease(long slot, List<AgreementEffect> effects)
    {
        if (slot + (Limits.LeaseSlots / 2) <= _leaseAsked) return;
        _leaseAsked = slot + Limits.LeaseSlots;
        effects.Add(new AgreementEffect.PersistLease(_leaseAsked));
    }

    private void TakeLease(long upTo, List<AgreementEffect> effects)
    {
        if (upTo <= _leaseDurable || upTo > _leaseAsked) return;
        _leaseDurable = upTo;
        for (int i = 0; i < _slots.Count; i++)
        {
            Slot slot = _slots.Values[i];
            if (slot.IsLeased || slot.Number > upTo) continue;
            slot.IsLeased = true;
            slot.Send(ContextOf(slot.Number, effects));
        }
    }

    private void Take(Frame frame, Instant stamp, List<AgreementEffect> effects)
    {
        if (stamp > _now) stamp = _now;
        Instant latestStart = _rules.Variant.DropsEarlyFrames ? stamp : stamp.Plus(Roster.Timing.ClockGuardUs);
        if (frame.Slot > Roster.Timing.SlotAt(latestStart))
        {
            _tooEarly++;
            return;
        }

        foreach (Statement support in frame.Supports)
        {
            if (support.Slot != frame.Slot && _slots.TryGetValue(support.Slot, out Slot? earlier)) earlier.TakeDecide(support, ContextOf(support.Slot, effects));
        }

        bool isKept = _slots.ContainsKey(frame.Slot);
        if (!isKept && (_rules.RoundOf(frame.Slot, _now) > _rules.LastRound || IsForgotten(frame.Slot)))
        {
            _tooOld++;
            return;
        }

        SlotOf(frame.Slot).Take(frame, stamp, ContextOf(frame.Slot, effects));
    }

    private bool IsForgotten(long slot) => _slots.Count > 0 && slot < _slots.Keys[^1] - Limits.RetainedSlots;

    private Slot SlotOf(long number)
    {
        if (_slots.TryGetValue(number, out Slot? slot)) return slot;
        slot = new Slot(number, _rules, SilenceOf(number), number <= _leaseDurable)
        {
            IsClockInDoubt = _clockInDoubt,
            IsOnlyIncarnation = _rules.Variant.IgnoresLease || number > _restart.LeasedUpTo,
        };
        _slots.Add(number, slot);
        while (_slots.Keys[0] < _slots.Keys[^1] - Limits.RetainedSlots) _slots.RemoveAt(0);
        return slot;
    }

    /// <summary>Slot lease: one incarnation signs in a slot, whatever the clock says after a restart.</summary>
    private string? SilenceOf(long slot)
    {
        if (StopReason is not null) return StopReason;
        if (!_rules.Variant.IgnoresLease && slot <= _restart.LeasedUpTo) return "restarted: an earlier incarnation may have signed in this slot";
        return Roster.Timing.StartOf(slot) <= _restart.StartedAt.Plus(Roster.Timing.ClockGuardUs) ? "restarted after this slot began" : null;
    }

    private void DoubtClock()
    {
        if (!_clockInDoubt) return;
        foreach (Slot slot in _slots.Values)
        {
            if (!slot.Settlement.IsDecided) slot.IsClockInDoubt = true;
        }
    }

    private void Learn(DecisionCertificate certificate, List<AgreementEffect> effects)
    {
        if (_slots.TryGetValue(certificate.Slot, out Slot? slot)) slot.TakeCertificate(certificate, ContextOf(certificate.Slot, effects));
        if (LastCertificate is null || certificate.Slot > LastCertificate.Slot) LastCertificate = certificate;
    }

    private StepContext ContextOf(long slot, List<AgreementEffect> effects) => new(
        _now,
        effects,
        _slots.TryGetValue(slot - 1, out Slot? before) ? before.Settlement.Decides : null,
        _states.TryGetValue(slot - 1, out Hash256 state) ? state : default);

    /// <summary>Stops where a slot says so, counts, and asks for the next wake-up.</summary>
    private void Conclude(List<AgreementEffect> effects, int first)
    {
        Instant? wake = null;
        foreach (Slot slot in _slots.Values)
        {
            if (slot.StopReason is { } reason && StopReason is null) Stop(reason, effects);
            if (slot.NextWake is { } time && (wake is null || time < wake)) wake = time;
        }

        Count(effects, first);
        if (wake is null || wake == _wake) return;
        _wake = wake;
        effects.Add(new AgreementEffect.WakeAt(wake.Value));
    }

    private void Count(List<AgreementEffect> effects, int first)
    {
        for (int i = first; i < effects.Count; i++)
        {
            if (effects[i] is AgreementEffect.Certified certified && (LastCertificate is null || certified.Slot >= LastCertificate.Slot)) LastCertificate = certified.Certificate;
            if (effects[i] is AgreementEffect.Decided { Abstained: not null }) _abstained++;
        }
    }

    private void Stop(string reason, List<AgreementEffect> effects)
    {
        StopReason = reason;
        foreach (Slot slot in _slots.Values) slot.Silence ??= reason;
        effects.Add(new AgreementEffect.Stopped(reason));
    }
}
