using System.Collections.Concurrent;
using C3Fusion.Node.Replicas;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;
using C3Fusion.Sim;
using Serilog.Core;
using Xunit;

namespace C3Fusion.Node.Tests.Replicas;

/// <summary>What one peer sends waits for that peer alone, costs what was asked for, and ends no thread.</summary>
public sealed class PeerInboxTests : IDisposable
{
    private static readonly Instant Stamp = new(1_000_000_000);
    private readonly ExerciseRoster _exercise = ExerciseRoster.Build(3, 4, Stamp, new GeodeticPosition(50, 10, 0));
    private readonly BlockingCollection<PeerArrival> _arrivals = [];
    private readonly ManualResetEventSlim _go = new();
    private readonly ConcurrentQueue<(int Peer, byte Channel)> _verified = new();
    private readonly PeerInbox _inbox;
    private Func<int, byte, bool> _blocks = (_, _) => false;
    private Action<Hash256>? _prepare;

    public PeerInboxTests()
    {
        var verifier = new PeerMessageVerifier(_exercise.Roster, new VerifiedScans());
        _inbox = new PeerInbox(
            4,
            (int peer, ReadOnlyMemory<byte> bytes, Instant stamp, out Verified<PeerMessage> message) =>
            {
                byte channel = bytes.Span[0];
                _verified.Enqueue((peer, channel));
                if (_blocks(peer, channel)) Assert.True(_go.Wait(TimeSpan.FromSeconds(20)));
                if (bytes.Length == 2 && bytes.Span[1] == 66) throw new InvalidOperationException("a fault that a traitor found");
                return verifier.Verify(peer, bytes, stamp, out message);
            },
            (hash, _) => _prepare?.Invoke(hash),
            _arrivals.Add,
            () => { },
            Logger.None);
    }

    public void Dispose()
    {
        _go.Set();
        _inbox.Dispose();
        _arrivals.Dispose();
        _exercise.Dispose();
        _go.Dispose();
    }

    [Fact]
    public void An_answer_that_nobody_asked_for_is_refused_and_counted_before_anything_in_it_is_looked_at()
    {
        _inbox.FrameReceived(1, Answer, Stamp);
        _inbox.Asked(2);
        _inbox.FrameReceived(1, Answer, Stamp);
        _inbox.FrameReceived(2, Answer, Stamp);
        _inbox.FrameReceived(2, Answer, Stamp);
        _inbox.Asked(1);
        _inbox.Asked(3);
        _inbox.FrameReceived(1, Answer, Stamp);
        _inbox.FrameReceived(1, Request(1), Stamp);
        Assert.Equal(1, Next().Event.Peer);
        Until(() => _verified.Count == 2);
        Assert.Equal([(1, (byte)2), (2, (byte)3)], _verified.Order());
        Assert.Equal([0, 3, 1, 0], _inbox.Status().Select(status => status.Unasked));
    }

    [Fact]
    public void A_catch_up_answer_in_work_delays_no_frame_and_what_waits_behind_it_is_bounded()
    {
        _blocks = (_, channel) => channel != (byte)PeerChannel.Agreement;
        _inbox.Asked(1);
        _inbox.FrameReceived(1, Answer, Stamp);
        Until(() => _verified.Contains((1, (byte)PeerChannel.CatchUpAnswer)));
        foreach (int peer in new[] { 1, 2, 3 }) _inbox.FrameReceived(peer, new byte[] { 1, 9 }, Stamp);

        // None is a sound frame: each was looked at and refused while the answer was still in work.
        Until(() => _inbox.Status().Sum(status => status.Refused) == 3);
        for (int i = 0; i < 200; i++) _inbox.FrameReceived(1, Request(i), Stamp);
        Assert.True(_inbox.Status()[1].Dropped >= 200 - (PeerInbox.LaneItems / 8));
    }

    [Fact]
    public void A_peer_that_sends_more_than_is_verified_fills_its_own_lane_up_to_its_bytes_and_no_other()
    {
        _blocks = (peer, _) => peer == 1;
        byte[] large = new byte[1 << 20];
        large[0] = (byte)PeerChannel.Agreement;
        for (int i = 0; i < 40; i++) _inbox.FrameReceived(1, large, Stamp);
        Assert.Equal(40 - (PeerInbox.FrameLaneBytes >> 20), _inbox.Status()[1].Dropped);
        for (int i = 0; i < 2 * PeerInbox.LaneItems; i++) _inbox.FrameReceived(2, new byte[] { 1 }, Stamp);
        Assert.Equal(PeerInbox.LaneItems, _inbox.Status()[2].Dropped);
        Assert.Equal(0, _inbox.Status()[3].Dropped);
    }

