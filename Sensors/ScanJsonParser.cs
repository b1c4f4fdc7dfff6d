using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using C3Fusion.Fusion;
using C3Fusion.Rosters;

namespace C3Fusion.Sensors;

/// <summary>One reading of one scan text: the first refusal ends it.</summary>
internal ref struct ScanJsonParser
{
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly LocalFrame _frame;
    private Utf8JsonReader _reader;

    public ScanJsonParser(ReadOnlySpan<byte> utf8, LocalFrame frame)
    {
        _utf8 = utf8;
        _frame = frame;
        _reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = ScanLimits.JsonDepth });
    }

    public ScanRefusal Refusal { get; private set; }

    [Flags]
    private enum Head
    {
        None = 0,
        Sensor = 1,
        Boot = 2,
        Sequence = 4,
        Time = 8,
        Kind = 16,
        Tracks = 32,
        All = 63,
    }

    [Flags]
    private enum Member
    {
        None = 0,
        K = 1,
        X = 2,
        Y = 4,
        Z = 8,
        Lat = 16,
        Lon = 32,
        Alt = 64,
        Vx = 128,
        Vy = 256,
        Vz = 512,
        Sg = 1024,
        Sv = 2048,
        Id = 4096,
    }

    public SensorScan? Parse()
    {
        try
        {
            SensorScan? scan = ParseScan();
            if (scan is not null && _reader.Read()) Refuse(ScanRefusal.Malformed);
            return Refusal == ScanRefusal.None ? scan : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The reader's only ways to say: no JSON, no UTF-8.
            Refuse(StopsAtNonFinite() ? ScanRefusal.NonFinite : ScanRefusal.Malformed);
            return null;
        }
    }

    private SensorScan? ParseScan()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject) return Refuse(ScanRefusal.Malformed);
        Head seen = Head.None;
        string sensor = "", kind = "";
        long boot = 0, sequence = 0, time = 0;
        ImmutableArray<ScanTrack> tracks = [];
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            Head member = HeadMember();
            if ((seen & member) != Head.None) return Refuse(ScanRefusal.Malformed);
            seen |= member;
            if (!_reader.Read()) return Refuse(ScanRefusal.Malformed);
            switch (member)
            {
                case Head.Sensor: sensor = Text(32); break;
                case Head.Boot: boot = Counter(); break;
                case Head.Sequence: sequence = Counter(); break;
                case Head.Time: time = Counter(); break;
                case Head.Kind: kind = Text(ScanLimits.KindLength); break;
                case Head.Tracks: tracks = ParseTracks(); break;
                default: _reader.Skip(); break;
            }

            if (Refusal != ScanRefusal.None) return null;
        }

        if (_reader.TokenType != JsonTokenType.EndObject || seen != Head.All) return Refuse(ScanRefusal.Malformed);
        return new SensorScan(sensor, boot, sequence, new Instant(time), kind, tracks);
    }

    private ImmutableArray<ScanTrack> ParseTracks()
    {
        var tracks = ImmutableArray.CreateBuilder<ScanTrack>();
        if (_reader.TokenType != JsonTokenType.StartArray) Refuse(ScanRefusal.Malformed);
        while (Refusal == ScanRefusal.None && _reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (tracks.Count == ScanLimits.Tracks) Refuse(ScanRefusal.TooManyTracks);
            else if (_reader.TokenType != JsonTokenType.StartObject) Refuse(ScanRefusal.Malformed);
            else if (ParseTrack() is { } track) tracks.Add(track);
        }

        return tracks.ToImmutable();
    }

    private ScanTrack? ParseTrack()
    {
        Member seen = Member.None;
        string localTrack = "", identity = "";
        double x = double.NaN, y = double.NaN, z = double.NaN, alt = double.NaN;
        double vx = double.NaN, vy = double.NaN, vz = double.NaN, sg = double.NaN, sv = double.NaN;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            Member member = TrackMember();
            if ((seen & member) != Member.None) return RefuseTrack(ScanRefusal.Malformed);
            if (!_reader.Read()) return RefuseTrack(ScanRefusal.Malformed);
            if (_reader.TokenType == JsonTokenType.Null) continue;
            seen |= member;
            switch (member)
            {
                case Member.K: localTrack = LocalTrack(); break;
                case Member.X: x = Number(ScanLimits.CoordinateM); break;
                case Member.Y: y = Number(ScanLimits.CoordinateM); break;
                case Member.Z: z = Number(ScanLimits.CoordinateM); break;
                case Member.Lat: y = Number(90); break;
                case Member.Lon: x = Number(180); break;
                case Member.Alt: alt = Number(ScanLimits.CoordinateM); break;
                case Member.Vx: vx = Number(ScanLimits.SpeedMps); break;
                case Member.Vy: vy = Number(ScanLimits.SpeedMps); break;
                case Member.Vz: vz = Number(ScanLimits.SpeedMps); break;
                case Member.Sg: sg = Sigma(); break;
                case Member.Sv: sv = Sigma(); break;
                case Member.Id: identity = Text(ScanLimits.IdentityLength); break;
                default: _reader.Skip(); break;
            }

            if (Refusal != ScanRefusal.None) return null;
        }

        const Member local = Member.X | Member.Y, geodetic = Member.Lat | Member.Lon;
        bool isLocal = (seen & (local | geodetic | Member.Alt)) == local;
        bool isGeodetic = (seen & (local | geodetic | Member.Z)) == geodetic;
        if (_reader.TokenType != JsonTokenType.EndObject || localTrack.Length == 0 || isLocal == isGeodetic) return RefuseTrack(ScanRefusal.Malformed);
        Enu position = isLocal ? new Enu(x, y, z) : FromGeodetic(y, x, alt);
        if (!(Math.Abs(position.X) <= ScanLimits.CoordinateM && Math.Abs(position.Y) <= ScanLimits.CoordinateM && !(Math.Abs(position.Z) > ScanLimits.CoordinateM)))
            return RefuseTrack(ScanRefusal.OutOfRange);
        return new ScanTrack(localTrack, position, new Enu(vx, vy, vz), sg, sv, identity);
    }

    /// <summary>Without a height the point on the ellipsoid is taken, and up stays unmeasured.</summary>
    private readonly Enu FromGeodetic(double latitudeDeg, double longitudeDeg, double heightM)
    {
        Enu position = _frame.ToLocal(new GeodeticPosition(latitudeDeg, longitudeDeg, double.IsNaN(heightM) ? 0 : heightM));
        return double.IsNaN(heightM) ? position with { Z = double.NaN } : position;
    }

    private readonly Head HeadMember() =>
        _reader.ValueTextEquals("sensor"u8) ? Head.Sensor
        : _reader.ValueTextEquals("boot"u8) ? Head.Boot
        : _reader.ValueTextEquals("seq"u8) ? Head.Sequence
        : _reader.ValueTextEquals("t"u8) ? Head.Time
        : _reader.ValueTextEquals("kind"u8) ? Head.Kind
        : _reader.ValueTextEquals("tracks"u8) ? Head.Tracks
        : Head.None;

    private readonly Member TrackMember() =>
        _reader.ValueTextEquals("k"u8) ? Member.K
        : _reader.ValueTextEquals("x"u8) ? Member.X
        : _reader.ValueTextEquals("y"u8) ? Member.Y
        : _reader.ValueTextEquals("z"u8) ? Member.Z
        : _reader.ValueTextEquals("vx"u8) ? Member.Vx
        : _reader.ValueTextEquals("vy"u8) ? Member.Vy
        : _reader.ValueTextEquals("vz"u8) ? Member.Vz
        : _reader.ValueTextEquals("sg"u8) ? Member.Sg
        : _reader.ValueTextEquals("sv"u8) ? Member.Sv
        : _reader.ValueTextEquals("id"u8) ? Member.Id
        : _reader.ValueTextEquals("lat"u8) ? Member.Lat
        : _reader.ValueTextEquals("lon"u8) ? Member.Lon
        : _reader.ValueTextEquals("alt"u8) ? Member.Alt
        : Member.None;

    private long Counter()
    {
        if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt64(out long value))
        {
            Refuse(ScanRefusal.Malformed);
            return 0;
        }

        if (value is >= 0 and <= ScanLimits.Integer) return value;
        Refuse(ScanRefusal.OutOfRange);
        return 0;
    }

    private string LocalTrack()
    {
        if (_reader.TokenType == JsonTokenType.Number) return Counter().ToString(CultureInfo.InvariantCulture);
        string text = Text(ScanLimits.LocalTrackLength);
        if (text.Length == 0) Refuse(ScanRefusal.Malformed);
        return text;
    }

    private string Text(int limit)
    {
        if (_reader.TokenType == JsonTokenType.String && _reader.ValueSpan.Length <= 6 * limit)
        {
            string text = _reader.GetString()!;
            bool plain = text.Length <= limit;
            foreach (char c in text) plain &= !char.IsControl(c) && !char.IsSurrogate(c);
            if (plain) return text;
        }

        Refuse(ScanRefusal.Malformed);
        return "";
    }

    private double Sigma()
    {
        double value = Number(ScanLimits.Sigma);
        if (Refusal == ScanRefusal.None && value <= 0) Refuse(ScanRefusal.OutOfRange);
        return value;
    }

    private double Number(double limit)
    {
        if (_reader.TokenType != JsonTokenType.Number)
        {
            Refuse(_reader.TokenType == JsonTokenType.String && IsNonFiniteWord(_reader.ValueSpan) ? ScanRefusal.NonFinite : ScanRefusal.Malformed);
            return double.NaN;
        }

        if (!_reader.TryGetDouble(out double value) || !double.IsFinite(value)) Refuse(ScanRefusal.NonFinite);
        else if (!(Math.Abs(value) <= limit)) Refuse(ScanRefusal.OutOfRange);
        return value;
    }

    /// <summary>Did the reader stop at a bare <c>NaN</c> or <c>Infinity</c>, as careless writers put them?</summary>
    private readonly bool StopsAtNonFinite()
    {
        ReadOnlySpan<byte> rest = _utf8[(int)Math.Min(_reader.BytesConsumed, _utf8.Length)..].TrimStart(": \t\r\n,["u8);
        return rest.StartsWith("NaN"u8) || rest.StartsWith("Infinity"u8) || rest.StartsWith("-Infinity"u8);
    }

    private static bool IsNonFiniteWord(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("NaN"u8) || text.SequenceEqual("Infinity"u8) || text.SequenceEqual("-Infinity"u8);

    private SensorScan? Refuse(ScanRefusal reason)
    {
        if (Refusal == ScanRefusal.None) Refusal = reason;
        return null;
    }

    private ScanTrack? RefuseTrack(ScanRefusal reason)
    {
        Refuse(reason);
        return null;
    }
}
