using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using C3Fusion.Agreement;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary><c>c3fusion verify</c> on certificates and evidence that real agreement machines made.</summary>
public sealed class VerifyVerbTests : IDisposable
{
    private static readonly Instant Start = new(1_780_000_000_000_000);
    private static readonly Ed25519Signer Authority = SignerOf(9);
    private static readonly Roster Roster = new(
        "alpha",
        0,
        [.. Enumerable.Range(1, 3).Select(i => new NodeEntry($"node-{i}", SignerOf(i).PublicKey))],
        [],
        1,
        0,
        2,
        new SlotTiming(Start, 1_000_000, 150_000, 20_000),
        new GeodeticPosition(52.1, -1.3, 80),
        60);

    private readonly string _folder = Directory.CreateTempSubdirectory("c3fusion-verify-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    [Fact]
    public async Task A_certificate_is_proved_and_it_says_what_the_roster_rests_on()
    {
        await WriteAsync("slot.cert", CertificateFile.Write(Decide(twin: false).Certificate!, Roster));
        await WriteRosters();
        Product.Run trusted = await VerifyAsync("slot.cert", "signed.json", "--authority", Authority.PublicKey.ToString());
        Assert.Equal(0, trusted.ExitCode);
        Assert.Contains("slot 0 is decided for good: 3 of 3 nodes", trusted.Output, StringComparison.Ordinal);
        Assert.Contains($"the roster is signed by {Authority.PublicKey}, as it must be", trusted.Output, StringComparison.Ordinal);

        Product.Run unknown = await VerifyAsync("slot.cert", "signed.json");
        Assert.Equal(0, unknown.ExitCode);
        Assert.Contains("whoever that is: give --authority", unknown.Output, StringComparison.Ordinal);

        Product.Run unsigned = await VerifyAsync("slot.cert", "unsigned.json");
        Assert.Equal(0, unsigned.ExitCode);
        Assert.Contains("the roster is not signed", unsigned.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_a_roster_of_another_authority_or_of_none_it_proves_nothing()
    {
        await WriteAsync("slot.cert", CertificateFile.Write(Decide(twin: false).Certificate!, Roster));
        await WriteRosters();
        foreach (string roster in new[] { "unsigned.json", "stranger.json" })
        {
            Product.Run run = await VerifyAsync("slot.cert", roster, "--authority", Authority.PublicKey.ToString(), "--json");
            Assert.Equal(1, run.ExitCode);
            JsonElement said = JsonDocument.Parse(run.Output).RootElement;
            Assert.False(said.GetProperty("valid").GetBoolean());
            Assert.True(said.GetProperty("authorityChecked").GetBoolean());
            Assert.Contains("it proves nothing", said.GetProperty("error").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Evidence_names_the_guilty_node_and_a_changed_byte_proves_nothing()
    {
        byte[] evidence = EvidenceFile.Write(Decide(twin: true).Evidence!, Roster);
        await WriteAsync("guilt.evidence", evidence);
        await WriteRosters();
        Product.Run run = await VerifyAsync("guilt.evidence", "signed.json", "--json");
        Assert.Equal(0, run.ExitCode);
        JsonElement said = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(("node-3", "Equivocation", Authority.PublicKey.ToString()), (said.GetProperty("guilty").GetString(), said.GetProperty("kind").GetString(), said.GetProperty("rosterAuthority").GetString()));
        evidence[^1] ^= 1;
        await WriteAsync("forged.evidence", evidence);
        Product.Run forged = await VerifyAsync("forged.evidence", "signed.json");
        Assert.Equal(1, forged.ExitCode);
        Assert.Contains("a signature does not hold", forged.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_is_read_to_its_limit_and_a_device_without_end_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no such files there");
        await WriteRosters();
        Product.Run endless = await VerifyAsync("/dev/zero", "signed.json");
        Assert.Equal(2, endless.ExitCode);
        Assert.Contains("too long", endless.Error, StringComparison.Ordinal);
        Product.Run roster = await VerifyAsync(At("signed.json"), "/dev/zero");
        Assert.Equal(2, roster.ExitCode);
        Assert.Contains("too long for a roster", roster.Error, StringComparison.Ordinal);

        byte[] certificate = CertificateFile.Write(Decide(twin: false).Certificate!, Roster);
        using (var make = Process.Start("mkfifo", [At("pipe")])) await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        Task<Product.Run> reading = VerifyAsync("pipe", "signed.json");
        await File.WriteAllBytesAsync(At("pipe"), certificate, TestContext.Current.CancellationToken);
        Assert.Equal(0, (await reading).ExitCode);
    }

    private Task<Product.Run> VerifyAsync(string file, string roster, params string[] more) =>
        Product.RunAsync(["verify", At(file), "--roster", At(roster), .. more]);

    private async Task WriteRosters()
    {
        await WriteAsync("signed.json", RosterJson.Write(Roster, SignedRoster.Sign(Roster, Authority)));
        await WriteAsync("stranger.json", RosterJson.Write(Roster, SignedRoster.Sign(Roster, SignerOf(8))));
        await WriteAsync("unsigned.json", RosterJson.Write(Roster, null));
    }

    private Task WriteAsync(string name, byte[] bytes) => File.WriteAllBytesAsync(At(name), bytes, TestContext.Current.CancellationToken);

    private static Ed25519Signer SignerOf(int number) => Ed25519Signer.FromSeed([.. Enumerable.Repeat((byte)number, 32)]);

    // One slot of three machines in one thread; with a twin, node 3 exists twice and sends two values.
    private static (DecisionCertificate? Certificate, Evidence? Evidence) Decide(bool twin)
    {
        int[] identities = twin ? [0, 1, 2, 2] : [0, 1, 2];
        AgreementMachine[] machines = [.. identities.Select(self => new AgreementMachine(Roster, self, SignerOf(self + 1), RestartState.Fresh(Start.Plus(-1_000_000))))];
        var verifier = new FrameVerifier(new StatementVerifier(Roster));
        var said = new List<AgreementEffect>();
        var frames = new Queue<(int From, int To, byte[] Bytes)>();
        for (int i = 0; i < machines.Length; i++)
        {
            Step(i, new AgreementEvent.SlotOpened(0, new byte[] { (byte)i }));
            Step(i, new AgreementEvent.LeasePersisted(32));
        }

        while (frames.TryDequeue(out (int From, int To, byte[] Bytes) next))
        {
            Assert.Equal(FrameRefusal.None, verifier.Verify(next.From, next.Bytes, Start.Plus(1_000), out Verified<Frame> frame));
            Step(next.To, new AgreementEvent.FrameArrived(frame, Start.Plus(1_000)));
        }

        return (said.OfType<AgreementEffect.Certified>().LastOrDefault()?.Certificate, said.OfType<AgreementEffect.EvidenceFound>().FirstOrDefault()?.Evidence);

        void Step(int which, AgreementEvent happened)
        {
            var effects = new List<AgreementEffect>();
            machines[which].Step(happened, Start.Plus(1_000), effects);
            foreach (AgreementEffect effect in effects)
            {
                if (which == 0) said.Add(effect);
                if (effect is AgreementEffect.SendFrame send) frames.Enqueue((identities[which], send.Peer, send.Bytes.ToArray()));
            }
        }
    }
}
