using System.IO.Compression;
using System.Text;
using C3Fusion.Node.JsonLines;
using Xunit;

namespace C3Fusion.Node.Tests.JsonLines;

/// <summary>A gzip file cut short, at whatever byte, is never taken for a shorter one.</summary>
public sealed class GunzippedFileTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"c3fusion-{Guid.NewGuid():N}.gz");

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Cut_at_any_byte_it_is_refused_and_whole_it_is_read(int members)
    {
        string text = string.Concat(Enumerable.Range(0, 40).Select(k => $"{{\"line\":{k * k * 7919}}}\n"));
        var whole = new MemoryStream();
        // Where one member ends and the next has not begun a cut leaves a whole file.
        var ends = new List<long>();
        for (int k = 0; k < members; k++)
        {
            whole.Write(Packed(text));
            ends.Add(whole.Length);
        }

        byte[] bytes = whole.ToArray();
        for (int length = 0; length <= bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            int member = ends.IndexOf(length);
            if (member >= 0) Assert.Equal(string.Concat(Enumerable.Repeat(text, member + 1)), Unpacked());
            else Assert.Throws<InvalidDataException>(Unpacked);
        }
    }

    [Fact]
    public void An_empty_text_is_read_and_a_wrong_checksum_refused()
    {
        byte[] empty = Packed(string.Empty);
        if (empty.Length > 0)
        {
            File.WriteAllBytes(path, empty);
            Assert.Equal(string.Empty, Unpacked());
        }

        byte[] wrong = Packed("some text\n");
        wrong[^7] ^= 1;
        File.WriteAllBytes(path, wrong);
        Assert.Throws<InvalidDataException>(Unpacked);
    }

    private static byte[] Packed(string text)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private string Unpacked()
    {
        using var reader = new StreamReader(new GunzippedFile(File.OpenRead(path)));
        return reader.ReadToEnd();
    }
}
