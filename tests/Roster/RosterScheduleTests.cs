using Xunit;

namespace C3Fusion.Rosters.Tests;

/// <summary>Rotation to another roster at a stated slot, by agreed decision.</summary>
public sealed class RosterScheduleTests
{
    private static readonly Ed25519Signer Authority = TestRosters.Signer(99);
    private static readonly RosterSchedule First = new(SignedRoster.Sign(TestRosters.Sound(), Authority), Authority.PublicKey);

    private static RosterChange Change(Roster roster, long firstSlot, Ed25519Signer? by = null) => new(SignedRoster.Sign(roster, by ?? Authority), firstSlot);

    [Fact]
    public void A_change_takes_effect_at_its_slot_and_not_before()
    {
        Roster next = TestRosters.Sound(nodes: 5, f: 2, epoch: 1);
        (RosterSchedule schedule, RosterChangeRefusal refusal) = First.Apply(100, Change(next, 110));
        Assert.Equal(RosterChangeRefusal.None, refusal);
        Assert.Equal((0L, 1L, 1L), (schedule.At(109).Epoch, schedule.At(110).Epoch, schedule.At(long.MaxValue).Epoch));
        Assert.Equal(0, First.At(long.MaxValue).Epoch);
        Assert.Equal(RosterChangeRefusal.WrongEpoch, schedule.Apply(100, Change(next, 120)).Refusal);
        Assert.Equal(RosterChangeRefusal.None, schedule.Apply(112, Change(TestRosters.Sound(epoch: 2), 120)).Refusal);
        Assert.Equal(RosterChangeRefusal.TooSoon, schedule.Apply(102, Change(TestRosters.Sound(epoch: 2), 110)).Refusal);
    }

    [Fact]
    public void A_change_that_is_not_the_authoritys_or_does_not_follow_is_refused()
    {
        Roster next = TestRosters.Sound(epoch: 1);
        using Ed25519Signer stranger = TestRosters.Signer(98);
        Assert.Equal(RosterChangeRefusal.NotSigned, First.Apply(100, Change(next, 110, stranger)).Refusal);
        Assert.Equal(RosterChangeRefusal.NotSigned, First.Apply(100, new RosterChange(SignedRoster.Sign(next, Authority) with { Signature = SignedRoster.Sign(TestRosters.Sound(epoch: 2), Authority).Signature }, 110)).Refusal);
        Assert.Equal(RosterChangeRefusal.OtherCluster, First.Apply(100, Change(next with { ClusterId = "beta" }, 110)).Refusal);
        Assert.Equal(RosterChangeRefusal.WrongEpoch, First.Apply(100, Change(next with { Epoch = 2 }, 110)).Refusal);
        Assert.Equal(RosterChangeRefusal.BreaksRules, First.Apply(100, Change(next with { FaultyNodes = 3 }, 110)).Refusal);
        Assert.Equal(RosterChangeRefusal.TooSoon, First.Apply(100, Change(next, 100 + RosterSchedule.LeadSlots - 1)).Refusal);
        Assert.Equal(RosterChangeRefusal.SlotsOverlap, First.Apply(100, Change(next with { Timing = next.Timing with { Start = next.Timing.Start.Plus(-1) } }, 110)).Refusal);
        Assert.Equal(RosterChangeRefusal.SlotsOverlap, First.Apply(100, Change(next, long.MaxValue)).Refusal);
        Assert.Equal(RosterChangeRefusal.None, First.Apply(100, Change(next, 110)).Refusal);
    }

    [Fact]
    public void A_faster_slot_period_needs_a_start_that_lets_the_slots_follow()
    {
        Roster faster = TestRosters.Sound(epoch: 1) with { HopDiameter = 1 };
        SlotTiming timing = faster.Timing with { PeriodUs = 500_000 };
        Assert.Equal(RosterChangeRefusal.SlotsOverlap, First.Apply(100, Change(faster with { Timing = timing }, 110)).Refusal);
        SlotTiming shifted = timing with { Start = timing.Start.Plus(110 * 500_000) };
        (RosterSchedule schedule, RosterChangeRefusal refusal) = First.Apply(100, Change(faster with { Timing = shifted }, 110));
        Assert.Equal(RosterChangeRefusal.None, refusal);
        Assert.Equal(schedule.At(109).Timing.StartOf(110), schedule.At(110).Timing.StartOf(110));
    }

    [Fact]
    public void A_first_roster_of_a_stranger_is_refused() =>
        Assert.Throws<ArgumentException>(() => new RosterSchedule(SignedRoster.Sign(TestRosters.Sound(), TestRosters.Signer(98)), Authority.PublicKey));
}
