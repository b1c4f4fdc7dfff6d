using C3Fusion.Replica;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;
using Serilog;

namespace C3Fusion.Node.Replicas;

/// <summary>What became of one peer's messages. A snapshot.</summary>
/// <param name="Peer">Index of the peer.</param>
/// <param name="Verified">Messages handed to the replica.</param>
/// <param name="Dropped">Messages that found the queue full.</param>
/// <param name="Refused">Messages refused by decoding or verification.</param>
/// <param name="Unasked">Catch-up answers to no question, refused unread.</param>
public sealed record PeerInboxStatus(int Peer, long Verified, long Dropped, long Refused, long Unasked);

/// <summary>Decodes and verifies one message: <see cref="PeerMessageVerifier.Verify"/>.</summary>
internal delegate PeerRefusal VerifyPeerMessage(int peer, ReadOnlyMemory<byte> bytes, Instant stamp, out Verified<PeerMessage> message);

/// <summary>A verified message on its way to the replica; its place in the lane is free once <see cref="PeerInbox.Taken"/> is called.</summary>
/// <param name="Event">For the machine.</param>
/// <param name="Item">Its place.</param>
internal sealed record PeerArrival(ReplicaEvent.PeerMessageArrived Event, PeerItem Item);

/// <summary>
/// The verification stage between links and replica. Agreement frames and everything else have lanes and threads of their own,
/// and each peer has its own lane: a flood, a costly message or a catch-up delays no other peer's frame.
/// </summary>
/// <remarks>
/// Keeps the close barrier (docs/agreement-rules.md, C1): <see cref="TryPass"/> says whether every frame stamped up to a deadline has
/// been taken. A frame that is handed over after a deadline was passed counts as stamped after it: between the socket read and
/// this stage it was not in this node's hands, as a frame that is still on the wire.
/// </remarks>
internal sealed class PeerInbox : ILinkReceiver, IDisposable
{
    /// <summary>Most messages of a lane: a peer says a few dozen in a slot.</summary>
    public const int LaneItems = 512;

    /// <summary>Most bytes of a peer's frames: what its link may hold too.</summary>
    public const long FrameLaneBytes = 16L << 20;

    /// <summary>Most bytes of a peer's other messages: one answer, and requests.</summary>
    public const long OtherLaneBytes = 5L << 20;

    private readonly VerifyPeerMessage _verify;
    private readonly Action<PeerArrival> _deliver;
    private readonly Action _cleared;
    private readonly PayloadWarmer _warmer;
    private readonly PeerLane[] _frames;
    private readonly PeerLane[] _others;
    private readonly long[] _unasked;
    private readonly object _gate = new();
    private readonly object _othersGate = new();
    private readonly GuardedWorker<PeerItem> _frameWorker;
    private readonly GuardedWorker<PeerItem> _otherWorker;
    private int _asked = -1;
    private int _nextFrame;
    private int _nextOther;
    private Instant _passed = new(long.MinValue);
    private Instant? _awaited;
    private bool _stopped;

    /// <summary>A stage for <paramref name="nodes"/> peers.</summary>
    /// <param name="nodes">n.</param>
    /// <param name="verify">Verifies; called on two threads.</param>
    /// <param name="prepare">Checks what is inside a payload ahead of time.</param>
    /// <param name="deliver">Hands a message to the replica; must return at once.</param>
    /// <param name="cleared">Called when a refused frame was the last for which a deadline waited.</param>
    /// <param name="log">For faults.</param>
    public PeerInbox(int nodes, VerifyPeerMessage verify, Action<Hash256, ReadOnlyMemory<byte>> prepare, Action<PeerArrival> deliver, Action cleared, ILogger log)
    {
        (_verify, _deliver, _cleared) = (verify, deliver, cleared);
        _frames = [.. Enumerable.Range(0, nodes).Select(_ => new PeerLane(LaneItems, FrameLaneBytes))];
        _others = [.. Enumerable.Range(0, nodes).Select(_ => new PeerLane(LaneItems / 8, OtherLaneBytes))];
        _unasked = new long[nodes];
        _warmer = new PayloadWarmer(nodes, prepare, log);
        _frameWorker = new GuardedWorker<PeerItem>("peer verification", ThreadPriority.AboveNormal, () => Next(_gate, _frames, ref _nextFrame), item => Verify(item, _gate, _frames), item => Refuse(item, _gate, _frames), log);
        _otherWorker = new GuardedWorker<PeerItem>("catch-up verification", ThreadPriority.Normal, () => Next(_othersGate, _others, ref _nextOther), item => Verify(item, _othersGate, _others), item => Refuse(item, _othersGate, _others), log);
    }

