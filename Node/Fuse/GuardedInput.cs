namespace C3Fusion.Node.Fuse;

/// <summary>The input could not be opened or read on; the message says why in one line.</summary>
internal sealed class InputFailedException(string message, Exception inner) : Exception(message, inner);

/// <summary>A stream that tells a fault of the input from one of the output: both are an <see cref="IOException"/> otherwise.</summary>
internal sealed class GuardedInput(Func<Stream> open) : Stream
{
    private Stream? inner;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            inner ??= open();
            return inner.Read(buffer, offset, count);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or NotSupportedException)
        {
            throw new InputFailedException(e.Message.ReplaceLineEndings(" "), e);
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner?.Dispose();
        base.Dispose(disposing);
    }
}
