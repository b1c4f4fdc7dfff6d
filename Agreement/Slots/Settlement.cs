using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>What a slot came to at this node: its own outcomes, what it applied, and what the DECIDEs of all make of it (docs/agreement-rules.md, section 6: MARK, ADOPT).</summary>
internal sealed class Settlement
{
    private readonly long _slot;
    private readonly SlotRules _rules;
    private ImmutableArray<Outcome>? _applied;
    private string? _abstained;
    private SafetyAlarmKinds _raised;

    public Settlement(long slot, SlotRules rules)
    {
        _slot = slot;
        _rules = rules;
        Decides = new DecideBook(rules);
    }

    private Settlement(Settlement other)
    {
        (_slot, _rules, _applied, _abstained, _raised) = (other._slot, other._rules, other._applied, other._abstained, other._raised);
        Decides = other.Decides.Clone();
        (IsDecided, OwnDecide, Certificate, StopReason) = (other.IsDecided, other.OwnDecide, other.Certificate, other.StopReason);
    }

    public DecideBook Decides { get; }

    /// <summary>Are all outcomes known here, vouched for or not?</summary>
    public bool IsDecided { get; private set; }

    /// <summary>The one DECIDE that this node signed in this slot, or null.</summary>
    public Statement? OwnDecide { get; private set; }

    /// <summary>The strongest certificate so far, or null.</summary>
    public DecisionCertificate? Certificate { get; private set; }

    /// <summary>What this node stands by: its own decision or an adopted one; null while it abstains.</summary>
    public ImmutableArray<Outcome>? Applied => _applied;

    /// <summary>Why this node does not vouch for its own outcomes, or null.</summary>
    public string? Abstained => _abstained;

    public string? StopReason { get; private set; }

    /// <summary>A quorum certificate that came first and says otherwise: then nothing is signed against it.</summary>
    public string? WhyContradicted(ImmutableArray<Outcome> vector, List<AgreementEffect> effects)
    {
        if (Decides.Certificate(_slot) is not { } certificate || Same(certificate.Outcomes, vector)) return null;
        Alarm(SafetyAlarmKinds.CertificateAgainstDecision, "a quorum certificate contradicts what this node would have decided", effects);
        return "a quorum certificate says otherwise";
    }

    public void Decide(ImmutableArray<Outcome> vector, string? abstained, Broadcasts broadcasts, List<AgreementEffect> effects)
    {
        IsDecided = true;
        _abstained = abstained;
        if (abstained is null) _applied = vector;
        effects.Add(new AgreementEffect.Decided(_slot, vector, PayloadsOf(vector, broadcasts, out _), abstained));
    }

    public void Signed(Statement decide)
    {
        OwnDecide = decide;
        Decides.Add(decide, out _);
    }

    /// <summary>Draws the conclusions of the DECIDEs that are here.</summary>
    /// <returns>What was adopted just now, or null.</returns>
    public ImmutableArray<Outcome>? Settle(Broadcasts broadcasts, List<AgreementEffect> effects)
    {
        if (!IsDecided) return null;
        ImmutableArray<Outcome>? plain = Decides.Plain(out bool conflict);
        if (conflict) Alarm(SafetyAlarmKinds.PlainConflict, "two outcomes of one broadcast have f+1 DECIDEs each: more than f nodes were faulty, or frames took longer than R", effects);
        if (Decides.Quorums > 1) Alarm(SafetyAlarmKinds.CertificateConflict, "two quorum certificates contradict each other: more than f nodes betray", effects);
        if (Decides.Certificate(_slot) is { } certificate && certificate.Strength > (Certificate?.Strength ?? 0)) return Certify(certificate, broadcasts, effects);
        if (_applied is not null || plain is not { } vector) return null;
        return Adopt(vector, final: false, broadcasts, effects);
    }

    /// <summary>How far the whole slot's outcome can be trusted: as far as the weakest of its outcomes.</summary>
    public Finality Mark()
    {
        if (!IsDecided) return Finality.Undecided;
        if (_applied is not { } applied) return new Finality(FinalityKind.Abstained, 0, -1);
        int weakest = _rules.Nodes;
        for (int i = 0; i < applied.Length; i++) weakest = Math.Min(weakest, Decides.Strength(i, applied[i]));
        return MarkOf(weakest);
    }

