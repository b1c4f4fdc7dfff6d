namespace C3Fusion.Node.JsonLines;

/// <summary>Lines of a file or of standard input as UTF-8 bytes: gunzips <c>*.gz</c>, takes CRLF and a byte order mark, skips blank lines.</summary>
internal sealed class LineReader : IDisposable
{
    /// <summary>Longest line, bytes; a longer one is no report but an attack on memory.</summary>
    public const int LongestLine = 1 << 20;

    private readonly Stream _stream;
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _atEnd;

    private LineReader(Stream stream, string name)
    {
        _stream = stream;
        Name = name;
    }

    /// <summary>What to call the source in a message.</summary>
    public string Name { get; }

    /// <summary>Number of the last line read, from 1; blank lines count.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Opens a file; null and <c>-</c> mean standard input.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static LineReader Open(string? path)
    {
        if (path is null or "-") return new LineReader(Console.OpenStandardInput(), "standard input");
        FileStream file = File.OpenRead(path);
        return new LineReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GunzippedFile(file) : file, path);
    }

    /// <summary>Reads an open stream.</summary>
    public static LineReader Over(Stream stream, string name) => new(stream, name);

    /// <summary>The next line that is not blank, without its end; it stands until the next call.</summary>
    /// <exception cref="InvalidDataException">The line is longer than <see cref="LongestLine"/>, or the file is no whole gzip file.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (TryReadAny(out line))
        {
            LineNumber++;
            if (LineNumber == 1 && line.StartsWith("\uFEFF"u8)) line = line[3..];
            line = line.Trim(" \t\r"u8);
            if (!line.IsEmpty) return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private bool TryReadAny(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int end = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (end >= 0)
            {
                line = _buffer.AsSpan(_start, searched + end);
                _start += searched + end + 1;
                return true;
            }

            searched = _end - _start;
            if (searched > LongestLine) throw new InvalidDataException($"{Name}:{LineNumber + 1}: the line is longer than {LongestLine} bytes");
            if (_atEnd)
            {
                line = _buffer.AsSpan(_start, searched);
                _start = _end;
                return searched > 0;
            }

            Fill();
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        try
        {
            int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            _atEnd = read == 0;
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{Name}: {e.Message}", e);
        }
    }
}
