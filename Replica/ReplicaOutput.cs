using C3Fusion.Replica.Ledger;

namespace C3Fusion.Replica;

/// <summary>Where the parts of a replica put what they have to say during a step.</summary>
internal sealed class ReplicaOutput
{
    /// <summary>Most records that wait for the own ledger to be read.</summary>
    private const int MaxWaiting = 4096;

    private readonly AlarmBoard _alarms = new();
    private readonly List<LedgerBody> _waiting = [];
    private LedgerChain? _ledger;
    private bool _isLedgerLost;

    /// <summary>Effects of the step that runs.</summary>
    public List<ReplicaEffect> Effects { get; set; } = [];

    public ReplicaCounters Counters { get; set; }

    /// <summary>The slot that the clock is in, for alarms.</summary>
    public long Slot { get; set; }

    public void Say(ReplicaEffect effect) => Effects.Add(effect);

    /// <summary>Appends to the ledger; what comes before its earlier records are read follows them.</summary>
    public void Keep(LedgerBody body)
    {
        if (_isLedgerLost) return;
        if (_ledger is not null) Effects.Add(new ReplicaEffect.AppendLedger(_ledger.Append(body)));
        else if (_waiting.Count < MaxWaiting) _waiting.Add(body);
        else LoseLedger("too much happened before the ledger was read");
    }

    /// <summary>The end of the ledger is known: records follow it.</summary>
    public void BeginLedger(LedgerChain ledger)
    {
        _ledger = ledger;
        foreach (LedgerBody body in _waiting) Keep(body);
        _waiting.Clear();
    }

    /// <summary>A record could not be stored: no later one would follow, so none is appended any more.</summary>
    public void LoseLedger(string detail)
    {
        _isLedgerLost = true;
        _waiting.Clear();
        Raise(AlarmKind.LedgerLost, "", detail);
    }

    public void Raise(AlarmKind kind, string subject, string detail) => _alarms.Raise(kind, subject, detail, Slot, Effects);

    public void Clear(AlarmKind kind, string subject) => _alarms.Clear(kind, subject, Effects);

    public void Set(bool stands, AlarmKind kind, string subject, string detail) => _alarms.Set(stands, kind, subject, detail, Slot, Effects);
}