    /// <inheritdoc/>
    public void FrameReceived(int peer, ReadOnlyMemory<byte> frame, Instant stamp)
    {
        if (!frame.IsEmpty && frame.Span[0] == (byte)PeerChannel.Agreement)
        {
            lock (_gate)
            {
                if (stamp <= _passed) stamp = _passed.Plus(1);
                if (_frames[peer].TryAdd(peer, frame, stamp)) Monitor.Pulse(_gate);
            }

            return;
        }

        lock (_othersGate)
        {
            if (!frame.IsEmpty && frame.Span[0] == (byte)PeerChannel.CatchUpAnswer)
            {
                // Before anything is looked at: an answer may hold thousands of signatures.
                if (_asked != peer)
                {
                    _unasked[peer]++;
                    return;
                }

                _asked = -1;
            }

            if (_others[peer].TryAdd(peer, frame, stamp)) Monitor.Pulse(_othersGate);
        }
    }

    /// <summary>The replica asks <paramref name="peer"/> for slots: one answer of it may come. Any earlier question is closed.</summary>
    public void Asked(int peer)
    {
        lock (_othersGate) _asked = peer;
    }

    /// <summary>The replica has taken a delivered message.</summary>
    public void Taken(PeerArrival arrival)
    {
        bool isFrame = arrival.Event.Message.Value is PeerMessage.AgreementFrame;
        lock (isFrame ? _gate : _othersGate) (isFrame ? _frames : _others)[arrival.Item.Peer].Finish(arrival.Item);
    }

    /// <summary>The close barrier: has the replica taken every frame stamped at or before <paramref name="deadline"/>?</summary>
    /// <returns>True: whatever comes now counts as after it. False: <c>cleared</c> is called where nothing else would tell.</returns>
    public bool TryPass(Instant deadline)
    {
        lock (_gate)
        {
            if (!IsClear(deadline))
            {
                _awaited = deadline;
                return false;
            }

            Pass(deadline);
            return true;
        }
    }

    /// <summary>The wait is over: frames that are still here keep their stamp, and the machine will know that they were in time.</summary>
    public void Pass(Instant deadline)
    {
        lock (_gate)
        {
            if (deadline > _passed) _passed = deadline;
            _awaited = null;
        }
    }

    /// <summary>What became of each peer's messages.</summary>
    public IReadOnlyList<PeerInboxStatus> Status()
    {
        lock (_gate)
        {
            lock (_othersGate)
            {
                return [.. _frames.Select((lane, peer) => new PeerInboxStatus(peer, lane.Verified + _others[peer].Verified, lane.Dropped + _others[peer].Dropped, lane.Refused + _others[peer].Refused, _unasked[peer]))];
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (object gate in new[] { _gate, _othersGate })
        {
            lock (gate)
            {
                _stopped = true;
                Monitor.PulseAll(gate);
            }
        }

        _frameWorker.Dispose();
        _otherWorker.Dispose();
        _warmer.Dispose();
    }

    private bool IsClear(Instant deadline)
    {
        foreach (PeerLane lane in _frames)
        {
            if (lane.Oldest is { } oldest && oldest <= deadline) return false;
        }

        return true;
    }

    private PeerItem? Next(object gate, PeerLane[] lanes, ref int next)
    {
        lock (gate)
        {
            while (!_stopped)
            {
                for (int i = 0; i < lanes.Length; i++)
                {
                    int peer = (next + i) % lanes.Length;
                    if (!lanes[peer].TryBegin(out PeerItem item)) continue;
                    next = peer + 1;
                    return item;
                }

                Monitor.Wait(gate);
            }

            return null;
        }
    }

    private void Verify(PeerItem item, object gate, PeerLane[] lanes)
    {
        PeerRefusal refusal = _verify(item.Peer, item.Bytes, item.Stamp, out Verified<PeerMessage> message);
        if (refusal != PeerRefusal.None)
        {
            Refuse(item, gate, lanes);
            return;
        }

        lock (gate) lanes[item.Peer].Verified++;
        _deliver(new PeerArrival(new ReplicaEvent.PeerMessageArrived(item.Peer, message, item.Stamp), item));
        _warmer.Offer(item.Peer, message.Value);
    }

    private void Refuse(PeerItem item, object gate, PeerLane[] lanes)
    {
        bool cleared = false;
        lock (gate)
        {
            if (item.IsDone) return;
            lanes[item.Peer].Refused++;
            lanes[item.Peer].Finish(item);
            if (ReferenceEquals(gate, _gate) && _awaited is { } deadline && IsClear(deadline))
            {
                _awaited = null;
                cleared = true;
            }
        }

        if (cleared) _cleared();
    }
}
