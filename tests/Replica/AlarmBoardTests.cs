namespace C3Fusion.Replica.Tests;

/// <summary>Alarms stand until they end; what is new about one that stands is told, and not every slot.</summary>
public sealed class AlarmBoardTests
{
    private readonly AlarmBoard _board = new();
    private readonly List<ReplicaEffect> _told = [];

    [Fact]
    public void An_alarm_is_told_once_while_nothing_is_new()
    {
        for (long slot = 0; slot < 40; slot++) _board.Raise(AlarmKind.CatchingUp, "", "3 slots are missing", slot, _told);
        Assert.Equal(new Alarm(AlarmKind.CatchingUp, "", "3 slots are missing", 0), Assert.IsType<ReplicaEffect.AlarmRaised>(Assert.Single(_told)).Alarm);
    }

    [Fact]
    public void A_detail_that_counts_on_is_renewed_every_ten_slots_and_keeps_the_slot_at_which_it_began()
    {
        for (long slot = 5; slot < 46; slot++) _board.Raise(AlarmKind.CatchingUp, "", $"{slot} slots are missing", slot, _told);
        Assert.Equal(["5 slots are missing", "15 slots are missing", "25 slots are missing", "35 slots are missing", "45 slots are missing"], _told.Cast<ReplicaEffect.AlarmRaised>().Select(raised => raised.Alarm.Detail));
        Assert.All(_told.Cast<ReplicaEffect.AlarmRaised>(), raised => Assert.Equal(5, raised.Alarm.Slot));
    }

    [Fact]
    public void What_happens_again_is_told_at_once()
    {
        _board.Raise(AlarmKind.RolledBack, "", "slot 7", 9, _told);
        _board.Raise(AlarmKind.RolledBack, "", "slot 8", 9, _told);
        Assert.Equal(["slot 7", "slot 8"], _told.Cast<ReplicaEffect.AlarmRaised>().Select(raised => raised.Alarm.Detail));
    }

    [Fact]
    public void An_alarm_that_ended_begins_anew()
    {
        _board.Set(true, AlarmKind.Stalled, "", "a", 1, _told);
        _board.Set(false, AlarmKind.Stalled, "", "", 2, _told);
        _board.Set(false, AlarmKind.Stalled, "", "", 3, _told);
        _board.Set(true, AlarmKind.Stalled, "", "b", 4, _told);
        Assert.Equal(3, _told.Count);
        Assert.Equal(new Alarm(AlarmKind.Stalled, "", "b", 4), Assert.IsType<ReplicaEffect.AlarmRaised>(_told[2]).Alarm);
    }
}
