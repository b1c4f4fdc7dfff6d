using C3Fusion.Rosters;

namespace C3Fusion.Node.Links;

/// <summary>Frames that wait for one peer: bounded in number and bytes; stale ones are dropped when they are taken.</summary>
internal sealed class FrameQueue(LinkSettings settings, LinkCounters counters, NodeClock clock)
{
    private readonly object _gate = new();
    private readonly Queue<(Instant Queued, ReadOnlyMemory<byte> Frame)> _frames = new();
    private long _bytes;

    /// <summary>Queues a frame, or drops it at once and counts it.</summary>
    public bool TryAdd(ReadOnlyMemory<byte> frame, Instant now)
    {
        if (frame.Length > settings.MaxFrameBytes || frame.IsEmpty)
        {
            Interlocked.Increment(ref counters.DroppedTooLarge);
            return false;
        }

        lock (_gate)
        {
            DropStale(now);
            if (_frames.Count >= settings.QueueFrames || _bytes + frame.Length > settings.QueueBytes)
            {
                Interlocked.Increment(ref counters.DroppedQueueFull);
                return false;
            }

            _frames.Enqueue((now, frame));
            _bytes += frame.Length;
            Monitor.Pulse(_gate);
        }

        return true;
    }

    /// <summary>The next frame that is still worth sending; waits up to <paramref name="waitMs"/> for one.</summary>
    public bool TryTake(int waitMs, out ReadOnlyMemory<byte> frame)
    {
        lock (_gate)
        {
            DropStale(clock.Now);
            if (_frames.Count == 0 && waitMs > 0) Monitor.Wait(_gate, waitMs);
            if (!_frames.TryDequeue(out (Instant Queued, ReadOnlyMemory<byte> Frame) next))
            {
                frame = default;
                return false;
            }

            _bytes -= next.Frame.Length;
            frame = next.Frame;
            return true;
        }
    }

    /// <summary>Ends a wait.</summary>
    public void Wake()
    {
        lock (_gate) Monitor.PulseAll(_gate);
    }

    private void DropStale(Instant now)
    {
        while (_frames.TryPeek(out (Instant Queued, ReadOnlyMemory<byte> Frame) next) && now.Since(next.Queued) > settings.MaxFrameAgeMs * 1000L)
        {
            _frames.Dequeue();
            _bytes -= next.Frame.Length;
            Interlocked.Increment(ref counters.DroppedStale);
        }
    }
}