    /// <summary>The same for one sender's outcome.</summary>
    public Finality Mark(int sender) => IsDecided && _applied is { } applied ? MarkOf(Decides.Strength(sender, applied[sender])) : Mark();

    public Settlement Clone() => new(this);

    public void WriteState(CanonicalWriter writer)
    {
        writer.U8((byte)((IsDecided ? 1 : 0) | (_abstained is null ? 0 : 2) | (_applied is null ? 0 : 4) | (OwnDecide is null ? 0 : 8)));
        writer.U8((byte)_raised);
        foreach (Outcome outcome in _applied ?? [])
        {
            writer.U8((byte)outcome.Kind);
            writer.Hash(outcome.Value);
        }

        Decides.WriteState(writer);
    }

    private ImmutableArray<Outcome>? Certify(DecisionCertificate certificate, Broadcasts broadcasts, List<AgreementEffect> effects)
    {
        bool isFirst = Certificate is null;
        Certificate = certificate;
        ImmutableArray<Outcome>? adopted = null;
        if (_applied is not { } applied)
        {
            adopted = Adopt(certificate.Outcomes, final: true, broadcasts, effects);
        }
        else if (isFirst && !Same(applied, certificate.Outcomes))
        {
            _applied = certificate.Outcomes;
            ImmutableArray<ReadOnlyMemory<byte>> payloads = PayloadsOf(certificate.Outcomes, broadcasts, out ImmutableArray<int> missing);
            effects.Add(new AgreementEffect.RolledBack(_slot, certificate.Outcomes, payloads, missing));
            Alarm(SafetyAlarmKinds.CertificateAgainstApplied, "a quorum certificate contradicts what this node applied", effects);
            if (OwnDecide is not null) StopReason = $"this node signed another outcome of slot {_slot} than its quorum certificate says";
        }

        effects.Add(new AgreementEffect.Certified(_slot, certificate));
        return adopted;
    }

    private ImmutableArray<Outcome> Adopt(ImmutableArray<Outcome> vector, bool final, Broadcasts broadcasts, List<AgreementEffect> effects)
    {
        _applied = vector;
        ImmutableArray<ReadOnlyMemory<byte>> payloads = PayloadsOf(vector, broadcasts, out ImmutableArray<int> missing);
        effects.Add(new AgreementEffect.Adopted(_slot, vector, payloads, missing, final));
        return vector;
    }

    private Finality MarkOf(int strength) => strength >= _rules.Quorum
        ? new Finality(FinalityKind.FinalSync, strength, (2 * strength) - _rules.Nodes - 1)
        : new Finality(FinalityKind.FinalSuspect, strength, -1);

    // Once for each kind: a graver one must not be lost behind a lesser one.
    private void Alarm(SafetyAlarmKinds kind, string detail, List<AgreementEffect> effects)
    {
        if ((_raised & kind) != SafetyAlarmKinds.None) return;
        _raised |= kind;
        effects.Add(new AgreementEffect.SafetyAlarm(_slot, detail));
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> PayloadsOf(ImmutableArray<Outcome> vector, Broadcasts broadcasts, out ImmutableArray<int> missing)
    {
        var payloads = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(vector.Length);
        var absent = ImmutableArray.CreateBuilder<int>();
        for (int i = 0; i < vector.Length; i++)
        {
            Candidate? held = vector[i].Kind == OutcomeKind.Value ? broadcasts.Instances[i].Find(vector[i].Value) : null;
            payloads.Add(held is { IsHeld: true } ? held.Payload : default);
            if (vector[i].Kind == OutcomeKind.Value && held is not { IsHeld: true }) absent.Add(i);
        }

        missing = absent.DrainToImmutable();
        return payloads.MoveToImmutable();
    }

    private static bool Same(ImmutableArray<Outcome> a, ImmutableArray<Outcome> b) => a.AsSpan().SequenceEqual(b.AsSpan());

    [Flags]
    private enum SafetyAlarmKinds
    {
        None = 0,
        PlainConflict = 1,
        CertificateAgainstDecision = 2,
        CertificateAgainstApplied = 4,
        CertificateConflict = 8,
    }
}
