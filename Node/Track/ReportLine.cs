using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using C3Fusion.Fusion;
using C3Fusion.Node.JsonLines;

namespace C3Fusion.Node.Track;

/// <summary>What became of one line of input.</summary>
internal enum ReportLineStatus
{
    /// <summary>A report.</summary>
    Read,

    /// <summary>Not JSON, or without <c>t</c>, <c>s</c>, <c>k</c>, <c>x</c> or <c>y</c>.</summary>
    Malformed,

    /// <summary>A report of a sensor that the roster does not name.</summary>
    UnknownSensor,

    /// <summary>A report with a number that is not finite.</summary>
    NonFinite,
}

/// <summary>Reads one report from one line of JSON.</summary>
/// <remarks>
/// The lines that sensors write, flat objects without escapes, take a hand-written path; whatever else a line holds is
/// left to the JSON reader of the platform, so the two can differ only in speed.
/// </remarks>
internal sealed class ReportLine
{
    private const double MaxTimeS = 4e12;
    private const int Required = 0b11111;

    private readonly byte[][] _names;
    private int _lastSensor;
    private double _t;
    private double _rx;
    private double _x;
    private double _y;
    private double _z;
    private double _vx;
    private double _vy;
    private double _vz;
    private double _sg;
    private double _sv;
    private int _sensor;
    private ulong _key;
    private int _seen;
    private bool _nonFinite;

    public ReportLine(IReadOnlyList<SensorModel> sensors) => _names = [.. sensors.Select(s => Encoding.UTF8.GetBytes(s.Id))];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReportLineStatus Read(ReadOnlySpan<byte> line, out TrackReport report)
    {
        Reset();
        if (!ReadFlat(line))
        {
            Reset();
            if (!ReadAny(line)) _seen = 0;
        }

        report = default;
        if (_seen != Required) return ReportLineStatus.Malformed;
        if (_sensor < 0) return ReportLineStatus.UnknownSensor;
        if (double.IsNaN(_rx)) _rx = _t;
        if (_nonFinite || !(Math.Abs(_t) <= MaxTimeS) || !(Math.Abs(_rx) <= MaxTimeS)) return ReportLineStatus.NonFinite;
        report = new TrackReport((long)Math.Round(_t * 1e6), (long)Math.Round(_rx * 1e6), _sensor, _key, new Enu(_x, _y, _z), new Enu(_vx, _vy, _vz), _sg, _sv);
        return ReportLineStatus.Read;
    }

    private void Reset()
    {
        _t = _rx = _x = _y = _z = _vx = _vy = _vz = _sg = _sv = double.NaN;
        _sensor = -1;
        _seen = 0;
        _nonFinite = false;
    }

    /// <summary>A flat object of numbers and plain strings. False where the line is anything else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool ReadFlat(ReadOnlySpan<byte> line)
    {
        int i = 0;
        if (line.Length < 2 || line[0] != '{') return false;
        i = Skip(line, 1);
        while (true)
        {
            int name = PlainString(line, i);
            if (name < 0) return false;
            ReadOnlySpan<byte> key = line[(i + 1)..(name - 1)];
            i = Skip(line, name);
            if (i >= line.Length || line[i] != ':') return false;
            i = Skip(line, i + 1);
            if (i >= line.Length) return false;
            if (line[i] == '"')
            {
                int end = PlainString(line, i);
                if (end < 0) return false;
                Text(key, line[(i + 1)..(end - 1)]);
                i = end;
            }
            else
            {
                int length = JsonNumber.Read(line[i..], out double value);
                if (length == 0) return false;
                Number(key, value, line.Slice(i, length));
                i += length;
            }

            i = Skip(line, i);
            if (i >= line.Length) return false;
            if (line[i] == '}') return Skip(line, i + 1) == line.Length;
            if (line[i] != ',') return false;
            i = Skip(line, i + 1);
        }
    }

    private static int Skip(ReadOnlySpan<byte> line, int i)
    {
        while (i < line.Length && line[i] is (byte)' ' or (byte)'\t' or (byte)'\r') i++;
        return i;
    }

