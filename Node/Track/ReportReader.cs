using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;

namespace C3Fusion.Node.Track;

/// <summary>Reads all reports of a stream of JSON lines; counts what cannot be used.</summary>
internal sealed class ReportReader
{
    private const int MaxLine = 1 << 20;

    private readonly ReportLine _line;
    private TrackReport[] _reports = new TrackReport[4096];

    public ReportReader(IReadOnlyList<SensorModel> sensors) => _line = new ReportLine(sensors);

    /// <summary>The usable reports, in the order of the input.</summary>
    public ReadOnlySpan<TrackReport> Reports => _reports.AsSpan(0, Count);

    public int Count { get; private set; }

    public long Malformed { get; private set; }

    public long UnknownSensor { get; private set; }

    public long NonFinite { get; private set; }

    public void ReadAll(Stream stream)
    {
        byte[] buffer = new byte[1 << 18];
        int filled = 0;
        bool skipping = false;
        bool first = true;
        while (true)
        {
            int read = stream.Read(buffer, filled, buffer.Length - filled);
            filled += read;
            int start = 0;
            if (first && (filled >= 3 || read == 0))
            {
                if (filled >= 3 && buffer[0] == 0xEF && buffer[1] == 0xBB && buffer[2] == 0xBF) start = 3;
                first = false;
            }

            if (first) continue;
            while (true)
            {
                int length = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n');
                if (length < 0) break;
                if (!skipping) Take(buffer.AsSpan(start, length));
                skipping = false;
                start += length + 1;
            }

            if (read == 0)
            {
                if (!skipping) Take(buffer.AsSpan(start, filled - start));
                return;
            }

            Array.Copy(buffer, start, buffer, 0, filled - start);
            filled -= start;
            if (filled < buffer.Length) continue;
            if (buffer.Length < MaxLine)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
                continue;
            }

            // A line without end: it counts once, and what is left of it is passed over.
            if (!skipping) Malformed++;
            skipping = true;
            filled = 0;
        }
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t\r"u8);
        if (line.IsEmpty) return;
        switch (_line.Read(line, out TrackReport report))
        {
            case ReportLineStatus.Read:
                if (Count == _reports.Length) Array.Resize(ref _reports, Count * 2);
                _reports[Count++] = report;
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
