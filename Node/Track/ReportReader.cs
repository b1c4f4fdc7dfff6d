using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;

namespace C3Fusion.Node.Track;

/// <summary>Reads the reports of a stream of JSON lines, block by block; counts what cannot be used.</summary>
internal sealed class ReportReader
{
    private const int MaxLine = 1 << 20;

    private readonly ReportLine _line;
    private readonly Stream _stream;
    private TrackReport[] _reports = new TrackReport[4096];
    private byte[] _buffer = new byte[1 << 18];
    private int _count;
    private int _filled;
    private bool _skipping;
    private bool _first = true;

    public ReportReader(Stream stream, IReadOnlyList<SensorModel> sensors)
    {
        _stream = stream;
        _line = new ReportLine(sensors);
    }

    /// <summary>The usable reports since the last <see cref="Forget"/>, in the order of the input.</summary>
    public ReadOnlySpan<TrackReport> Reports => _reports.AsSpan(0, _count);

    /// <summary>Usable reports so far.</summary>
    public long Usable { get; private set; }

    public long Malformed { get; private set; }

    public long UnknownSensor { get; private set; }

    public long NonFinite { get; private set; }

    /// <summary>Makes room for the reports to come.</summary>
    public void Forget() => _count = 0;

    /// <summary>Reads what the stream has at hand, waiting for it where it has nothing.</summary>
    /// <returns>False at the end of the stream.</returns>
    public bool ReadBlock()
    {
        int read = _stream.Read(_buffer, _filled, _buffer.Length - _filled);
        _filled += read;
        if (_first && _filled < 3 && read > 0) return true;
        int start = _first && _filled >= 3 && _buffer[0] == 0xEF && _buffer[1] == 0xBB && _buffer[2] == 0xBF ? 3 : 0;
        _first = false;
        while (true)
        {
            int length = _buffer.AsSpan(start, _filled - start).IndexOf((byte)'\n');
            if (length < 0) break;
            if (!_skipping) Take(_buffer.AsSpan(start, length));
            _skipping = false;
            start += length + 1;
        }

        if (read == 0)
        {
            if (!_skipping) Take(_buffer.AsSpan(start, _filled - start));
            return false;
        }

        Array.Copy(_buffer, start, _buffer, 0, _filled - start);
        _filled -= start;
        if (_filled == _buffer.Length) MakeRoom();
        return true;
    }

    private void MakeRoom()
    {
        if (_buffer.Length < MaxLine)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
            return;
        }

        // A line without end: it counts once, and what is left of it is passed over.
        if (!_skipping) Malformed++;
        _skipping = true;
        _filled = 0;
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t\r"u8);
        if (line.IsEmpty) return;
        switch (_line.Read(line, out TrackReport report))
        {
            case ReportLineStatus.Read:
                if (_count == _reports.Length) Array.Resize(ref _reports, _count * 2);
                _reports[_count++] = report;
                Usable++;
                break;
            case ReportLineStatus.UnknownSensor:
                UnknownSensor++;
                break;
            case ReportLineStatus.NonFinite:
                NonFinite++;
                break;
            default:
                Malformed++;
                break;
        }
    }
}
