namespace C3Fusion.Node.Fuse;

/// <summary>Splits a stream into lines without holding more than one line; CR before LF, a byte order mark and blank lines are skipped.</summary>
internal sealed class LineSource(Stream input, Action beforeWaiting)
{
    /// <summary>The longest line that is held, bytes; a longer one is reported and read over.</summary>
    public const int MaxLineBytes = 1 << 24;

    private byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;
    private bool finished;

    /// <summary>Number of the line that <see cref="Next"/> gave last, from 1, blank ones counted.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Was that line longer than <see cref="MaxLineBytes"/>? Then its content is not given.</summary>
    public bool TooLong { get; private set; }

    /// <summary>The next line that is not blank; false at the end. The span holds until the next call.</summary>
    public bool Next(out ReadOnlySpan<byte> line)
    {
        while (NextPhysical(out line))
        {
            LineNumber++;
            if (TooLong) return true;
            if (line.StartsWith("\uFEFF"u8)) line = line[3..];
            line = line.Trim(" \t\r"u8);
            if (!line.IsEmpty) return true;
        }

        return false;
    }

    private bool NextPhysical(out ReadOnlySpan<byte> line)
    {
        TooLong = false;
        int searched = start;
        while (true)
        {
            int newline = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                int stop = searched + newline;
                TooLong |= stop - start > MaxLineBytes;
                line = TooLong ? default : buffer.AsSpan(start, stop - start);
                start = stop + 1;
                return true;
            }

            if (finished)
            {
                TooLong |= end - start > MaxLineBytes;
                line = TooLong ? default : buffer.AsSpan(start, end - start);
                bool any = TooLong || end > start;
                start = end;
                return any;
            }

            if (TooLong || end - start > MaxLineBytes)
            {
                TooLong = true;
                start = end;
            }

            Fill();
            searched = start + (end - start - lastRead);
        }
    }

    private int lastRead;

    private void Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        beforeWaiting();
        lastRead = input.Read(buffer, end, buffer.Length - end);
        finished = lastRead == 0;
        end += lastRead;
    }
}
