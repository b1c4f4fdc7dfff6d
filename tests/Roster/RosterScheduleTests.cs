using CsCheck;
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

    [Fact]
    public void Every_slot_and_every_time_belong_to_one_roster()
    {
        // The second roster begins 700 ms after the last slot of the first is over; slots keep counting.
        Roster next = TestRosters.Sound(nodes: 5, f: 2, epoch: 1);
        Roster later = next with { Timing = next.Timing with { Start = next.Timing.Start.Plus(700_000) } };
        RosterSchedule schedule = First.Apply(100, Change(later, 110)).Schedule;
        Assert.Equal((2, 1L, 110L), (schedule.Count, schedule.Newest.Epoch, schedule.NewestFrom));
        Assert.Equal(new SlotRange(0, 109), schedule.RangeAt(0));
        Assert.Equal(new SlotRange(0, 109), schedule.RangeAt(109));
        Assert.Equal(new SlotRange(110, long.MaxValue), schedule.RangeAt(110));
        Assert.Equal(SlotRange.All, First.RangeAt(110));
        Instant start = TestRosters.Sound().Timing.StartOf(110), moved = start.Plus(700_000);
        Assert.Equal(moved, schedule.StartOf(110));
        Assert.Equal([108, 109, 109, 109, 110, 111], new[] { start.Plus(-1_000_001), start.Plus(-1), start, moved.Plus(-1), moved, moved.Plus(1_000_000) }.Select(schedule.SlotAt));
        Assert.Equal(-1, schedule.SlotAt(TestRosters.Sound().Timing.Start.Plus(-1)));
        for (long slot = 0; slot < 300; slot++) Assert.Equal(slot, schedule.SlotAt(schedule.StartOf(slot)));
    }

    [Fact]
    public void Schedules_with_the_same_decisions_have_the_same_state_and_others_do_not()
    {
        RosterChange change = Change(TestRosters.Sound(nodes: 5, f: 2, epoch: 1), 110);
        byte[] state = StateOf(First.Apply(100, change).Schedule);
        Assert.Equal(state, StateOf(First.Apply(90, change).Schedule));
        Assert.NotEqual(state, StateOf(First));
        Assert.NotEqual(state, StateOf(First.Apply(100, change with { FirstSlot = 111 }).Schedule));
    }

    [Fact]
    public void Of_two_changes_decided_in_one_slot_the_first_wins()
    {
        RosterChange one = Change(TestRosters.Sound(nodes: 5, f: 2, epoch: 1), 110), two = Change(TestRosters.Sound(nodes: 6, f: 2, epoch: 1), 110);
        (RosterSchedule schedule, RosterChangeRefusal refusal) = First.Apply(100, one).Schedule.Apply(100, two);
        Assert.Equal(RosterChangeRefusal.WrongEpoch, refusal);
        Assert.Equal(5, schedule.At(110).Nodes.Length);
    }

    [Fact]
    public void A_change_as_bytes_comes_back_equal_and_no_other_bytes_are_a_change()
    {
        RosterChange change = Change(TestRosters.Sound(nodes: 5, f: 2, epoch: 1), 110);
        byte[] bytes = RosterChangeBytes.Write(change);
        RosterChange read = RosterChangeBytes.Read(bytes)!;
        Assert.Equal((change.FirstSlot, change.Roster.Roster, change.Roster.Authority), (read.FirstSlot, read.Roster.Roster, read.Roster.Authority));
        Assert.True(read.Roster.IsSigned);
        Assert.Equal(RosterChangeRefusal.None, First.Apply(100, read).Refusal);
        for (int length = 0; length < bytes.Length; length++) Assert.Null(RosterChangeBytes.Read(bytes.AsSpan(0, length)));
        Assert.Null(RosterChangeBytes.Read([.. bytes, 0]));
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte[1, 255]).Sample(
            (where, flip) =>
            {
                byte[] changed = [.. bytes];
                changed[where] ^= flip;
                return RosterChangeBytes.Read(changed) is not { } other
                    || (RosterChangeBytes.Write(other).AsSpan().SequenceEqual(changed) && (where is >= 1 and < 9 || First.Apply(100, other).Refusal != RosterChangeRefusal.None));
            },
            iter: 20_000);
    }

    /// <summary>Whatever is proposed in whatever order: slots follow each other in time, each has one roster, epochs rise by one.</summary>
    [Fact]
    public void Any_proposals_leave_slots_that_follow()
    {
        Gen<(int Lead, int Shift, int Period, int Epoch)> proposal = Gen.Select(Gen.Int[0, 12], Gen.Int[-2, 3], Gen.Int[0, 2], Gen.Int[0, 4]);
        int taken = 0;
        proposal.Array[1, 12].Sample(
            proposals =>
            {
                RosterSchedule schedule = First;
                long slot = 5;
                foreach ((int lead, int shift, int period, int epoch) in proposals)
                {
                    slot += 3;
                    long first = slot + lead;
                    Roster next = TestRosters.Sound(epoch: schedule.Newest.Epoch + epoch - 1);
                    long periodUs = 1_000_000 + (period * 500_000);
                    long start = schedule.Newest.Timing.StartOf(first).Plus(shift * 250_000).Microseconds - (first * periodUs);
                    (RosterSchedule after, RosterChangeRefusal refusal) = schedule.Apply(slot, Change(next with { Timing = next.Timing with { Start = new Instant(start), PeriodUs = periodUs } }, first));
                    if (refusal == RosterChangeRefusal.None) taken++;
                    else Assert.Same(schedule, after);
                    for (long past = 0; past <= slot; past++) Assert.Equal(schedule.At(past).Hash, after.At(past).Hash);
                    schedule = after;
                }

                for (long s = 1; s < slot + 20; s++)
                {
                    Roster before = schedule.At(s - 1);
                    if (schedule.StartOf(s) < schedule.StartOf(s - 1).Plus(before.Timing.PeriodUs) || schedule.At(s).Epoch < before.Epoch) return false;
                    if (schedule.SlotAt(schedule.StartOf(s)) != s || !schedule.RangeAt(s).Contains(s)) return false;
                }

                return true;
            },
            iter: 200);
        Assert.True(taken > 100);
    }

    private static byte[] StateOf(RosterSchedule schedule)
    {
        var writer = new CanonicalWriter(256);
        schedule.WriteState(writer);
        return writer.ToArray();
    }
}
