using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;

namespace C3Fusion.Node.Links;

/// <summary>Our connection to one peer: dials its boxes in turn, proves who we are, writes frames, redials when it dies.</summary>
/// <remarks>One thread of its own: no other work can delay a frame, and this peer's silence delays no other peer's frames.</remarks>
internal sealed class LinkDialer : IDisposable
{
    private readonly int _peer;
    private readonly IReadOnlyList<NetworkAddress> _addresses;
    private readonly LinkHello _hello;
    private readonly LinkSettings _settings;
    private readonly LinkCounters _counters;
    private readonly FrameQueue _queue;
    private readonly Func<bool> _mayDial;
    private readonly Thread _thread;
    private byte[] _buffer = new byte[64 << 10];
    private volatile Socket? _socket;
    private volatile bool _stopped;

    public LinkDialer(int peer, IReadOnlyList<NetworkAddress> addresses, LinkHello hello, LinkSettings settings, LinkCounters counters, FrameQueue queue, Func<bool> mayDial)
    {
        (_peer, _addresses, _hello, _settings, _counters, _queue, _mayDial) = (peer, addresses, hello, settings, counters, queue, mayDial);
        _thread = new Thread(Run, 256 << 10) { IsBackground = true, Name = $"link to {peer}" };
    }

    public void Start() => _thread.Start();

    public void Dispose()
    {
        _stopped = true;
        _queue.Wake();
        _socket?.Dispose();
        if (_thread.IsAlive) _thread.Join(TimeSpan.FromSeconds(2));
    }

    private void Run()
    {
        for (int turn = 0; !_stopped && _addresses.Count > 0; turn++)
        {
            try
            {
                using Socket? socket = _mayDial() ? Connect(_addresses[turn % _addresses.Count]) : null;
                if (socket is not null) Pump(socket);
            }
            catch (Exception)
            {
                // A broken connection is ordinary: the next turn of the loop replaces it. Whatever else a peer's end made this one throw must not end the process.
            }

            if (!_stopped) Thread.Sleep(_settings.RedialMs);
        }
    }

    private Socket? Connect(NetworkAddress address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendTimeout = _settings.HandshakeMs, ReceiveTimeout = _settings.HandshakeMs };
        _socket = socket;
        bool proved = false;
        try
        {
            ConnectWithin(socket, address, _settings.HandshakeMs);
            proved = !_stopped && _hello.Dial(socket, _peer);
            return proved ? socket : null;
        }
        finally
        {
            if (!proved) socket.Dispose();
        }
    }

    private static void ConnectWithin(Socket socket, NetworkAddress address, int milliseconds)
    {
        socket.Blocking = false;
        try
        {
            socket.Connect(address.Resolve());
        }
        catch (SocketException pending) when (pending.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            if (!socket.Poll(TimeSpan.FromMilliseconds(milliseconds), SelectMode.SelectWrite)) throw new SocketException((int)SocketError.TimedOut);
            int failure = (int)(socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) ?? 0);
            if (failure != 0) throw new SocketException(failure);
        }

        socket.Blocking = true;
    }

    /// <summary>Writes frames and heartbeats until the peer stops answering the heartbeats.</summary>
    private void Pump(Socket socket)
    {
        socket.SendTimeout = _settings.DeadAfterMs;
        Interlocked.Increment(ref _counters.Connects);
        Interlocked.Increment(ref _counters.Outgoing);
        try
        {
            long lastHeard = Stopwatch.GetTimestamp();
            long lastBeat = 0;
            Span<byte> echo = stackalloc byte[256];
            while (!_stopped && _mayDial())
            {
                if (_queue.TryTake(_settings.HeartbeatMs, out ReadOnlyMemory<byte> frame)) SendBatch(socket, frame);
                if (Stopwatch.GetElapsedTime(lastBeat).TotalMilliseconds >= _settings.HeartbeatMs)
                {
                    SendHeartbeat(socket);
                    lastBeat = Stopwatch.GetTimestamp();
                }

                while (socket.Available > 0)
                {
                    if (socket.Receive(echo) == 0) return;
                    lastHeard = Stopwatch.GetTimestamp();
                }

                if (Stopwatch.GetElapsedTime(lastHeard).TotalMilliseconds <= _settings.DeadAfterMs) continue;

                // The silence may be our own: a thread that was held up must look once more before it judges.
                if (!socket.Poll(TimeSpan.FromMilliseconds(_settings.HeartbeatMs), SelectMode.SelectRead) || socket.Available == 0) return;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _counters.Outgoing);
        }
    }

    private static void SendHeartbeat(Socket socket)
    {
        ReadOnlySpan<byte> beat = [0, 0, 0, 0];
        socket.Send(beat);
    }

    /// <summary>Sends this frame and whatever else waits, up to a buffer's worth, in one call.</summary>
    private void SendBatch(Socket socket, ReadOnlyMemory<byte> frame)
    {
        int used = 0;
        int frames = 0;
        do
        {
            int length = used + sizeof(int) + frame.Length;
            if (length > _buffer.Length) Array.Resize(ref _buffer, Math.Max(length, 2 * _buffer.Length));
            BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(used), frame.Length);
            frame.Span.CopyTo(_buffer.AsSpan(used + sizeof(int)));
            used = length;
            frames++;
        }
        while (used < (64 << 10) && _queue.TryTake(0, out frame));

        for (int sent = 0; sent < used;) sent += socket.Send(_buffer, sent, used - sent, SocketFlags.None);
        Interlocked.Add(ref _counters.FramesSent, frames);
        Interlocked.Add(ref _counters.BytesSent, used);
    }
}
