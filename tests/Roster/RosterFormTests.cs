using System.Text;
using CsCheck;
using Xunit;

namespace C3Fusion.Rosters.Tests;

/// <summary>The two forms of a roster: canonical bytes, which are hashed and signed, and the JSON file.</summary>
public sealed class RosterFormTests
{
    private static readonly Roster Sound = TestRosters.Sound();

    private static string Json(Roster? roster = null) => Encoding.UTF8.GetString(RosterJson.Write(roster ?? Sound));

    private static RosterFormatException Refused(string json) => Assert.Throws<RosterFormatException>(() => RosterJson.Read(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void Both_forms_read_back_to_the_same_roster()
    {
        Assert.Equal(Sound, RosterBytes.Read(RosterBytes.Write(Sound)));
        Assert.Equal(Sound, RosterJson.Read(RosterJson.Write(Sound), out SignedRoster? none));
        Assert.Null(none);
        using Ed25519Signer authority = TestRosters.Signer(99);
        SignedRoster signed = SignedRoster.Sign(Sound, authority);
        byte[] file = RosterJson.Write(Sound, signed);
        Assert.Equal(Sound, RosterJson.Read(file, out SignedRoster? read));
        Assert.True(read!.IsSigned);
        Assert.Equal(file, RosterJson.Write(Sound, read));
    }

    [Fact]
    public void The_hash_covers_content_and_not_the_way_it_is_written()
    {
        string json = Json().Replace("\n", "\r\n", StringComparison.Ordinal).Replace("\"bias_cap_m\": 12.5", "\"bias_cap_m\": 1.25e1", StringComparison.Ordinal);
        Assert.Equal(Sound.Hash, RosterJson.Read(Encoding.UTF8.GetBytes("\uFEFF" + json), out _).Hash);
    }

    [Fact]
    public void No_change_of_one_byte_of_the_canonical_form_is_the_same_roster()
    {
        byte[] bytes = RosterBytes.Write(Sound);
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte[1, 255]).Sample(
            (where, change) =>
            {
                byte[] changed = [.. bytes];
                changed[where] ^= change;
                return RosterBytes.Read(changed) is not { } read || (read != Sound && RosterBytes.Write(read).AsSpan().SequenceEqual(changed));
            },
            iter: 20_000);
        for (int length = 0; length < bytes.Length; length++) Assert.Null(RosterBytes.Read(bytes.AsSpan(0, length)));
        Assert.Null(RosterBytes.Read([.. bytes, 0]));
    }

    [Fact]
    public void A_signature_of_another_roster_cluster_or_authority_does_not_hold()
    {
        using Ed25519Signer authority = TestRosters.Signer(99), stranger = TestRosters.Signer(98);
        SignedRoster signed = SignedRoster.Sign(Sound, authority);
        Assert.True(signed.IsSigned);
        Assert.False((signed with { Roster = Sound with { FaultyNodes = 2 } }).IsSigned);
        Assert.False((signed with { Roster = Sound with { ClusterId = "beta" } }).IsSigned);
        Assert.False((signed with { Authority = stranger.PublicKey }).IsSigned);
    }

    [Fact]
    public void Errors_say_where_what_is_wrong_and_what_would_be_right()
    {
        Assert.StartsWith("line 3: not JSON", Refused("{\n\"cluster\": \"a\",\n\"epoch\": }").Message, StringComparison.Ordinal);
        Assert.Equal("timing.period_us is missing", Refused(Replaced("\"period_us\"", "\"periode_us\"")).Message);
        Assert.Equal("sensors[0].sigma_pos_m must be a number", Refused(Replaced("\"sigma_pos_m\": 30", "\"sigma_pos_m\": \"30\"")).Message);
        Assert.StartsWith("sensors[0].bias_cap is not known; known here are: axes, bias_cap_m,", Refused(Replaced("\"bias_cap_m\"", "\"bias_cap\"")).Message, StringComparison.Ordinal);
        Assert.Equal("f_n must be a whole number from 0 to 65535", Refused(Replaced("\"f_n\": 1", "\"f_n\": -1")).Message);
        Assert.Equal("f_n must be a whole number", Refused(Replaced("\"f_n\": 1", "\"f_n\": 1.5")).Message);
        Assert.Equal("nodes[0].key must be 64 hexadecimal digits", Refused(Replaced($"\"{Sound.Nodes[0].Key}\"", "\"abc\"")).Message);
        Assert.Equal("sensors[0].axes: \"range\" is none of horizontal, height, velocity", Refused(Replaced("\"height\",", "\"range\",")).Message);
        Assert.Equal("f_n = 3: it must be 0 to n-2 = 2", Refused(Replaced("\"f_n\": 1", "\"f_n\": 3")).Message);
        Assert.Equal("cluster stands there twice", Refused(Replaced("\"epoch\": 0", "\"epoch\": 0, \"cluster\": \"b\"")).Message);
        Assert.Equal("authority and signature belong together: both or none", Refused(Replaced("\"epoch\": 0", $"\"epoch\": 0, \"authority\": \"{Sound.Nodes[0].Key}\"")).Message);
        Assert.Equal("the file must be a JSON object", Refused("[]").Message);
        Assert.Equal("a text in the file is not valid Unicode", Refused(Replaced("\"alpha\"", "\"\\ud800\"")).Message);
    }

    [Fact]
    public void No_damaged_file_does_anything_but_read_or_be_refused_with_a_message()
    {
        byte[] file = RosterJson.Write(Sound);
        Gen.Select(Gen.Int[0, file.Length - 1], Gen.Byte).Sample(
            (where, value) =>
            {
                byte[] changed = [.. file];
                changed[where] = value;
                try
                {
                    return RosterRules.Violations(RosterJson.Read(changed, out _)).Count == 0;
                }
                catch (RosterFormatException refused)
                {
                    return refused.Message.Length > 0;
                }
            },
            iter: 20_000);
    }

    private static string Replaced(string old, string by)
    {
        string json = Json();
        int at = json.IndexOf(old, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{old} is not in the file");
        return json[..at] + by + json[(at + old.Length)..];
    }
}
