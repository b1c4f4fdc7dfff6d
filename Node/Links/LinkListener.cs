using System.Net;
using System.Net.Sockets;
using C3Fusion.Replica;

namespace C3Fusion.Node.Links;

/// <summary>Accepts the peers' connections, has them prove who they are, and reads each on a thread of its own.</summary>
internal sealed class LinkListener : IDisposable
{
    /// <summary>Connections that may be in their handshake at once. One more closes the oldest: an honest peer is done in milliseconds, a stranger who dawdles makes room.</summary>
    private const int MaxHandshakes = 32;

    private readonly LinkHello _hello;
    private readonly LinkSettings _settings;
    private readonly LinkCounters[] _counters;
    private readonly ILinkReceiver _receiver;
    private readonly NodeClock _clock;
    private readonly Socket _listener;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly Socket?[] _current;
    private readonly LinkedList<Socket> _handshaking = [];
    private long _refused;
    private volatile bool _stopped;

    public LinkListener(NetworkAddress address, LinkHello hello, LinkSettings settings, LinkCounters[] counters, ILinkReceiver receiver, NodeClock clock)
    {
        (_hello, _settings, _counters, _receiver, _clock) = (hello, settings, counters, receiver, clock);
        _current = new Socket?[counters.Length];
        IPEndPoint endPoint = address.Resolve();
        _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Bind(endPoint);
        _listener.Listen(64);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _thread = new Thread(Accept, 256 << 10) { IsBackground = true, Name = "links accept" };
    }

    /// <summary>The port in use.</summary>
    public int Port { get; }

    /// <summary>Connections that did not prove to be a node of the roster.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public void Start() => _thread.Start();

    public void Dispose()
    {
        _stopped = true;
        _listener.Dispose();
        lock (_gate)
        {
            foreach (Socket? socket in _current) socket?.Dispose();
            foreach (Socket socket in _handshaking) socket.Dispose();
        }

        if (_thread.IsAlive) _thread.Join(TimeSpan.FromSeconds(2));
    }

    private void Accept()
    {
        while (!_stopped)
        {
            Socket socket;
            try
            {
                socket = _listener.Accept();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                if (_stopped) return;
                Thread.Sleep(_settings.RedialMs);
                continue;
            }

            Socket? oldest = null;
            lock (_gate)
            {
                if (_stopped)
                {
                    socket.Dispose();
                    return;
                }

                if (_handshaking.Count >= MaxHandshakes) oldest = _handshaking.First!.Value;
                _handshaking.AddLast(socket);
            }

            // Its thread ends with it, and counts it.
            oldest?.Dispose();
            if (oldest is not null) Forget(oldest);
            new Thread(() => Serve(socket), 256 << 10) { IsBackground = true, Name = "link from peer" }.Start();
        }
    }

    private void Serve(Socket socket)
    {
        int peer = -1;
        bool isAdopted = false;
        try
        {
            socket.NoDelay = true;
            socket.ReceiveTimeout = socket.SendTimeout = _settings.HandshakeMs;
            peer = _hello.Accept(socket);
            isAdopted = Adopt(socket, peer);
            if (isAdopted) Read(socket, peer);
        }
        catch (Exception)
        {
            // A broken or hostile connection ends here and touches no other, whatever it made this end throw: not even the process.
        }
        finally
        {
            Release(socket, peer, isAdopted);
        }
    }

    private void Forget(Socket socket)
    {
        lock (_gate) _handshaking.Remove(socket);
    }

    /// <summary>The peer has proved who it is: its connection replaces an earlier one.</summary>
    private bool Adopt(Socket socket, int peer)
    {
        lock (_gate)
        {
            // One that was closed to make room in the meantime is no connection to replace another with.
            if (!_handshaking.Remove(socket) || peer < 0 || _stopped) return false;

            // The newest connection of a peer counts: after a fail-over the old box may never say goodbye.
            _current[peer]?.Dispose();
            _current[peer] = socket;
            Interlocked.Increment(ref _counters[peer].Incoming);
            return true;
        }
    }

    private void Release(Socket socket, int peer, bool isAdopted)
    {
        lock (_gate)
        {
            _handshaking.Remove(socket);
            if (!isAdopted)
            {
                Interlocked.Increment(ref _refused);
            }
            else
            {
                Interlocked.Decrement(ref _counters[peer].Incoming);
                if (ReferenceEquals(_current[peer], socket)) _current[peer] = null;
            }
        }

        socket.Dispose();
    }

    private void Read(Socket socket, int peer)
    {
        socket.ReceiveTimeout = 2 * _settings.DeadAfterMs;
        socket.SendTimeout = _settings.DeadAfterMs;
        var reader = new FrameReader(_settings, _counters[peer], peer, _receiver, _clock);
        ReadOnlySpan<byte> echo = [0];
        while (!_stopped)
        {
            if (!reader.ReadOnce(socket, out bool heartbeat)) return;
            if (heartbeat) socket.Send(echo);
        }
    }
}
