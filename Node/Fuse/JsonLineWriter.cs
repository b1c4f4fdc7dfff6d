using System.Globalization;
using System.Text;
using C3Fusion.Fusion.Estimators;
using C3Fusion.Node.JsonLines;

namespace C3Fusion.Node.Fuse;

/// <summary>Builds output lines as UTF-8 bytes in one growing buffer and hands them to a stream.</summary>
internal sealed class JsonLineWriter(Stream output)
{
    /// <summary>Longest text of a double, and then some.</summary>
    private const int NumberRoom = 32;
    private const int FlushAt = 1 << 16;

    private byte[] buffer = new byte[1 << 17];
    private int length;

    /// <summary>Appends text as it is.</summary>
    public JsonLineWriter Raw(ReadOnlySpan<byte> text)
    {
        Reserve(text.Length);
        text.CopyTo(buffer.AsSpan(length));
        length += text.Length;
        return this;
    }

    /// <summary>Appends a JSON value without the white space outside its strings, so that it stays on one line.</summary>
    public JsonLineWriter Compact(ReadOnlySpan<byte> json)
    {
        Reserve(json.Length);
        bool inString = false;
        bool escaped = false;
        foreach (byte b in json)
        {
            if (!inString && b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') continue;
            if (b == '"' && !escaped) inString = !inString;
            escaped = inString && b == '\\' && !escaped;
            buffer[length++] = b;
        }

        return this;
    }

    /// <summary>Appends a whole number.</summary>
    public JsonLineWriter Number(int value)
    {
        Reserve(NumberRoom);
        value.TryFormat(buffer.AsSpan(length), out int written, provider: CultureInfo.InvariantCulture);
        length += written;
        return this;
    }

    /// <summary>Appends a short JSON number that reads back to the same double; -0 as -0.0, since some readers take -0 for a whole number and lose its sign.</summary>
    public JsonLineWriter Number(double value)
    {
        if (value == 0) return Raw(double.IsNegative(value) ? "-0.0"u8 : "0"u8);
        Reserve(NumberRoom);
        Span<byte> text = buffer.AsSpan(length, NumberRoom);
        int written = JsonNumber.Write(text, value);
        int exponent = text[..written].IndexOf((byte)'E');
        if (exponent >= 0) written = ShortenExponent(text[..written], exponent);
        length += written;
        return this;
    }

    /// <summary>Appends a number, or null.</summary>
    public JsonLineWriter Number(double? value) => value is { } number ? Number(number) : Raw("null"u8);

    /// <summary>Appends [low,high], or null.</summary>
    public JsonLineWriter Interval(Interval? interval) =>
        interval is { } i ? Raw("["u8).Number(i.Low).Raw(","u8).Number(i.High).Raw("]"u8) : Raw("null"u8);

    /// <summary>Appends the indices of the set bits, ascending.</summary>
    public JsonLineWriter Indices(ulong mask)
    {
        Raw("["u8);
        for (bool first = true; mask != 0; mask &= mask - 1, first = false)
        {
            if (!first) Raw(","u8);
            Number(System.Numerics.BitOperations.TrailingZeroCount(mask));
        }

        return Raw("]"u8);
    }

    /// <summary>Appends a JSON string; <paramref name="text"/> is plain text of ours without quotes to escape save those that it escapes here.</summary>
    public JsonLineWriter Text(string text) =>
        Raw("\""u8).Raw(Encoding.UTF8.GetBytes(text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))).Raw("\""u8);

    /// <summary>Ends the line; writes when enough has gathered.</summary>
    public void EndLine()
    {
        Raw("\n"u8);
        if (length >= FlushAt) Flush();
    }

    /// <summary>Hands all that has gathered to the stream.</summary>
    public void Flush()
    {
        if (length == 0) return;
        output.Write(buffer, 0, length);
        output.Flush();
        length = 0;
    }

    /// <summary>1E+16 to 1e16, 1E-07 to 1e-7.</summary>
    private static int ShortenExponent(Span<byte> text, int exponent)
    {
        int to = exponent;
        text[to++] = (byte)'e';
        int from = exponent + 1;
        if (text[from] == '-') text[to++] = (byte)'-';
        from++;
        while (from < text.Length - 1 && text[from] == '0') from++;
        while (from < text.Length) text[to++] = text[from++];
        return to;
    }

    private void Reserve(int more)
    {
        if (buffer.Length - length < more) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + more));
    }
}
