using System.Text.Json;
using Xunit;

namespace C3Fusion.Rosters.Tests;

/// <summary>
/// The verifier accepts exactly what libsodium accepts: a verifier that differs on one node is a split of the consensus. RFC 8032
/// section 7.1; ed25519-speccheck ("Taming the many EdDSAs", SSR 2020).
/// </summary>
public sealed class ReferenceVectorTests
{
    [Fact]
    public void Every_vector_of_RFC_8032_signs_and_verifies()
    {
        JsonElement[] vectors = Read("rfc8032/rfc8032_ed25519.json");
        Assert.True(vectors.Length >= 5);
        foreach (JsonElement vector in vectors)
        {
            byte[] message = Hex(vector, "msg"), signature = Hex(vector, "sig");
            using Ed25519Signer signer = Ed25519Signer.FromSeed(Hex(vector, "sk"));
            Assert.Equal(Hex(vector, "pk"), Convert.FromHexString(signer.PublicKey.ToString()));
            Assert.Equal(signature, signer.SignRaw(message));
            var check = new SignatureCheck(signer.PublicKey);
            Assert.True(check.VerifyRaw(message, signature));
            for (int bit = 0; bit < 512; bit++)
            {
                byte[] changed = [.. signature];
                changed[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(check.VerifyRaw(message, changed));
            }
        }
    }

    [Fact]
    public void Of_the_speccheck_cases_only_number_3_is_accepted_the_published_row_of_LibSodium()
    {
        JsonElement[] cases = Read("ed25519-speccheck/cases.json");
        Assert.Equal(12, cases.Length);
        IEnumerable<int> accepted = Enumerable.Range(0, 12).Where(i =>
            new SignatureCheck(PublicKey.Read(Hex(cases[i], "pub_key"))).VerifyRaw(Hex(cases[i], "message"), Hex(cases[i], "signature")));
        Assert.Equal([3], accepted);
    }

    [Fact]
    public void Small_order_and_non_canonical_keys_verify_nothing()
    {
        using Ed25519Signer signer = Ed25519Signer.FromSeed(new byte[32]);
        byte[] signature = signer.SignRaw("message"u8);
        foreach (string key in new[]
        {
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        })
        {
            Assert.False(new SignatureCheck(PublicKey.Read(Convert.FromHexString(key))).VerifyRaw("message"u8, signature));
            Assert.False(new SignatureCheck(PublicKey.Read(Convert.FromHexString(key))).VerifyRaw("message"u8, new byte[64]));
        }
    }

    private static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    private static JsonElement[] Read(string name)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "C3Fusion.sln"))) folder = Path.GetDirectoryName(folder);
        string file = Path.Combine(folder ?? "", "..", "shared", "data", "crypto", name);
        Assert.SkipUnless(folder is not null && File.Exists(file), $"../shared/data/crypto/{name} is not there");
        return [.. JsonDocument.Parse(File.ReadAllBytes(file)).RootElement.EnumerateArray()];
    }
}
