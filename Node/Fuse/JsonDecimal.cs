using System.Globalization;
using System.Text.Json;

namespace C3Fusion.Node.Fuse;

/// <summary>A number of the input: a JSON number, or a string with the text of one.</summary>
internal static class JsonDecimal
{
    private const string Expected = "is no number: expected a JSON number or a decimal string";

    /// <summary>Reads the value at the reader, whatever it is, to its end; returns null, or what is wrong with it.</summary>
    public static string? Read(ref Utf8JsonReader reader, out double value)
    {
        value = 0;
        if (reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
        {
            reader.Skip();
            return Expected;
        }

        ReadOnlySpan<byte> text = reader.ValueSpan;
        if (reader.ValueIsEscaped) return "is a string with escapes: expected a JSON number or a decimal string";
        if (reader.TokenType == JsonTokenType.String && !IsJsonNumber(text)) return "is no decimal string: expected the text of a JSON number, such as \"2.7\" or \"-1e3\"";
        value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? null : "is beyond the double range";
    }

    /// <summary>Is the number with this JSON text a whole one? Judged by its digits, not by the double next to it.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> text)
    {
        int at = text.IndexOfAny((byte)'e', (byte)'E');
        ReadOnlySpan<byte> digits = at < 0 ? text : text[..at];
        int point = digits.IndexOf((byte)'.');
        int last = digits.LastIndexOfAnyInRange((byte)'1', (byte)'9');
        if (last < 0) return true;
        // The decimal place of the last digit that is not 0: 0 for ones, 1 for tenths.
        long place = point < 0 ? last - (digits.Length - 1) : last < point ? last - (point - 1) : last - point;
        return place <= Exponent(at < 0 ? default : text[(at + 1)..]);
    }

    /// <summary>The exponent, as far as any number of digits on a line can matter.</summary>
    private static long Exponent(ReadOnlySpan<byte> text)
    {
        const long Bound = 1 << 30;
        long exponent = 0;
        foreach (byte b in text)
            if (b is >= (byte)'0' and <= (byte)'9') exponent = Math.Min(Bound, (exponent * 10) + (b - '0'));
        return text.Length > 0 && text[0] == '-' ? -exponent : exponent;
    }

    /// <summary>Can the escaped string at the reader be unescaped? Not with half of a surrogate pair.</summary>
    public static bool TryUnescape(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsJsonNumber(ReadOnlySpan<byte> text)
    {
        int at = 0;
        if (at < text.Length && text[at] == '-') at++;
        int whole = Digits(text, ref at);
        if (whole == 0 || (whole > 1 && text[at - whole] == '0')) return false;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            if (Digits(text, ref at) == 0) return false;
        }

        if (at < text.Length && text[at] is (byte)'e' or (byte)'E')
        {
            at++;
            if (at < text.Length && text[at] is (byte)'+' or (byte)'-') at++;
            if (Digits(text, ref at) == 0) return false;
        }

        return at == text.Length;
    }

    private static int Digits(ReadOnlySpan<byte> text, ref int at)
    {
        int start = at;
        while (at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9') at++;
        return at - start;
    }
}
