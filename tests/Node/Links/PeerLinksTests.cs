using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using C3Fusion.Node.Links;
using C3Fusion.Rosters;
using C3Fusion.Sim.Links;
using Xunit;

namespace C3Fusion.Node.Tests.Links;

/// <summary>Links between nodes over real TCP: authenticated, bounded, quickly replaced, and independent of each other.</summary>
public sealed class PeerLinksTests
{
    [Fact]
    public async Task Frames_arrive_whole_in_order_and_stamped_when_they_were_read()
    {
        using var nodes = new LinkFixture(2);
        Inbox a = new(), b = new();
        PeerLinks first = nodes.Open(0, a), second = nodes.Open(1, b);
        LinkFixture.StartAll(first, second);
        Instant before = SystemClock.Now;
        byte[][] frames = [.. Enumerable.Range(1, 200).Select(i => Enumerable.Repeat((byte)i, i * 97).ToArray())];
        foreach (byte[] frame in frames) Assert.True(first.TrySend(1, frame));
        foreach (byte[] frame in frames)
        {
            (int peer, byte[] bytes, Instant stamp) = await b.Next();
            Assert.Equal(0, peer);
            Assert.Equal(frame, bytes);
            Assert.InRange(stamp.Microseconds, before.Microseconds, SystemClock.Now.Microseconds);
        }

        Assert.Equal(200, first.Status()[0].FramesSent);
        Assert.Equal(200, second.Status()[0].FramesReceived);
    }

    [Fact]
    public async Task A_stranger_with_a_key_of_his_own_cannot_speak_for_a_node()
    {
        using var nodes = new LinkFixture(3);
        Inbox inbox = new();
        PeerLinks honest = nodes.Open(0, inbox);
        using var strangersKey = Ed25519Signer.FromSeed(Enumerable.Repeat((byte)99, 32).ToArray());
        PeerLinks stranger = nodes.Open(1, new Inbox(), signer: strangersKey);
        PeerLinks friend = nodes.Open(2, new Inbox());
        LinkFixture.StartAll(honest, stranger, friend);
        stranger.TrySend(0, "forged"u8.ToArray());

        // The friend's frame gets through while the stranger tries again and again.
        var limit = Stopwatch.StartNew();
        while (honest.Refused < 2)
        {
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(10), "the stranger was not refused");
            (int peer, byte[] frame, _) = await inbox.NextAfterSending(friend, 0, "true"u8.ToArray());
            Assert.Equal(2, peer);
            Assert.Equal("true"u8.ToArray(), frame);
        }

