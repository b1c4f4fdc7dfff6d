using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace C3Fusion.Node.JsonLines;

/// <summary>Numbers of the command-line forms, right to the last bit: JSON numbers, or strings that hold the text of one, such as <c>"2.7"</c>.</summary>
internal static class JsonNumber
{
    private static readonly double[] PowerOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>Reads the value at the reader's token; false where it is no finite number.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out double value)
    {
        value = 0;
        if (reader.TokenType == JsonTokenType.Number) return reader.TryGetDouble(out value) && double.IsFinite(value);
        if (reader.TokenType != JsonTokenType.String || reader.HasValueSequence || reader.ValueIsEscaped) return false;
        return reader.ValueSpan.Length > 0 && Read(reader.ValueSpan, out value) == reader.ValueSpan.Length && double.IsFinite(value);
    }

    /// <summary>Reads a number of the form -?digits[.digits][e±digits] from the start of the text.</summary>
    /// <remarks>
    /// A mantissa below 2^53 and a power of ten up to 22 are both exact doubles, so their quotient is the correctly rounded
    /// value (Clinger, "How to read floating point numbers accurately", 1990); all else goes to the library's parser.
    /// </remarks>
    /// <returns>How many bytes it takes; 0 where there is no JSON number.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Read(ReadOnlySpan<byte> text, out double value)
    {
        int i = 0;
        bool negative = text.Length > 0 && text[0] == '-';
        if (negative) i++;
        int start = i;
        ulong mantissa = 0;
        while (i < text.Length && (uint)(text[i] - '0') <= 9) mantissa = (mantissa * 10) + (ulong)(text[i++] - '0');
        int whole = i - start;
        if (whole == 0 || (whole > 1 && text[start] == '0')) return None(out value);
        int digits = whole;
        int scale = 0;
        if (i < text.Length && text[i] == '.')
        {
            int point = ++i;
            while (i < text.Length && (uint)(text[i] - '0') <= 9) mantissa = (mantissa * 10) + (ulong)(text[i++] - '0');
            scale = i - point;
            if (scale == 0) return None(out value);
            digits += scale;
        }

        if (i < text.Length && (text[i] | 0x20) == 'e') return Slow(text, out value);
        if (digits > 18 || mantissa > (1UL << 53) || scale > 22) return Slow(text, out value);
        double magnitude = scale == 0 ? mantissa : mantissa / PowerOfTen[scale];
        value = negative ? -magnitude : magnitude;
        return i;
    }

    /// <summary>Writes the number in as few digits as read back to the same double; 17 digits where the short form does not.</summary>
    /// <remarks>The short form of the runtime is one digit too short for some powers of two, such as 2^-25: it takes the lower neighbour to lie as far away as the upper one.</remarks>
    /// <returns>How many bytes it takes, at most 24.</returns>
    public static int Write(Span<byte> text, double value)
    {
        value.TryFormat(text, out int written, default, CultureInfo.InvariantCulture);
        // Only at powers of two the neighbours are not equally far away.
        if ((BitConverter.DoubleToUInt64Bits(value) & 0xFFFFFFFFFFFFF) != 0) return written;
        if (double.TryParse(text[..written], NumberStyles.Float, CultureInfo.InvariantCulture, out double back) && back.Equals(value)) return written;
        value.TryFormat(text, out written, "G17", CultureInfo.InvariantCulture);
        return written;
    }

    private static int None(out double value)
    {
        value = 0;
        return 0;
    }

    private static int Slow(ReadOnlySpan<byte> text, out double value)
    {
        int end = 0;
        while (end < text.Length && text[end] is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.' or (byte)'e' or (byte)'E') end++;
        return Utf8Parser.TryParse(text[..end], out value, out int used) && used == end && text[end - 1] is >= (byte)'0' and <= (byte)'9' ? end : None(out value);
    }
}
