using System.Buffers.Binary;
using System.IO.Compression;

namespace C3Fusion.Node.JsonLines;

/// <summary>Unpacks a <c>*.gz</c> file and refuses one that was cut short, which <see cref="GZipStream"/> takes for a shorter file.</summary>
/// <remarks>
/// A file ends with the length of what its last member unpacks to, mod 2^32 (RFC 1952, 2.3.1). Where that is not the length of
/// all that was unpacked, the file has several members or is cut short: then it is unpacked once more with a known
/// member behind it, which appears at the end only if the one before is whole.
/// </remarks>
internal sealed class GunzippedFile(FileStream file) : Stream
{
    private static readonly byte[] Mark = "\u0000the end of a whole file\u0000"u8.ToArray();

    private readonly GZipStream unpacked = new(file, CompressionMode.Decompress, leaveOpen: true);
    private uint length;
    private bool verified;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="InvalidDataException">The file is no gzip file, corrupt or cut short; what it gave before has been read.</exception>
    public override int Read(Span<byte> buffer)
    {
        int read = unpacked.Read(buffer);
        length += (uint)read;
        if (read == 0 && buffer.Length > 0 && !verified && file.CanSeek)
        {
            verified = true;
            if (!EndsWithItsLength() && !IsWhole()) throw new InvalidDataException("the gzip file is cut short: its end is missing");
        }

        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            unpacked.Dispose();
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool EndsWithItsLength()
    {
        const int SmallestFile = 18;
        Span<byte> tail = stackalloc byte[4];
        if (file.Length < SmallestFile) return false;
        file.Seek(-tail.Length, SeekOrigin.End);
        file.ReadExactly(tail);
        return BinaryPrimitives.ReadUInt32LittleEndian(tail) == length && length > 0;
    }

    private bool IsWhole()
    {
        if (file.Length == 0) return false;
        file.Seek(0, SeekOrigin.Begin);
        using var again = new GZipStream(new FollowedByMark(file), CompressionMode.Decompress);
        byte[] buffer = new byte[1 << 16];
        byte[] end = new byte[Mark.Length];
        try
        {
            int read;
            while ((read = again.Read(buffer)) > 0)
            {
                int kept = Math.Max(0, end.Length - read);
                end.AsSpan(end.Length - kept).CopyTo(end);
                buffer.AsSpan(read - (end.Length - kept), end.Length - kept).CopyTo(end.AsSpan(kept));
            }
        }
        catch (InvalidDataException)
        {
            return false;
        }

        return end.AsSpan().SequenceEqual(Mark);
    }

    /// <summary>The file, and then a member that holds <see cref="Mark"/>.</summary>
    private sealed class FollowedByMark(FileStream file) : Stream
    {
        private readonly MemoryStream mark = Packed();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = file.Read(buffer, offset, count);
            return read > 0 ? read : mark.Read(buffer, offset, count);
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private static MemoryStream Packed()
        {
            var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Mark);
            packed.Position = 0;
            return packed;
        }
    }
}
