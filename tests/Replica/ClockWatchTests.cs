using C3Fusion.Replica.Tests.Harness;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Tests;

/// <summary>Peers' times raise an alarm when more than f_n of them differ, and never more than that.</summary>
public sealed class ClockWatchTests
{
    private static readonly Roster Four = TestRoster.Of(4, 1).Roster;

    [Theory]
    [InlineData(5, 5, 5, PeerClockVerdict.Agrees)]
    [InlineData(-50, 5, 5, PeerClockVerdict.Agrees)]
    [InlineData(-50, -60, 5, PeerClockVerdict.Behind)]
    [InlineData(400, 5, 5, PeerClockVerdict.Agrees)]
    [InlineData(400, 300, 5, PeerClockVerdict.Ahead)]
    [InlineData(-10, -10, -10, PeerClockVerdict.Agrees)]
    internal void The_verdict_needs_more_than_f_peers(int firstMs, int secondMs, int thirdMs, PeerClockVerdict expected)
    {
        var watch = new ClockWatch(Four, 0);
        for (long slot = 0; slot < 10; slot++)
        {
            watch.Observe(1, slot, Four.Timing.StartOf(slot).Plus(firstMs * 1000));
            watch.Observe(2, slot, Four.Timing.StartOf(slot).Plus(secondMs * 1000));
            watch.Observe(3, slot, Four.Timing.StartOf(slot).Plus(thirdMs * 1000));
        }

        Assert.Equal(expected, watch.Judge(9, out _));
    }

    [Fact]
    public void Too_few_peers_cannot_confirm_and_old_slots_do_not_count()
    {
        var watch = new ClockWatch(Four, 0);
        for (int peer = 1; peer < 4; peer++) watch.Observe(peer, 3, Four.Timing.StartOf(3));
        Assert.Equal(PeerClockVerdict.Agrees, watch.Judge(4, out _));
        for (int peer = 1; peer < 3; peer++) watch.Observe(peer, 30, Four.Timing.StartOf(30));
        Assert.Equal(PeerClockVerdict.CannotConfirm, watch.Judge(30, out _));
    }

    [Fact]
    public void One_jammed_slot_does_not_make_a_peer_late()
    {
        var watch = new ClockWatch(Four, 0);
        for (long slot = 0; slot < 8; slot++)
        {
            for (int peer = 1; peer < 4; peer++) watch.Observe(peer, slot, Four.Timing.StartOf(slot).Plus(slot == 3 ? 5_000 : 900_000));
        }

        Assert.Equal(PeerClockVerdict.Agrees, watch.Judge(7, out _));
    }
}
