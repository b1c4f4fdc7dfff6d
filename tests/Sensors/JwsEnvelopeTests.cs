using System.Text;
using C3Fusion.Rosters;
using CsCheck;
using Xunit;

namespace C3Fusion.Sensors.Tests;

public sealed class JwsEnvelopeTests
{
    // RFC 8037, appendices A.1, A.2 and A.4.
    private const string RfcSeed = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    private const string RfcKey = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    private const string RfcJws = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

    [Fact]
    public void The_example_of_rfc_8037_is_made_byte_for_byte()
    {
        using var signer = Ed25519Signer.FromSeed(Decoded(RfcSeed));
        Assert.Equal(PublicKey.Read(Decoded(RfcKey)), signer.PublicKey);
        byte[] made = JwsEnvelope.Seal("{\"alg\":\"EdDSA\"}"u8, "Example of Ed25519 signing"u8, signer);
        Assert.Equal(RfcJws, Encoding.ASCII.GetString(made));
    }

    [Fact]
    public void The_example_of_rfc_8037_verifies()
    {
        byte[] envelope = Encoding.ASCII.GetBytes(RfcJws);
        Span<byte> signature = stackalloc byte[64];
        Assert.True(JwsEnvelope.TrySplit(envelope, out Range header, out Range payload, signature));
        Assert.Equal("{\"alg\":\"EdDSA\"}", Encoding.UTF8.GetString(Decoded(Encoding.ASCII.GetString(envelope[header]))));
        Assert.Equal("Example of Ed25519 signing", Encoding.UTF8.GetString(Decoded(Encoding.ASCII.GetString(envelope[payload]))));
        var check = new SignatureCheck(PublicKey.Read(Decoded(RfcKey)));
        Assert.True(check.VerifyJws(JwsEnvelope.SigningInput(envelope), signature));
        signature[3] ^= 1;
        Assert.False(check.VerifyJws(JwsEnvelope.SigningInput(envelope), signature));
    }

    [Fact]
    public void Base64url_reads_what_it_wrote_and_nothing_else() =>
        Gen.Byte.Array[0, 70].Sample(bytes =>
        {
            byte[] text = Encoding.ASCII.GetBytes(System.Buffers.Text.Base64Url.EncodeToString(bytes));
            byte[] back = new byte[80];
            bool reads = JwsEnvelope.TryDecode(text, back, out int length) && back.AsSpan(0, length).SequenceEqual(bytes);

            // Every other text of the same length either fails or stands for other bytes.
            for (int i = 0; i < text.Length; i++)
            {
                byte kept = text[i];
                foreach (byte other in "A_=B +/\n"u8)
                {
                    if (other == kept) continue;
                    text[i] = other;
                    if (JwsEnvelope.TryDecode(text, back, out length) && back.AsSpan(0, length).SequenceEqual(bytes)) return false;
                }

                text[i] = kept;
            }

            return reads;
        });

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData(".RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")]
    [InlineData("eyJhbGciOiJFZERTQSJ9.RXhh.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAh")]
    [InlineData("eyJhbGciOiJFZERTQSJ9.RXhh.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg==")]
    public void What_is_no_strict_compact_form_is_not_split(string text) =>
        Assert.False(JwsEnvelope.TrySplit(Encoding.ASCII.GetBytes(text), out _, out _, stackalloc byte[64]));

    [Fact]
    public void No_domain_separated_message_passes_as_a_jws()
    {
        using var signer = Ed25519Signer.FromSeed(Decoded(RfcSeed));
        Assert.Throws<FormatException>(() => signer.SignJws("C3FUSION/1..."u8));
        Assert.Throws<FormatException>(() => signer.SignJws("no-dot"u8));
    }

    private static byte[] Decoded(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
}
