using System.Buffers.Text;
using System.Text.Json;

namespace C3Fusion.Node.JsonLines;

/// <summary>Numbers of the command-line forms: JSON numbers or decimal strings such as <c>"2.7"</c>, within the double range.</summary>
internal static class JsonNumber
{
    /// <summary>Reads the value at the reader's token; false where it is no usable number.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out double value)
    {
        value = 0;
        if (reader.TokenType == JsonTokenType.Number) return reader.TryGetDouble(out value) && double.IsFinite(value);
        if (reader.TokenType != JsonTokenType.String || reader.HasValueSequence || reader.ValueIsEscaped) return false;
        return TryParse(reader.ValueSpan, out value);
    }

    /// <summary>Reads a decimal string: optional sign, digits, optional fraction, optional exponent; nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        foreach (byte b in text)
        {
            bool decimalCharacter = b is (>= (byte)'0' and <= (byte)'9') or (byte)'+' or (byte)'-' or (byte)'.' or (byte)'e' or (byte)'E';
            if (!decimalCharacter) return false;
        }

        return Utf8Parser.TryParse(text, out value, out int used) && used == text.Length && double.IsFinite(value);
    }
}
