using System.Text;
using C3Fusion.Node.Fuse;
using Xunit;

namespace C3Fusion.Node.Tests.Fuse;

/// <summary>What a line is does not depend on how its bytes arrive.</summary>
public sealed class LineSourceTests
{
    [Theory]
    [InlineData(LineSource.MaxLineBytes, false)]
    [InlineData(LineSource.MaxLineBytes + 1, true)]
    public void The_longest_line_is_the_same_whatever_the_portions(int length, bool tooLong)
    {
        byte[] text = [.. Enumerable.Repeat((byte)'x', length), (byte)'\n', .. "last"u8];
        foreach (int portion in new[] { 1 << 12, 65_537, 1 << 20, int.MaxValue })
            foreach (int end in new[] { text.Length, length })
            {
                var source = new LineSource(new Portions(text.AsMemory(0, end), portion), () => { });
                Assert.True(source.Next(out ReadOnlySpan<byte> line));
                Assert.Equal((portion, tooLong, tooLong ? 0 : length), (portion, source.TooLong, line.Length));
                if (end == length) continue;
                Assert.True(source.Next(out line));
                Assert.Equal("last", Encoding.ASCII.GetString(line));
                Assert.False(source.TooLong);
                Assert.Equal(2, source.LineNumber);
            }
    }

    private sealed class Portions(ReadOnlyMemory<byte> text, int largest) : Stream
    {
        private int at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int taken = Math.Min(Math.Min(count, largest), text.Length - at);
            text.Span.Slice(at, taken).CopyTo(buffer.AsSpan(offset));
            at += taken;
            return taken;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
