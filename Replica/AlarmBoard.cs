namespace C3Fusion.Replica;

/// <summary>Alarms that stand: each is raised once and cleared once.</summary>
internal sealed class AlarmBoard
{
    private readonly SortedDictionary<(AlarmKind Kind, string Subject), Alarm> _standing =
        new(Comparer<(AlarmKind Kind, string Subject)>.Create(static (a, b) =>
            a.Kind != b.Kind ? a.Kind.CompareTo(b.Kind) : string.CompareOrdinal(a.Subject, b.Subject)));

    public void Raise(AlarmKind kind, string subject, string detail, long slot, List<ReplicaEffect> effects)
    {
        var alarm = new Alarm(kind, subject, detail, slot);
        if (_standing.TryAdd((kind, subject), alarm)) effects.Add(new ReplicaEffect.AlarmRaised(alarm));
    }

    public void Clear(AlarmKind kind, string subject, List<ReplicaEffect> effects)
    {
        if (_standing.Remove((kind, subject), out Alarm? alarm)) effects.Add(new ReplicaEffect.AlarmCleared(alarm));
    }

    /// <summary>Raises or clears, as <paramref name="stands"/> says.</summary>
    public void Set(bool stands, AlarmKind kind, string subject, string detail, long slot, List<ReplicaEffect> effects)
    {
        if (stands) Raise(kind, subject, detail, slot, effects);
        else Clear(kind, subject, effects);
    }
}