    /// <summary>End of a string of plain ASCII without escapes that starts at i; -1 where there is none.</summary>
    private static int PlainString(ReadOnlySpan<byte> line, int i)
    {
        if (i >= line.Length || line[i] != '"') return -1;
        for (i++; i < line.Length; i++)
        {
            byte c = line[i];
            if (c == '"') return i + 1;
            if (c is < 0x20 or >= 0x7F or (byte)'\\') return -1;
        }

        return -1;
    }

    private bool ReadAny(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 64 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                byte[] key = Encoding.UTF8.GetBytes(reader.GetString()!);
                reader.Read();
                switch (reader.TokenType)
                {
                    case JsonTokenType.Number:
                        Number(key, reader.TryGetDouble(out double value) ? value : double.PositiveInfinity, reader.ValueSpan);
                        break;
                    case JsonTokenType.String:
                        Text(key, Encoding.UTF8.GetBytes(reader.GetString()!));
                        break;
                    case JsonTokenType.Null:
                        break;
                    default:
                        reader.Skip();
                        Other(key);
                        break;
                }
            }

            return reader.TokenType == JsonTokenType.EndObject && !reader.Read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private void Number(ReadOnlySpan<byte> key, double value, ReadOnlySpan<byte> raw)
    {
        if (key.Length == 1)
        {
            switch (key[0])
            {
                case (byte)'t': Set(ref _t, value, 1); return;
                case (byte)'x': Set(ref _x, value, 2); return;
                case (byte)'y': Set(ref _y, value, 4); return;
                case (byte)'z': Set(ref _z, value, 0); return;
                case (byte)'k':
                    _key = LocalName(raw);
                    _seen |= 8;
                    return;
                case (byte)'s':
                    _sensor = Sensor(raw);
                    _seen |= 16;
                    return;
                default: return;
            }
        }

        if (key.Length != 2) return;
        switch ((key[0] << 8) | key[1])
        {
            case ('r' << 8) | 'x': Set(ref _rx, value, 0); return;
            case ('v' << 8) | 'x': Set(ref _vx, value, 0); return;
            case ('v' << 8) | 'y': Set(ref _vy, value, 0); return;
            case ('v' << 8) | 'z': Set(ref _vz, value, 0); return;
            case ('s' << 8) | 'g': Set(ref _sg, value, 0); return;
            case ('s' << 8) | 'v': Set(ref _sv, value, 0); return;
            default: return;
        }
    }

    private void Set(ref double field, double value, int bit)
    {
        field = value;
        _seen |= bit;
        if (!double.IsFinite(value)) _nonFinite = true;
    }

    private void Text(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        if (key.SequenceEqual("s"u8))
        {
            _sensor = Sensor(text);
            _seen |= 16;
        }
        else if (key.SequenceEqual("k"u8))
        {
            _key = LocalName(text);
            _seen |= 8;
        }
        else if (JsonNumber.Read(text, out double value) is int length && length > 0 && length == text.Length)
        {
            Number(key, value, text);
        }
        else if (text.SequenceEqual("NaN"u8) || text.SequenceEqual("Infinity"u8) || text.SequenceEqual("-Infinity"u8))
        {
            Number(key, double.NaN, text);
        }
        else
        {
            Other(key);
        }
    }

    /// <summary>A field that has to be a number and is something else: the line is malformed, unless nobody knows the field.</summary>
    private void Other(ReadOnlySpan<byte> key)
    {
        int before = _seen;
        bool nonFinite = _nonFinite;
        _seen = 0;
        _nonFinite = false;
        Number(key, double.NaN, "?"u8);
        bool known = _nonFinite || _seen != 0;
        _nonFinite = nonFinite;
        _seen = known ? int.MinValue : before;
    }

    private int Sensor(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual(_names[_lastSensor])) return _lastSensor;
        for (int i = 0; i < _names.Length; i++)
        {
            if (!name.SequenceEqual(_names[i])) continue;
            _lastSensor = i;
            return i;
        }

        return -1;
    }

    /// <summary>A local track's name is opaque: a whole number stands for itself, anything else for its FNV-1a hash.</summary>
    private static ulong LocalName(ReadOnlySpan<byte> name)
    {
        if (Utf8Parser.TryParse(name, out ulong number, out int used) && used == name.Length) return number;
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in name) hash = (hash ^ b) * 0x100000001B3;
        return hash | (1UL << 63);
    }
}
