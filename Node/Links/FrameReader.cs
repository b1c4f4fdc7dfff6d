using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using C3Fusion.Replica;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Links;

/// <summary>Cuts one peer's byte stream into frames: 4 bytes of length, little-endian, then the frame; length 0 is a heartbeat.</summary>
internal sealed class FrameReader(LinkSettings settings, LinkCounters counters, int peer, ILinkReceiver receiver, NodeClock clock)
{
    private byte[] _buffer = new byte[64 << 10];
    private int _used;
    private long _windowStart = Stopwatch.GetTimestamp();
    private long _windowBytes;

    /// <summary>Reads the socket once and hands over every frame that is now complete, stamped at this read.</summary>
    /// <returns>False where the connection is over: closed, or the peer announced a frame beyond the limit.</returns>
    public bool ReadOnce(Socket socket, out bool heartbeat)
    {
        heartbeat = false;
        int read = socket.Receive(_buffer, _used, _buffer.Length - _used, SocketFlags.None);
        Instant stamp = clock.Now;
        if (read == 0) return false;
        _used += read;

        int start = 0;
        while (_used - start >= sizeof(int))
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(start));
            if (length < 0 || length > settings.MaxFrameBytes)
            {
                Interlocked.Increment(ref counters.DroppedTooLarge);
                return false;
            }

            int whole = sizeof(int) + length;
            if (_used - start < whole)
            {
                if (whole > _buffer.Length) Array.Resize(ref _buffer, whole);
                break;
            }

            if (length == 0) heartbeat = true;
            else Deliver(start + sizeof(int), length, stamp);
            start += whole;
        }

        _buffer.AsSpan(start, _used - start).CopyTo(_buffer);
        _used -= start;
        Throttle(read);
        return true;
    }

    private void Deliver(int offset, int length, Instant stamp)
    {
        Interlocked.Increment(ref counters.FramesReceived);
        Interlocked.Add(ref counters.BytesReceived, length);
        receiver.FrameReceived(peer, _buffer.AsSpan(offset, length).ToArray(), stamp);
    }

    /// <summary>A peer that floods is read no faster than it may send; its own later frames wait, nobody else's.</summary>
    private void Throttle(int read)
    {
        _windowBytes += read;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_windowStart);
        if (elapsed.TotalSeconds < 1 && _windowBytes <= settings.MaxBytesPerSecond) return;
        if (elapsed.TotalSeconds < 1)
        {
            Interlocked.Increment(ref counters.Throttled);
            Thread.Sleep(TimeSpan.FromSeconds(1) - elapsed);
        }

        _windowStart = Stopwatch.GetTimestamp();
        _windowBytes = 0;
    }
}
