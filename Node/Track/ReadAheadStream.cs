using System.Collections.Concurrent;

namespace C3Fusion.Node.Track;

/// <summary>Reads a stream on a thread of its own, a few blocks ahead: unpacking and parsing then take two cores.</summary>
internal sealed class ReadAheadStream : Stream
{
    private const int BlockSize = 1 << 18;
    private const int BlocksAhead = 8;

    private readonly BlockingCollection<ArraySegment<byte>> _blocks = new(BlocksAhead);
    private readonly ConcurrentQueue<byte[]> _spare = new();
    private readonly Thread _thread;
    private ArraySegment<byte> _block;
    private byte[]? _owned;
    private Exception? _failure;

    public ReadAheadStream(Stream inner)
    {
        _thread = new Thread(() => Fill(inner)) { IsBackground = true, Name = "read-ahead" };
        _thread.Start();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="IOException">The inner stream failed; what it gave before has been read.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_block.Count == 0)
        {
            if (_owned is not null) _spare.Enqueue(_owned);
            _owned = null;
            if (!_blocks.TryTake(out _block, Timeout.Infinite))
                return _failure is null ? 0 : throw new IOException(_failure.Message, _failure);
            _owned = _block.Array;
        }

        int count = Math.Min(buffer.Length, _block.Count);
        _block.AsSpan(0, count).CopyTo(buffer);
        _block = _block[count..];
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_thread.IsAlive) _blocks.Dispose();
        base.Dispose(disposing);
    }

    private void Fill(Stream inner)
    {
        try
        {
            while (true)
            {
                if (!_spare.TryDequeue(out byte[]? block)) block = new byte[BlockSize];
                int read = inner.Read(block);
                if (read == 0) break;
                _blocks.Add(new ArraySegment<byte>(block, 0, read));
            }
        }
        catch (Exception error)
        {
            // Handed to the reader, who reports it as if it had happened there.
            _failure = error;
        }

        _blocks.CompleteAdding();
    }
}
