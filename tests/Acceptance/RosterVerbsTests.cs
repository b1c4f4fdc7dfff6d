using System.Text.Json;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary><c>c3fusion keys</c>, <c>roster</c> and <c>verify</c> as an operator uses them: from nothing to a signed roster, and what is refused.</summary>
public sealed class RosterVerbsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("c3fusion-roster-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private static Task<Product.Run> RunAsync(params string[] arguments) => Product.RunAsync(arguments);

    [Fact]
    public async Task From_keys_to_a_signed_roster_that_verifies()
    {
        Product.Run keys = await RunAsync("keys", "create", "authority", "node-1", "node-2", "node-3", "radar-1", "--dir", _folder);
        Assert.Equal((0, 5), (keys.ExitCode, keys.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Equal(await File.ReadAllTextAsync(At("node-1.pub"), TestContext.Current.CancellationToken), (await RunAsync("keys", "show", At("node-1.key"))).Output);
        Assert.Equal(2, (await RunAsync("keys", "create", "node-1", "--dir", _folder)).ExitCode);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("node-1.key")));

        string radar = (await File.ReadAllTextAsync(At("radar-1.pub"), TestContext.Current.CancellationToken)).Trim();
        await File.WriteAllTextAsync(At("sensors.json"), $$"""[{"id":"R1","kind":"radar","key":"{{radar}}","sigma_pos_m":30,"sigma_vel_mps":5}]""", TestContext.Current.CancellationToken);
        Product.Run built = await BuildAsync("1");
        Assert.Equal((0, ""), (built.ExitCode, built.Error));
        Product.Run unsigned = await RunAsync("roster", "verify", At("roster.json"));
        Assert.Equal(1, unsigned.ExitCode);
        Assert.Contains("it is not signed", unsigned.Output, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("roster", "sign", At("roster.json"), "--key", At("authority.key"))).ExitCode);
        Product.Run verified = await RunAsync("roster", "verify", At("roster.json"), "--authority", At("authority.pub"), "--json");
        Assert.Equal(0, verified.ExitCode);
        JsonElement summary = JsonDocument.Parse(verified.Output).RootElement;
        Assert.True(summary.GetProperty("valid").GetBoolean());
        Assert.Equal((3, 1, 3), (summary.GetProperty("n").GetInt32(), summary.GetProperty("f_n").GetInt32(), summary.GetProperty("certificateQuorum").GetInt32()));
        Roster roster = RosterJson.Read(await File.ReadAllBytesAsync(At("roster.json"), TestContext.Current.CancellationToken), out _);
        Assert.Equal(roster.Hash.ToString(), summary.GetProperty("hash").GetString());

        Assert.Equal(1, (await RunAsync("roster", "verify", At("roster.json"), "--authority", At("node-1.pub"))).ExitCode);
        Product.Run neither = await RunAsync("verify", At("sensors.json"), "--roster", At("roster.json"));
        Assert.Equal(2, neither.ExitCode);
        Assert.Contains("neither a certificate", neither.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_that_contradict_each_other_make_no_roster()
    {
        await RunAsync("keys", "create", "node-1", "node-2", "node-3", "--dir", _folder);
        await File.WriteAllTextAsync(At("sensors.json"), "[]", TestContext.Current.CancellationToken);
        Product.Run run = await BuildAsync("2");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("f_n = 2: it must be 0 to n-2 = 1", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(At("roster.json")));
    }

    private Task<Product.Run> BuildAsync(string faulty) => RunAsync(
        "roster", "build", "--cluster", "alpha", "--f-n", faulty, "--start", "2026-06-01T00:00:00Z", "--datum", "52.1", "-1.3", "--sensors", At("sensors.json"), "-o", At("roster.json"),
        "--node", $"node-1={At("node-1.pub")}", "--node", $"node-2={At("node-2.pub")}", "--node", $"node-3={At("node-3.pub")}");
}
