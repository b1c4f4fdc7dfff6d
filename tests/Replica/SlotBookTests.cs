using C3Fusion.Agreement;
using C3Fusion.Replica.Slots;
using C3Fusion.Replica.Tests.Harness;
using C3Fusion.Rosters;
using CsCheck;

namespace C3Fusion.Replica.Tests;

/// <summary>What is held of slots that are not applied yet: any slot may come, and memory stays bounded.</summary>
public sealed class SlotBookTests
{
    private static SlotBook NewBook() => new(TestRoster.Of(4, 1).Roster);

    [Theory]
    [InlineData(-1, 604_800)]
    [InlineData(4_000_000, 4_000_001)]
    [InlineData(12, long.MaxValue)]
    public void A_slot_opens_wherever_it_lies_above_the_applied_one(long applied, long slot) => Assert.NotNull(NewBook().At(slot, applied));

    [Fact]
    public void Applied_slots_open_none() => Assert.All([-1L, 0, 7], slot => Assert.Null(NewBook().At(slot, 7)));

    [Fact]
    public void Near_slots_are_all_kept_and_of_far_ones_the_newest() => Gen.Long[0, 20_000].Array[1, 4000].Sample(slots =>
    {
        SlotBook book = NewBook();
        foreach (long slot in slots) book.At(slot, -1);
        long[] near = [.. slots.Where(slot => slot < SlotBook.MaxNear).Distinct().Order()];
        long[] far = [.. slots.Where(slot => slot >= SlotBook.MaxNear).Distinct().Order().TakeLast(SlotBook.MaxFar)];
        return book.From(0).Select(entry => entry.Slot).SequenceEqual([.. near, .. far]);
    }, iter: 50);

    [Fact]
    public void Of_too_many_payload_bytes_the_next_slot_and_the_newest_keep_theirs()
    {
        SlotBook book = NewBook();
        byte[] payload = new byte[BatchRules.MaxPayloadBytes];
        for (int slot = 0; slot < 700; slot++)
        {
            SlotEntry entry = book.At(slot, -1)!;
            book.AddPayload(entry, Hash256.Of([(byte)slot, (byte)(slot >> 8)]), payload, -1);
        }

        Assert.InRange(book.UpTo(long.MaxValue - 1).Bytes, 200L << 20, 256L << 20);
        Assert.Equal(payload.Length, book.Find(0)!.PayloadBytes);
        Assert.Equal(payload.Length, book.Find(699)!.PayloadBytes);
        Assert.Equal(payload.Length, book.Find(698)!.PayloadBytes);
        Assert.True(book.NotKept > 0);
    }

    [Fact]
    public void A_picture_that_stands_still_is_an_alarm_until_it_moves()
    {
        TestRoster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster, trackers: TestTrackers.Frozen);
        cluster.Delay = (_, _, now) => roster.Roster.Timing.SlotAt(now) is >= 5 and < 30 ? null : 5_000;
        cluster.AddAll().RunTo(24);
        Assert.All(cluster.Nodes, node => Assert.Contains((AlarmKind.Stalled, ""), node.Alarms));
        cluster.RunTo(36);
        Assert.All(cluster.Nodes, node => Assert.DoesNotContain((AlarmKind.Stalled, ""), node.Alarms));
    }

    [Fact]
    public void After_5000_slots_with_all_links_cut_the_nodes_go_on_together()
    {
        TestRoster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster, trackers: TestTrackers.Frozen) { Hears = (_, _) => false };
        cluster.Delay = (_, _, now) => roster.Roster.Timing.SlotAt(now) is >= 5 and < 5_005 ? null : 5_000;
        cluster.AddAll().RunTo(5_016);
        Cluster.AssertEqualPictures(0, 4, [.. cluster.Nodes]);
        Cluster.AssertEqualPictures(5_007, 5_015, [.. cluster.Nodes]);
    }
}
