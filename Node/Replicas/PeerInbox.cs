using C3Fusion.Replica;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Replicas;

/// <summary>What became of one peer's messages. A snapshot.</summary>
/// <param name="Peer">Index of the peer.</param>
/// <param name="Verified">Messages handed to the replica.</param>
/// <param name="Dropped">Messages that found the queue full.</param>
/// <param name="Refused">Messages refused by decoding or verification.</param>
public sealed record PeerInboxStatus(int Peer, long Verified, long Dropped, long Refused);

/// <summary>
/// The verification stage between links and replica: a bounded queue per peer, served in turn by a thread of its own, so
/// that a flooding peer waits for itself, never another.
/// </summary>
internal sealed class PeerInbox : ILinkReceiver, IDisposable
{
    private readonly PeerMessageVerifier _verifier;
    private readonly Action<ReplicaEvent.PeerMessageArrived> _deliver;
    private readonly int _capacity;
    private readonly Lane[] _lanes;
    private readonly object _gate = new();
    private readonly Thread _thread;
    private int _next;
    private bool _stopped;

    /// <summary>A stage for <paramref name="nodes"/> peers that calls <paramref name="deliver"/> on its own thread.</summary>
    public PeerInbox(int nodes, PeerMessageVerifier verifier, Action<ReplicaEvent.PeerMessageArrived> deliver, int capacity = 512)
    {
        (_verifier, _deliver, _capacity) = (verifier, deliver, capacity);
        _lanes = [.. Enumerable.Range(0, nodes).Select(_ => new Lane())];
        _thread = new Thread(Run, 1 << 20) { IsBackground = true, Name = "peer verification", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void FrameReceived(int peer, ReadOnlyMemory<byte> frame, Instant stamp)
    {
        lock (_gate)
        {
            Lane lane = _lanes[peer];
            if (lane.Waiting.Count >= _capacity || lane.Undelivered >= _capacity)
            {
                lane.Dropped++;
                return;
            }

            lane.Waiting.Enqueue((frame, stamp));
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>The replica has taken a delivered message of <paramref name="peer"/>: its mailbox is bounded by this.</summary>
    public void Taken(int peer)
    {
        lock (_gate) _lanes[peer].Undelivered--;
    }

    /// <summary>What became of each peer's messages.</summary>
    public IReadOnlyList<PeerInboxStatus> Status()
    {
        lock (_gate) return [.. _lanes.Select((lane, peer) => new PeerInboxStatus(peer, lane.Verified, lane.Dropped, lane.Refused))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join(TimeSpan.FromSeconds(1));
    }

    private void Run()
    {
        while (Next() is { } item)
        {
            PeerRefusal refusal = _verifier.Verify(item.Peer, item.Frame, item.Stamp, out Verified<PeerMessage> message);
            lock (_gate)
            {
                Lane lane = _lanes[item.Peer];
                if (refusal == PeerRefusal.None)
                {
                    lane.Verified++;
                    lane.Undelivered++;
                }
                else
                {
                    lane.Refused++;
                }
            }

            if (refusal == PeerRefusal.None) _deliver(new ReplicaEvent.PeerMessageArrived(item.Peer, message, item.Stamp));
        }
    }

    private (int Peer, ReadOnlyMemory<byte> Frame, Instant Stamp)? Next()
    {
        lock (_gate)
        {
            while (!_stopped)
            {
                for (int i = 0; i < _lanes.Length; i++)
                {
                    int peer = (_next + i) % _lanes.Length;
                    if (!_lanes[peer].Waiting.TryDequeue(out (ReadOnlyMemory<byte> Frame, Instant Stamp) item)) continue;
                    _next = peer + 1;
                    return (peer, item.Frame, item.Stamp);
                }

                Monitor.Wait(_gate);
            }

            return null;
        }
    }

    private sealed class Lane
    {
        public readonly Queue<(ReadOnlyMemory<byte> Frame, Instant Stamp)> Waiting = new();
        public long Verified;
        public long Dropped;
        public long Refused;
        public int Undelivered;
    }
}
