namespace C3Fusion.Replica;

/// <summary>Alarms that stand: each is raised once and cleared once; one that has more to tell is told again.</summary>
internal sealed class AlarmBoard
{
    /// <summary>Slots between two tellings of an alarm whose detail only counts on.</summary>
    private const int SlotsUntilRenewed = 10;

    private readonly SortedDictionary<(AlarmKind Kind, string Subject), Alarm> _standing =
        new(Comparer<(AlarmKind Kind, string Subject)>.Create(static (a, b) =>
            a.Kind != b.Kind ? a.Kind.CompareTo(b.Kind) : string.CompareOrdinal(a.Subject, b.Subject)));

    private readonly Dictionary<(AlarmKind Kind, string Subject), long> _told = [];

    public void Raise(AlarmKind kind, string subject, string detail, long slot, List<ReplicaEffect> effects)
    {
        if (!_standing.TryGetValue((kind, subject), out Alarm? standing)) standing = new Alarm(kind, subject, "", slot);
        else if (standing.Detail == detail || (slot < _told[(kind, subject)] + SlotsUntilRenewed && !IsAnEvent(kind))) return;
        Alarm alarm = standing with { Detail = detail };
        _standing[(kind, subject)] = alarm;
        _told[(kind, subject)] = slot;
        effects.Add(new ReplicaEffect.AlarmRaised(alarm));
    }

    public void Clear(AlarmKind kind, string subject, List<ReplicaEffect> effects)
    {
        _told.Remove((kind, subject));
        if (_standing.Remove((kind, subject), out Alarm? alarm)) effects.Add(new ReplicaEffect.AlarmCleared(alarm));
    }

    /// <summary>Raises or clears, as <paramref name="stands"/> says.</summary>
    public void Set(bool stands, AlarmKind kind, string subject, string detail, long slot, List<ReplicaEffect> effects)
    {
        if (stands) Raise(kind, subject, detail, slot, effects);
        else Clear(kind, subject, effects);
    }

    /// <summary>Another detail says that it happened again: that is told at once.</summary>
    private static bool IsAnEvent(AlarmKind kind) => kind is AlarmKind.Safety or AlarmKind.RolledBack or AlarmKind.StateDiverged or AlarmKind.LedgerLost;
}
