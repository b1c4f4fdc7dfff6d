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
