using C3Fusion.Replica;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Links;

/// <summary>
/// The links of this node to all its peers over TCP: one outgoing and one incoming connection per peer, each with a
/// thread and a bounded queue of its own, so that one peer's flood or silence never delays another's frames.
/// </summary>
/// <remarks>Runs on the box that hosts the replica; the peers dial this node's boxes in turn and find it there.</remarks>
internal sealed class PeerLinks : ILink, IDisposable
{
    private readonly LinkCounters[] _counters;
    private readonly FrameQueue?[] _queues;
    private readonly List<LinkDialer> _dialers = [];
    private readonly LinkListener _listener;
    private bool _isDialling = true;

    /// <summary>Opens the listener; <see cref="Start"/> begins.</summary>
    /// <param name="roster">Who may be at the other end.</param>
    /// <param name="self">Index of this node.</param>
    /// <param name="signer">Signs for this node.</param>
    /// <param name="listen">Where this box listens.</param>
    /// <param name="receiver">Gets every frame.</param>
    /// <param name="settings">Limits.</param>
    /// <param name="clock">Stamps what arrives.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken.</exception>
    public PeerLinks(Roster roster, int self, ISigner signer, NetworkAddress listen, ILinkReceiver receiver, LinkSettings settings, NodeClock clock)
    {
        Self = self;
        int n = roster.Nodes.Length;
        _counters = [.. Enumerable.Range(0, n).Select(_ => new LinkCounters())];
        _queues = new FrameQueue?[n];
        Hello = new LinkHello(roster, self, signer);
        (Settings, Clock) = (settings, clock);
        _listener = new LinkListener(listen, Hello, settings, _counters, receiver, clock);
    }

    /// <summary>Index of this node.</summary>
    public int Self { get; }

    /// <summary>The port in use.</summary>
    public int Port => _listener.Port;

    /// <summary>Connections that did not prove to be a node of the roster.</summary>
    public long Refused => _listener.Refused;

    private LinkHello Hello { get; }

    private LinkSettings Settings { get; }

    private NodeClock Clock { get; }

    /// <summary>Does this box dial its peers? One that has no right to sign must not: a peer keeps one connection from a node, the newest.</summary>
    public bool IsDialling
    {
        get => Volatile.Read(ref _isDialling);
        set => Volatile.Write(ref _isDialling, value);
    }

    /// <summary>Starts to listen and to dial.</summary>
    /// <param name="peers">By node index: the addresses of that node's boxes; empty for this node.</param>
    public void Start(IReadOnlyList<IReadOnlyList<NetworkAddress>> peers)
    {
        _listener.Start();
        for (int peer = 0; peer < _counters.Length; peer++)
        {
            if (peer == Self) continue;
            var queue = new FrameQueue(Settings, _counters[peer], Clock);
            _queues[peer] = queue;
            var dialer = new LinkDialer(peer, peers[peer], Hello, Settings, _counters[peer], queue, () => IsDialling);
            _dialers.Add(dialer);
            dialer.Start();
        }
    }

    /// <inheritdoc/>
    public bool TrySend(int peer, ReadOnlyMemory<byte> frame) =>
        (uint)peer < (uint)_queues.Length && _queues[peer] is { } queue && queue.TryAdd(frame, Clock.Now);

    /// <summary>How each peer's links are and what happened on them.</summary>
    public IReadOnlyList<LinkStatus> Status() => [.. _counters.Select((counters, peer) => counters.Read(peer)).Where(status => status.Peer != Self)];

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        foreach (LinkDialer dialer in _dialers) dialer.Dispose();
    }
}
