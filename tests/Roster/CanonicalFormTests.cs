using CsCheck;
using Xunit;

namespace C3Fusion.Rosters.Tests;

public sealed class CanonicalFormTests
{
    [Fact]
    public void What_was_written_reads_back() =>
        Gen.Select(Gen.Long, Gen.Double, Gen.String, Gen.Byte.Array[0, 40]).Sample((number, real, text, bytes) =>
        {
            if (!double.IsFinite(real) || text.Any(char.IsSurrogate)) return true;
            var writer = new CanonicalWriter();
            writer.I64(number);
            writer.F64(real);
            writer.Text(text);
            writer.Blob(bytes);
            var reader = new CanonicalReader(writer.Written);
            return reader.I64() == number && reader.F64() == real && reader.Text(1 << 20) == text
                && reader.Blob(40).SequenceEqual(bytes) && reader.AtEnd;
        });

    [Fact]
    public void Bytes_that_the_writer_never_writes_are_refused()
    {
        var negativeZero = new CanonicalReader([0x80, 0, 0, 0, 0, 0, 0, 0]);
        negativeZero.F64();
        Assert.True(negativeZero.Failed);

        var notANumber = new CanonicalReader([0x7f, 0xf8, 0, 0, 0, 0, 0, 0]);
        notANumber.F64();
        Assert.True(notANumber.Failed);

        var tooLong = new CanonicalReader([0, 0, 0, 9, 1, 2, 3]);
        tooLong.Blob(8);
        Assert.True(tooLong.Failed);

        var badText = new CanonicalReader([0, 0, 0, 1, 0xff]);
        badText.Text(8);
        Assert.True(badText.Failed);
    }

    [Fact]
    public void A_signature_counts_for_its_own_purpose_cluster_and_message_alone()
    {
        using var signer = Ed25519Signer.FromSeed(new byte[32]);
        var check = new SignatureCheck(signer.PublicKey);
        var scope = SigningScope.OfCluster("alpha");
        byte[] signature = signer.Sign(scope, SignatureDomain.Vote, "message"u8);
        Assert.True(check.Verify(scope, SignatureDomain.Vote, "message"u8, signature));
        Assert.False(check.Verify(scope, SignatureDomain.Relay, "message"u8, signature));
        Assert.False(check.Verify(SigningScope.OfCluster("beta"), SignatureDomain.Vote, "message"u8, signature));
        Assert.False(check.Verify(scope, SignatureDomain.Vote, "messagf"u8, signature));
    }
}