        Assert.False(honest.Status().Single(status => status.Peer == 1).IncomingUp);
        Assert.Equal(0, honest.Status().Single(status => status.Peer == 1).FramesReceived);
    }

    [Fact]
    public async Task Strangers_who_dawdle_in_the_handshake_keep_no_peer_out()
    {
        using var nodes = new LinkFixture(2);
        Inbox inbox = new();
        PeerLinks target = nodes.Open(0, inbox);
        target.Start([[], []]);
        var strangers = new List<Socket>();
        using var stop = new CancellationTokenSource();
        for (int i = 0; i < 64; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, target.Port, TestContext.Current.CancellationToken);
            strangers.Add(socket);
        }

        // Each says a byte now and then, so that no time-out of a read ever ends it.
        Task dribble = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                foreach (Socket socket in strangers)
                {
                    try
                    {
                        socket.Send("C"u8);
                    }
                    catch (SocketException)
                    {
                        // Closed to make room.
                    }
                }

                await Task.Delay(100, CancellationToken.None);
            }
        }, TestContext.Current.CancellationToken);
        PeerLinks friend = nodes.Open(1, new Inbox());
        friend.Start([[new NetworkAddress("127.0.0.1", target.Port)], []]);
        (int peer, byte[] frame, _) = await inbox.NextAfterSending(friend, 0, [7]);
        Assert.Equal((1, (byte)7), (peer, frame[0]));
        await stop.CancelAsync();
        await dribble;
        strangers.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task A_dialler_sends_nothing_to_a_listener_that_is_not_the_peer()
    {
        using var nodes = new LinkFixture(3);
        Inbox inbox = new();
        PeerLinks impostor = nodes.Open(2, inbox);
        PeerLinks dialler = nodes.Open(0, new Inbox());
        impostor.Start([[], [], []]);
        // Node 1 should be at this address; node 2 is.
        dialler.Start([[], [new NetworkAddress("127.0.0.1", impostor.Port)], []]);
        dialler.TrySend(1, "for node 1 only"u8.ToArray());
        var limit = Stopwatch.StartNew();
        while (impostor.Refused < 2)
        {
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(10), "no attempt was refused");
            await Task.Yield();
        }

        Assert.False(inbox.TryNext(out _));
        Assert.Equal(0, dialler.Status().Single(status => status.Peer == 1).Connects);
    }

    [Fact]
    public async Task A_peer_that_announces_too_large_a_frame_is_cut_off_and_others_go_on()
    {
        using var nodes = new LinkFixture(3);
        Inbox inbox = new();
        PeerLinks target = nodes.Open(0, inbox);
        var own = nodes.Settings;
        nodes.Settings = own with { MaxFrameBytes = 64 << 20, QueueBytes = 128 << 20, QueueFrames = 8 };
        PeerLinks hostile = nodes.Open(1, new Inbox());
        nodes.Settings = own;
        PeerLinks good = nodes.Open(2, new Inbox());
        LinkFixture.StartAll(target, hostile, good);
        Assert.True(hostile.TrySend(0, new byte[32 << 20]));
        Assert.False(good.TrySend(0, new byte[32 << 20]));

        (int peer, _, _) = await inbox.NextAfterSending(good, 0, [1]);
        Assert.Equal(2, peer);
        var limit = Stopwatch.StartNew();
        while (target.Status().Single(status => status.Peer == 1).DroppedTooLarge == 0)
        {
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(10));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task The_queue_of_a_peer_that_is_gone_is_bounded_and_others_are_not_delayed()
    {
        using var nodes = new LinkFixture(3);
        Inbox inbox = new();
        PeerLinks sender = nodes.Open(0, new Inbox());
        PeerLinks alive = nodes.Open(1, inbox);
        alive.Start([[new NetworkAddress("127.0.0.1", sender.Port)], [], []]);
        sender.Start([[], [new NetworkAddress("127.0.0.1", alive.Port)], [new NetworkAddress("127.0.0.1", LinkFixture.FreePort())]]);
        int refused = 0;
        for (int i = 0; i < nodes.Settings.QueueFrames + 100; i++)
        {
            if (!sender.TrySend(2, new byte[10])) refused++;
        }

        Assert.Equal(100, refused);
        Assert.Equal(100, sender.Status().Single(status => status.Peer == 2).DroppedQueueFull);
        (int peer, _, _) = await inbox.NextAfterSending(sender, 1, [7]);
        Assert.Equal(0, peer);
    }

    [Fact]
    public async Task A_peer_that_moves_to_another_box_is_found_there()
    {
        using var nodes = new LinkFixture(2);
        PeerLinks sender = nodes.Open(0, new Inbox());
        Inbox firstBox = new(), secondBox = new();
        PeerLinks first = nodes.Open(1, firstBox);
        int secondPort = LinkFixture.FreePort();
        first.Start([[new NetworkAddress("127.0.0.1", sender.Port)], []]);
        sender.Start([[], [new NetworkAddress("127.0.0.1", first.Port), new NetworkAddress("127.0.0.1", secondPort)]]);
        await firstBox.NextAfterSending(sender, 1, [1]);

        first.Dispose();
        PeerLinks second = nodes.Open(1, secondBox, secondPort);
        second.Start([[new NetworkAddress("127.0.0.1", sender.Port)], []]);
        (_, byte[] frame, _) = await secondBox.NextAfterSending(sender, 1, [2]);
        Assert.Equal([2], frame);
    }

    [Fact]
    public async Task A_connection_that_went_dumb_is_replaced_within_two_rounds()
    {
        const int roundMs = 400;
        using var nodes = new LinkFixture(2, roundMs);
        Inbox inbox = new();
        PeerLinks sender = nodes.Open(0, new Inbox());
        PeerLinks receiver = nodes.Open(1, inbox);
        using var road = new Road(receiver.Port);
        receiver.Start([[new NetworkAddress("127.0.0.1", sender.Port)], []]);
        sender.Start([[], [new NetworkAddress("127.0.0.1", road.Port)]]);
        await inbox.NextAfterSending(sender, 1, [1]);

        // The road swallows everything on the standing connection, without a reset; a new connection gets through.
        road.SwallowStanding();
        var gap = Stopwatch.StartNew();
        byte mark = 2;
        while (true)
        {
            (_, byte[] frame, _) = await inbox.NextAfterSending(sender, 1, [mark]);
            if (frame[0] == mark) break;
        }

        // Two rounds, and half a round for a busy test machine.
        Assert.True(gap.ElapsedMilliseconds < 2.5 * roundMs, $"replaced after {gap.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task A_jammed_direction_loses_frames_silently_and_only_while_it_is_jammed()
    {
        using var nodes = new LinkFixture(2);
        Inbox a = new(), b = new();
        PeerLinks first = nodes.Open(0, a), second = nodes.Open(1, b);
        LinkFixture.StartAll(first, second);
        var jammer = new ExerciseJammer(JamSchedule.None);
        var jammed = new JammableLink(first, 0, jammer);
        await b.NextAfterSending(jammed, 1, [1]);
        while (b.TryNext(out _))
        {
        }

        jammer.Set(0, 1, true);
        Assert.True(jammed.TrySend(1, new byte[] { 2 }));
        await a.NextAfterSending(new JammableLink(second, 1, jammer), 0, [3]);
        jammer.Set(0, 1, false);
        (_, byte[] frame, _) = await b.NextAfterSending(jammed, 1, [4]);
        Assert.NotEqual(2, frame[0]);
        Assert.Equal(1, jammed.Lost);
    }

    /// <summary>A road between two ends that can swallow what travels on the connections that stand now.</summary>
    private sealed class Road : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly int _to;
        private readonly List<Socket> _sockets = [];
        private volatile StrongBox _standing = new();

        public Road(int to)
        {
            _to = to;
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            new Thread(Accept) { IsBackground = true }.Start();
        }

        public int Port { get; }

        public void SwallowStanding()
        {
            StrongBox old = _standing;
            _standing = new StrongBox();
            old.Swallow = true;
        }

        public void Dispose()
        {
            _listener.Stop();
            lock (_sockets) _sockets.ForEach(socket => socket.Dispose());
        }

        private void Accept()
        {
            try
            {
                while (true)
                {
                    Socket inner = _listener.AcceptSocket();
                    var outer = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                    outer.Connect(IPAddress.Loopback, _to);
                    lock (_sockets) _sockets.AddRange([inner, outer]);
                    StrongBox box = _standing;
                    new Thread(() => Carry(inner, outer, box)) { IsBackground = true }.Start();
                    new Thread(() => Carry(outer, inner, box)) { IsBackground = true }.Start();
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // The test is over.
            }
        }

        private static void Carry(Socket from, Socket to, StrongBox box)
        {
            byte[] buffer = new byte[4096];
            try
            {
                while (from.Receive(buffer) is int read and > 0)
                {
                    if (!box.Swallow) to.Send(buffer, read, SocketFlags.None);
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // This connection is over.
            }
        }

        private sealed class StrongBox
        {
            public volatile bool Swallow;
        }
    }
}