    [Fact]
    public void Lanes_are_served_in_turn()
    {
        _blocks = (_, _) => true;
        _inbox.FrameReceived(1, new byte[] { 1, 0 }, Stamp);
        Until(() => !_verified.IsEmpty);
        for (int i = 0; i < 100; i++) _inbox.FrameReceived(1, new byte[] { 1, 0 }, Stamp);
        _inbox.FrameReceived(2, new byte[] { 1, 0 }, Stamp);
        _inbox.FrameReceived(3, new byte[] { 1, 0 }, Stamp);
        _blocks = (_, _) => false;
        _go.Set();
        Until(() => _verified.Count == 103);
        Assert.Equal([1, 2, 3, 1], _verified.Take(4).Select(one => one.Peer));
    }

    [Fact]
    public void What_is_refused_behind_a_message_that_the_replica_has_not_taken_stays_bounded()
    {
        _inbox.FrameReceived(1, Request(1), Stamp);
        PeerArrival untaken = Next();
        for (int i = 0; i < 1000; i++) _inbox.FrameReceived(1, new byte[] { 2, 9 }, Stamp);
        Until(() => _inbox.Status()[1] is var status && status.Refused + status.Dropped == 1000);
        Assert.True(_inbox.Status()[1].Refused < PeerInbox.LaneItems);
        _inbox.Taken(untaken);
        _inbox.FrameReceived(1, Request(2), Stamp);
        _inbox.Taken(Next());
    }

    [Fact]
    public void A_fault_in_the_verification_is_that_peers_refused_message_and_the_thread_goes_on()
    {
        _inbox.FrameReceived(1, new byte[] { 1, 66 }, Stamp);
        _inbox.FrameReceived(2, new byte[] { 2, 66 }, Stamp);
        Until(() => _inbox.Status()[1].Refused == 1 && _inbox.Status()[2].Refused == 1);
        _inbox.FrameReceived(1, new byte[] { 1, 0 }, Stamp);
        _inbox.FrameReceived(3, Request(1), Stamp);
        Assert.Equal(3, Next().Event.Peer);
        Until(() => _inbox.Status()[1].Refused == 2);
        Assert.True(_inbox.TryPass(Stamp));
    }

    [Fact]
    public void A_message_is_handed_on_before_what_its_payloads_hold_is_checked()
    {
        using var preparing = new ManualResetEventSlim();
        _prepare = _ =>
        {
            preparing.Set();
            Assert.True(_go.Wait(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        };
        byte[] frame = FirstFrameOf(1);
        Instant stamp = _exercise.Roster.Timing.Start.Plus(1000);
        _inbox.FrameReceived(1, frame, stamp);
        _inbox.Taken(Next());
        Assert.True(preparing.Wait(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));

        // Its payload is still being looked into: another peer's frame and a deadline do not wait for it.
        _inbox.FrameReceived(2, FirstFrameOf(2), stamp);
        _inbox.Taken(Next());
        Assert.True(_inbox.TryPass(stamp));
    }

    private static byte[] Answer => [(byte)PeerChannel.CatchUpAnswer, 1, 0];

    private static byte[] Request(long slot) => [(byte)PeerChannel.CatchUpRequest, .. BitConverter.GetBytes(slot), 0, 0];

    private byte[] FirstFrameOf(int node)
    {
        Instant start = _exercise.Roster.Timing.Start;
        var options = new Replica.ReplicaOptions(_exercise.Roster, node, _exercise.NodeKeys[node], NodeTracker.Of(_exercise.Roster), new Replica.RestartState(start.Plus(-100_000)), new Replica.ReplicaLimits());
        var machine = new Replica.ReplicaMachine(options, new PeerMessageVerifier(_exercise.Roster, new VerifiedScans()));
        var effects = new List<Replica.ReplicaEffect>();
        machine.Step(new Replica.ReplicaEvent.TimeReached(), start, effects);
        machine.Step(new Replica.ReplicaEvent.LeasePersisted(effects.OfType<Replica.ReplicaEffect.PersistLease>().Single().UpToSlot), start, effects);
        return effects.OfType<Replica.ReplicaEffect.SendToPeer>().First().Bytes.ToArray();
    }

    private PeerArrival Next()
    {
        Assert.True(_arrivals.TryTake(out PeerArrival? arrival, TimeSpan.FromSeconds(20)), "nothing was handed over");
        return arrival;
    }

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)), "it did not come to that");
}
