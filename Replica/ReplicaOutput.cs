using C3Fusion.Replica.Ledger;

namespace C3Fusion.Replica;

/// <summary>Where the parts of a replica put what they have to say during a step.</summary>
internal sealed class ReplicaOutput
{
    private readonly AlarmBoard _alarms = new();

    /// <summary>Effects of the step that runs.</summary>
    public List<ReplicaEffect> Effects { get; set; } = [];

    public LedgerChain Ledger { get; } = new();

    public ReplicaCounters Counters { get; set; }

    /// <summary>The slot that the clock is in, for alarms.</summary>
    public long Slot { get; set; }

    public void Say(ReplicaEffect effect) => Effects.Add(effect);

    public void Keep(LedgerBody body) => Effects.Add(new ReplicaEffect.AppendLedger(Ledger.Append(body)));

    public void Raise(AlarmKind kind, string subject, string detail) => _alarms.Raise(kind, subject, detail, Slot, Effects);

    public void Clear(AlarmKind kind, string subject) => _alarms.Clear(kind, subject, Effects);

    public void Set(bool stands, AlarmKind kind, string subject, string detail) => _alarms.Set(stands, kind, subject, detail, Slot, Effects);
}
