using System.Collections.Immutable;
using C3Fusion.Agreement.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>
/// One node's part in signed Dolev-Strong agreement: many slots, each n parallel broadcasts with votes, a fast path, DECIDEs and
/// certificates. Pure: the host gives it events and the time, and carries out its effects in order.
/// </summary>
/// <remarks>
/// <para>Rules with proofs: docs/agreement-rules.md. Promise: with at most f_n faulty nodes, and frames between honest nodes within
/// their round, every honest node that does not abstain decides the same outcome for every sender, and an honest sender's value
/// is its outcome. Beyond that, a decision with a quorum certificate stays unique whatever the timing was.</para>
/// <para>The host must: stamp frames at the socket read; verify them with <c>FrameVerifier</c>; step
/// <see cref="AgreementEvent.TimeReached"/> for a deadline only after all frames stamped up to it (the close barrier); make leases
/// durable, file and directory, before it says so; give times of a clock that never runs backwards within an incarnation.</para>
/// <para>Not thread-safe. Memory: at most <see cref="Limits.RetainedSlots"/> + 1 slots of O(n²) statements, and the payloads of the
/// newest <see cref="Limits.PayloadSlots"/> (docs/agreement.md: Memory and traffic).</para>
/// </remarks>
public sealed partial class AgreementMachine
{
    private readonly SlotRules _rules;
    private readonly SlotLease _lease;
    private readonly SlotWindow _window;
    private readonly SortedList<long, Hash256> _states;
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
    /// <param name="slots">The slots in which the roster holds; all by default.</param>
    /// <exception cref="ArgumentException">The roster breaks a rule, or names another key for this node.</exception>
    public AgreementMachine(Roster roster, int self, ISigner signer, RestartState restart, SlotRange? slots = null)
        : this(roster, self, signer, restart, RuleVariant.Right, slots)
    {
    }

    internal AgreementMachine(Roster roster, int self, ISigner signer, RestartState restart, RuleVariant variant, SlotRange? slots = null)
    {
        IReadOnlyList<string> violations = RosterRules.Violations(roster);
        if (violations.Count > 0) throw new ArgumentException($"the roster is refused: {violations[0]}", nameof(roster));
        ArgumentOutOfRangeException.ThrowIfNegative(self);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(self, roster.Nodes.Length);
        if (roster.Nodes[self].Key != signer.PublicKey) throw new ArgumentException($"the roster names another key for node {roster.Nodes[self].Name}", nameof(signer));
        _rules = new SlotRules(roster, self, signer, variant);
        _lease = new SlotLease(restart);
        Slots = slots ?? SlotRange.All;
        _now = restart.StartedAt;
        _window = new SlotWindow();
        _states = [];
    }

    /// <summary>The roster under which it runs.</summary>
    public Roster Roster => _rules.Roster;

    /// <summary>This node's index.</summary>
    public int Self => _rules.Self;

    /// <summary>The slots in which its roster holds.</summary>
    public SlotRange Slots { get; private set; }

    /// <summary>Why this node signs nothing any more, or null.</summary>
    public string? StopReason { get; private set; }

    /// <summary>The certificate of the highest slot that this machine saw, from frames or learned; or null.</summary>
    public DecisionCertificate? LastCertificate { get; private set; }

    /// <summary>What was refused and left aside.</summary>
    public AgreementCounters Counters => new(_tooEarly, _tooOld, _taken, _abstained);

    /// <summary>The certificate of a recent slot, or null.</summary>
    public DecisionCertificate? CertificateOf(long slot) => _window.Find(slot)?.Settlement.Certificate;

    /// <summary>All DECIDEs of a recent slot that are here: for a later slot's payload, which makes finality a matter of agreed data.</summary>
    public ImmutableArray<Statement> DecidesOf(long slot)
    {
        if (_window.Find(slot) is not { } known) return [];
        var decides = new List<Statement>();
        known.Settlement.Decides.Collect(_rules.Everyone, decides);
        return StatementGroups.Canonical(decides);
    }

    /// <summary>How far a recent slot's outcome can be trusted at this node, now.</summary>
    public Finality FinalityOf(long slot)
    {
        if (_window.Find(slot) is not { } known) return Finality.Undecided;
        bool isHeard = _rules.Variant.FinalByHearing && known.Settlement is { IsDecided: true, Abstained: null } && known.HeardThroughout >= _rules.Nodes - _rules.Faulty;
        return isHeard ? new Finality(FinalityKind.FinalSync, 0, 0) : known.Settlement.Mark();
    }

    /// <summary>The same for one sender's outcome.</summary>
    public Finality FinalityOf(long slot, int sender) => _window.Find(slot)?.Settlement.Mark(sender) ?? Finality.Undecided;

    /// <summary>
    /// What the same incarnation of this node begins with under the next roster: it goes on signing where this machine, which
    /// ends before, cannot sign any more. Its first lease is written before its first signature, as ever.
    /// </summary>
    /// <exception cref="InvalidOperationException">This machine's roster has no end yet, or this node must sign nothing any more.</exception>
    public RestartState Successor()
    {
        if (Slots.Last == long.MaxValue) throw new InvalidOperationException("the roster has no last slot yet");
        if (StopReason is not null) throw new InvalidOperationException($"this node signs nothing any more: {StopReason}");
        return _lease.Successor(Slots.Last);
    }

