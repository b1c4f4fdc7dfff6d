using System.Globalization;
using System.Text;
using C3Fusion.Node.Fuse;
using C3Fusion.Node.JsonLines;
using Xunit;

namespace C3Fusion.Node.Tests.JsonLines;

/// <summary>Numbers that are written read back to the same double.</summary>
public sealed class JsonNumberTests
{
    [Fact]
    public void Every_power_of_two_and_its_neighbours_read_back()
    {
        for (int exponent = -1074; exponent < 1024; exponent++)
        {
            double power = Math.ScaleB(1, exponent);
            foreach (double value in (ReadOnlySpan<double>)[power, Math.BitIncrement(power), Math.BitDecrement(power)])
            {
                AssertReadsBack(value);
                AssertReadsBack(-value);
            }
        }
    }

    [Fact]
    public void Random_bits_read_back()
    {
        var random = new Random(Environment.TickCount);
        for (int k = 0; k < 300_000; k++)
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(value)) AssertReadsBack(value);
        }
    }

    [Fact]
    public void What_the_short_form_says_wrongly_has_17_digits()
    {
        Span<byte> text = stackalloc byte[32];
        Assert.Equal("2.9802322387695312E-08", Encoding.ASCII.GetString(text[..JsonNumber.Write(text, Math.ScaleB(1, -25))]));
        Assert.Equal("0.25", Encoding.ASCII.GetString(text[..JsonNumber.Write(text, 0.25)]));
    }

    [Fact]
    public void The_lines_of_fuse_read_back_too()
    {
        using var output = new MemoryStream();
        var writer = new JsonLineWriter(output);
        for (int exponent = -1074; exponent < 1024; exponent++) writer.Number(Math.ScaleB(1, exponent)).EndLine();
        writer.Flush();
        string[] lines = Encoding.ASCII.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int k = 0; k < lines.Length; k++) Assert.Equal(Math.ScaleB(1, k - 1074), double.Parse(lines[k], CultureInfo.InvariantCulture));
        Assert.Equal(2098, lines.Length);
    }

    private static void AssertReadsBack(double value)
    {
        Span<byte> text = stackalloc byte[32];
        string written = Encoding.ASCII.GetString(text[..JsonNumber.Write(text, value)]);
        Assert.True(double.Parse(written, CultureInfo.InvariantCulture).Equals(value), $"{BitConverter.DoubleToInt64Bits(value):x16} was written {written}");
    }
}
