using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;
using Serilog;

namespace C3Fusion.Node.Replicas;

/// <summary>Checks the signatures inside payloads while nothing waits for it, so that the replica's step finds them remembered.</summary>
/// <remarks>Only a saving: what finds its queue full is checked when it is applied. Each peer has a queue of its own, so a traitor's costly payloads are worked off no more often than an honest peer's.</remarks>
internal sealed class PayloadWarmer : IDisposable
{
    /// <summary>Most payload bytes of one peer that wait.</summary>
    private const int LaneBytes = 4 << 20;

    private readonly object _gate = new();
    private readonly Queue<Work>[] _lanes;
    private readonly int[] _bytes;
    private readonly int _capacity;
    private readonly GuardedWorker<Work> _worker;
    private int _next;
    private bool _stopped;

    /// <summary>A stage for <paramref name="nodes"/> peers; an honest one has at most two new payloads of each sender in a slot.</summary>
    public PayloadWarmer(int nodes, Action<Hash256, ReadOnlyMemory<byte>> prepare, ILogger log)
    {
        _lanes = [.. Enumerable.Range(0, nodes).Select(_ => new Queue<Work>())];
        _bytes = new int[nodes];
        _capacity = 2 * nodes;
        _worker = new GuardedWorker<Work>("payload warm-up", ThreadPriority.BelowNormal, Next, work => prepare(work.Hash, work.Payload), _ => { }, log);
    }

    /// <summary>Offers the payloads of a message.</summary>
    public void Offer(int peer, PeerMessage message)
    {
        foreach ((Hash256 hash, ReadOnlyMemory<byte> payload) in PeerMessageVerifier.PayloadsOf(message))
        {
            lock (_gate)
            {
                if (_lanes[peer].Count >= _capacity || _bytes[peer] + payload.Length > LaneBytes) return;
                _lanes[peer].Enqueue(new Work(hash, payload));
                _bytes[peer] += payload.Length;
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        _worker.Dispose();
    }

    private Work? Next()
    {
        lock (_gate)
        {
            while (!_stopped)
            {
                for (int i = 0; i < _lanes.Length; i++)
                {
                    int peer = (_next + i) % _lanes.Length;
                    if (!_lanes[peer].TryDequeue(out Work? work)) continue;
                    _next = peer + 1;
                    _bytes[peer] -= work.Payload.Length;
                    return work;
                }

                Monitor.Wait(_gate);
            }

            return null;
        }
    }

    private sealed record Work(Hash256 Hash, ReadOnlyMemory<byte> Payload);
}