    /// <summary>Takes one event in.</summary>
    /// <param name="happened">What happened.</param>
    /// <param name="now">The time, never before that of an earlier step (an earlier time counts as the last one).</param>
    /// <param name="effects">Effects are added to it, in the order in which they must be carried out.</param>
    /// <exception cref="ArgumentException">The host broke its part: a slot opened twice, before its start or under another roster, a payload too long.</exception>
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
                foreach (Slot slot in _window.Slots) slot.Close(ContextOf(slot.Number, effects));
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
            case AgreementEvent.RosterEnds ends:
                if (ends.LastSlot < _opened || ends.LastSlot < Slots.First || ends.LastSlot > Slots.Last) throw new ArgumentException($"the roster cannot end with slot {ends.LastSlot}: slot {_opened} was opened, it holds from {Slots.First} to {Slots.Last}", nameof(happened));
                Slots = Slots with { Last = ends.LastSlot };
                break;
            case AgreementEvent.CertificateLearned learned:
                Learn(learned.Certificate.Value, effects);
                break;
            default:
                throw new ArgumentException($"not an event of the agreement: {happened}", nameof(happened));
        }

        Conclude(effects, first);
    }

    private void Open(AgreementEvent.SlotOpened opened, List<AgreementEffect> effects)
    {
        if (!Slots.Contains(opened.Slot)) throw new ArgumentException($"slot {opened.Slot} belongs to another roster: this one holds from {Slots.First} to {Slots.Last}", nameof(opened));
        if (opened.Slot <= _opened) throw new ArgumentException($"slot {opened.Slot} is opened after slot {_opened}", nameof(opened));
        if (_now < Roster.Timing.StartOf(opened.Slot)) throw new ArgumentException($"slot {opened.Slot} is opened before its start", nameof(opened));
        if (opened.Payload.Length > Limits.PayloadBytes) throw new ArgumentException($"the payload has {opened.Payload.Length} bytes, {Limits.PayloadBytes} are allowed", nameof(opened));
        _opened = opened.Slot;
        _taken++;
        Slot slot = SlotOf(opened.Slot);
        if (slot.Standing.Silence is null && _lease.Ask(opened.Slot) is { } upTo) effects.Add(new AgreementEffect.PersistLease(upTo));
        slot.Open(opened.Payload, ContextOf(opened.Slot, effects));
    }

    private void TakeLease(long upTo, List<AgreementEffect> effects)
    {
        if (!_lease.Take(upTo)) return;
        foreach (Slot slot in _window.Slots)
        {
            if (slot.Standing.IsLeased || slot.Number > upTo) continue;
            slot.Standing.IsLeased = true;
            slot.Send(ContextOf(slot.Number, effects));
        }
    }

    private void Take(Frame frame, Instant stamp, List<AgreementEffect> effects)
    {
        if (stamp > _now) stamp = _now;
        Instant latestStart = _rules.Variant.DropsEarlyFrames ? stamp : stamp.Plus(Roster.Timing.ClockGuardUs);
        if (frame.Slot > Roster.Timing.SlotAt(latestStart) || frame.Slot > Slots.Last)
        {
            _tooEarly++;
            return;
        }

        foreach (Statement support in frame.Supports)
        {
            if (support.Slot != frame.Slot && _window.Find(support.Slot) is { } earlier) earlier.TakeDecide(support, ContextOf(support.Slot, effects));
        }

        if (_window.Find(frame.Slot) is null && (frame.Slot < Slots.First || _rules.RoundOf(frame.Slot, _now) > _rules.LastRound || _window.IsForgotten(frame.Slot)))
        {
            _tooOld++;
            return;
        }

        SlotOf(frame.Slot).Take(frame, stamp, ContextOf(frame.Slot, effects));
    }

    private Slot SlotOf(long number)
    {
        if (_window.Find(number) is { } known) return known;
        var standing = new Standing
        {
            Silence = StopReason ?? _lease.SilenceOf(number, _rules),
            IsLeased = number <= _lease.Durable,
            IsClockInDoubt = _clockInDoubt,
        };
        var slot = new Slot(number, _rules, standing) { IsOnlyIncarnation = _rules.Variant.IgnoresLease || !_lease.IsOfEarlierIncarnation(number) };
        _window.Add(slot);
        return slot;
    }

    private void DoubtClock()
    {
        if (!_clockInDoubt) return;
        foreach (Slot slot in _window.Slots)
        {
            if (!slot.Settlement.IsDecided) slot.Standing.IsClockInDoubt = true;
        }
    }

    private void Learn(DecisionCertificate certificate, List<AgreementEffect> effects)
    {
        _window.Find(certificate.Slot)?.TakeCertificate(certificate, ContextOf(certificate.Slot, effects));
        if (LastCertificate is null || certificate.Slot > LastCertificate.Slot) LastCertificate = certificate;
    }

    private StepContext ContextOf(long slot, List<AgreementEffect> effects) => new(
        _now,
        effects,
        _window.Find(slot - 1)?.Settlement.Decides,
        _states.TryGetValue(slot - 1, out Hash256 state) ? state : default);

    /// <summary>Stops where a slot says so, counts, and asks for the next wake-up.</summary>
    private void Conclude(List<AgreementEffect> effects, int first)
    {
        Instant? wake = null;
        foreach (Slot slot in _window.Slots)
        {
            if (slot.Standing.StopReason is { } reason && StopReason is null) Stop(reason, effects);
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
        foreach (Slot slot in _window.Slots) slot.Standing.Silence ??= reason;
        effects.Add(new AgreementEffect.Stopped(reason));
    }
}
