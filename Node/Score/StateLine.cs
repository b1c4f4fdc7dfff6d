using System.Text.Json;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Metrics;
using C3Fusion.Node.JsonLines;

namespace C3Fusion.Node.Score;

/// <summary>One line of a truth or picture file, parsed: the fields that scoring needs. Unknown fields are passed over.</summary>
internal ref struct StateLine
{
    /// <summary>Largest time, s from the epoch: microseconds stay exact in a double.</summary>
    public const double LargestTime = 9e9;

    private double _t;
    private Enu _position;
    private Enu _velocity;
    private Enu? _low;
    private Enu? _high;
    private Enu? _statLow;
    private Enu? _statHigh;

    /// <summary>Time stamp, microseconds.</summary>
    public readonly long TimeUs => (long)Math.Round(_t * 1e6);

    /// <summary>The id's text; a number's as it is written.</summary>
    public string Id { get; private set; }

    /// <summary>The assurance's name; null where there is none.</summary>
    public string? Assurance { get; private set; }

    /// <summary>Position, m.</summary>
    public readonly Enu Position => _position;

    /// <summary>Velocity, m/s; NaN where absent.</summary>
    public readonly Enu Velocity => _velocity;

    /// <summary>The box of <c>lo</c> and <c>hi</c>.</summary>
    public readonly ScoredBox? Hard => Box(_low, _high, "lo", "hi");

    /// <summary>The box of <c>statLo</c> and <c>statHi</c>.</summary>
    public readonly ScoredBox? Statistical => Box(_statLow, _statHigh, "statLo", "statHi");

    /// <summary>Parses a line.</summary>
    /// <exception cref="BadLineException">The line is not a JSON object, or t, id, x, y or z is absent or unusable.</exception>
    public static StateLine Parse(ReadOnlySpan<byte> utf8)
    {
        var line = new StateLine
        {
            _t = double.NaN,
            _position = new Enu(double.NaN, double.NaN, double.NaN),
            _velocity = new Enu(double.NaN, double.NaN, double.NaN),
            Id = "",
        };
        try
        {
            var reader = new Utf8JsonReader(utf8);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) throw new BadLineException("not a JSON object such as {\"t\":0.0,\"id\":0,\"x\":1.0,\"y\":2.0,\"z\":3.0}");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) line.ReadField(ref reader);
            if (reader.Read()) throw new BadLineException("something follows the JSON object");
        }
        catch (JsonException e)
        {
            throw new BadLineException($"not JSON at byte {e.BytePositionInLine}");
        }
        catch (InvalidOperationException)
        {
            throw new BadLineException("a string is not UTF-8");
        }

        line.RequireComplete();
        return line;
    }

    private readonly void RequireComplete()
    {
        if (double.IsNaN(_t)) throw new BadLineException("\"t\" is missing: the time stamp in s");
        if (Id.Length == 0) throw new BadLineException("\"id\" is missing: a number or a string");
        if (double.IsNaN(_position.X)) throw new BadLineException("\"x\" is missing: metres east");
        if (double.IsNaN(_position.Y)) throw new BadLineException("\"y\" is missing: metres north");
        if (double.IsNaN(_position.Z)) throw new BadLineException("\"z\" is missing: metres up");
    }

    private void ReadField(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("t"u8)) _t = Time(ref reader);
        else if (reader.ValueTextEquals("id"u8)) Id = ReadId(ref reader);
        else if (reader.ValueTextEquals("x"u8)) _position = _position with { X = Number(ref reader, "x") };
        else if (reader.ValueTextEquals("y"u8)) _position = _position with { Y = Number(ref reader, "y") };
        else if (reader.ValueTextEquals("z"u8)) _position = _position with { Z = Number(ref reader, "z") };
        else if (reader.ValueTextEquals("vx"u8)) _velocity = _velocity with { X = NumberOrNull(ref reader, "vx") };
        else if (reader.ValueTextEquals("vy"u8)) _velocity = _velocity with { Y = NumberOrNull(ref reader, "vy") };
        else if (reader.ValueTextEquals("vz"u8)) _velocity = _velocity with { Z = NumberOrNull(ref reader, "vz") };
        else if (reader.ValueTextEquals("lo"u8)) _low = Corner(ref reader, "lo");
        else if (reader.ValueTextEquals("hi"u8)) _high = Corner(ref reader, "hi");
        else if (reader.ValueTextEquals("statLo"u8)) _statLow = Corner(ref reader, "statLo");
        else if (reader.ValueTextEquals("statHi"u8)) _statHigh = Corner(ref reader, "statHi");
        else if (reader.ValueTextEquals("assurance"u8)) Assurance = ReadAssurance(ref reader);
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    private static double Time(ref Utf8JsonReader reader)
    {
        double t = Number(ref reader, "t");
        if (Math.Abs(t) > LargestTime) throw new BadLineException($"\"t\" is beyond {LargestTime:0} s");
        return t;
    }

    private static double Number(ref Utf8JsonReader reader, string field)
    {
        reader.Read();
        return JsonNumber.TryRead(ref reader, out double value)
            ? value
            : throw new BadLineException($"\"{field}\" is no finite number: write a JSON number or a decimal string such as \"2.7\"");
    }

    private static double NumberOrNull(ref Utf8JsonReader reader, string field)
    {
        Utf8JsonReader ahead = reader;
        ahead.Read();
        if (ahead.TokenType != JsonTokenType.Null) return Number(ref reader, field);
        reader.Read();
        return double.NaN;
    }

    private static string ReadId(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number) return System.Text.Encoding.ASCII.GetString(reader.ValueSpan);
        string? id = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return string.IsNullOrEmpty(id) ? throw new BadLineException("\"id\" must be a number or a string that is not empty") : id;
    }

    private static string ReadAssurance(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new BadLineException("\"assurance\" must be a string");
    }

    private static Enu? Corner(ref Utf8JsonReader reader, string field)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.StartArray) throw new BadLineException($"\"{field}\" must be [x,y,z]");
        var corner = new Enu(Number(ref reader, field), Number(ref reader, field), Number(ref reader, field));
        reader.Read();
        return reader.TokenType == JsonTokenType.EndArray ? corner : throw new BadLineException($"\"{field}\" must be [x,y,z]");
    }

    private static ScoredBox? Box(Enu? low, Enu? high, string lowName, string highName)
    {
        if (low is null && high is null) return null;
        if (low is not { } lo) throw new BadLineException($"\"{lowName}\" is missing beside \"{highName}\"");
        if (high is not { } hi) throw new BadLineException($"\"{highName}\" is missing beside \"{lowName}\"");
        bool ordered = lo.X <= hi.X && lo.Y <= hi.Y && lo.Z <= hi.Z;
        return ordered ? new ScoredBox(lo, hi) : throw new BadLineException($"\"{lowName}\" is above \"{highName}\"");
    }
}
