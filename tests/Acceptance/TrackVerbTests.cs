using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary><c>c3fusion track</c> through its command line.</summary>
public sealed class TrackVerbTests : IDisposable
{
    private const string Sensors = """
        {"dt":1.0,"sensors":[
          {"id":"R1","kind":"radar","sigma_pos_m":30,"sigma_vel_mps":5},
          {"id":"R2","sigma_pos_m":40,"sigma_vel_mps":6,"bound_k":4,"bias_cap_m":0,"pd":0.9},
          {"id":"R3","sigma_pos_m":50,"sigma_vel_mps":8},
          {"id":"R4","sigma_pos_m":60,"sigma_vel_mps":8},
          {"id":"R5","sigma_pos_m":80,"sigma_vel_mps":10}]}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("c3fusion-track-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_line_has_every_field_and_its_position_in_its_boxes()
    {
        Product.Run run = await Track(Reports(20));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        string[] fields = ["t", "id", "x", "y", "z", "vx", "vy", "vz", "assurance", "n", "f", "support", "sensors", "rejected", "lo", "hi", "statLo", "statHi"];
        JsonElement[] lines = Parse(run.Output);
        Assert.Equal(4 * 20, lines.Length);
        foreach (JsonElement line in lines)
        {
            Assert.Equal(fields, line.EnumerateObject().Select(p => p.Name).Take(fields.Length));
            Assert.Equal("Assured", line.GetProperty("assurance").GetString());
            Assert.Equal(line.GetProperty("n").GetInt32(), line.GetProperty("sensors").GetArrayLength() + line.GetProperty("rejected").GetArrayLength());
            Assert.InRange(line.GetProperty("n").GetInt32(), 3, 5);
            foreach ((string low, string high) in new[] { ("lo", "hi"), ("statLo", "statHi") })
            {
                for (int axis = 0; axis < 3; axis++)
                {
                    double value = line.GetProperty("xyz"[axis].ToString()).GetDouble();
                    Assert.InRange(value, line.GetProperty(low)[axis].GetDouble(), line.GetProperty(high)[axis].GetDouble());
                }
            }
        }

        Assert.Equal(lines.Select(l => (l.GetProperty("t").GetDouble(), Number(l))).Order(), lines.Select(l => (l.GetProperty("t").GetDouble(), Number(l))));
    }

    [Theory]
    [InlineData("t")]
    [InlineData("rx")]
    public async Task Input_cut_after_a_scan_gives_the_same_lines_up_to_there_byte_for_byte(string order)
    {
        string[] reports = Reports(20);
        string whole = (await Track(reports, "--order", order)).Output;
        string cut = (await Track([.. reports.Where(r => JsonDocument.Parse(r).RootElement.GetProperty(order).GetDouble() <= 10)], "--order", order)).Output;
        Assert.NotEmpty(cut);
        Assert.StartsWith(cut, whole, StringComparison.Ordinal);
        Assert.Equal(10, Parse(cut)[^1].GetProperty("t").GetDouble());
    }

    [Fact]
    public async Task By_arrival_nothing_is_used_before_it_has_come()
    {
        JsonElement[] prompt = Parse((await Track(Reports(10), "--order", "rx", "--lag", "0.5")).Output);
        JsonElement[] late = Parse((await Track(Reports(10), "--order", "rx")).Output);
        Assert.Equal(0, prompt[0].GetProperty("t").GetDouble());
        Assert.Equal(1, late[0].GetProperty("t").GetDouble());
    }

    [Fact]
    public async Task The_order_of_lines_and_the_way_they_are_written_do_not_matter()
    {
        string[] reports = Reports(10);
        string expected = (await Track(reports)).Output;
        Assert.Equal(expected, (await Track([.. reports.Reverse()])).Output);
        string[] rewritten = [.. reports.Select((r, i) => i % 2 == 0 ? r.Replace("\"x\":", " \"note\" : [1,{\"a\":null}] ,\t\"x\": ", StringComparison.Ordinal) + "\r" : r.Replace("\"s\":\"R", "\"s\":\"\\u0052", StringComparison.Ordinal) + "\n\n")];
        Assert.Equal(expected, (await Track(["\uFEFF" + rewritten[0], .. rewritten[1..]])).Output);
        string[] strings = [.. reports.Select(r => Replaced(r, "\"(x|t|k|vx|sg)\":([-0-9.]+)", "\"$1\":\"$2\""))];
        Assert.Equal(expected, (await Track(strings)).Output);

        string packed = Path.Combine(_folder, "reports.jsonl.gz");
        using (var gzip = new GZipStream(File.Create(packed), CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(string.Join('\n', reports)));
        Assert.Equal(expected, (await Product.RunAsync(["track", "--sensors", SensorsFile(), "--f", "1", packed])).Output);
    }

    [Fact]
    public async Task What_cannot_be_used_is_counted_by_reason_and_left_out()
    {
        string[] reports = Reports(10);
        string expected = (await Track(reports)).Output;
        string good = reports[100];
        string[] unusable =
        [
            good.Replace("\"s\":\"R", "\"s\":\"Q", StringComparison.Ordinal),
            Replaced(good, "\"x\":[-0-9.]+", "\"x\":1e999"),
            Replaced(good, "\"y\":[-0-9.]+", "\"y\":\"NaN\""),
            good.Replace("\"sg\":", "\"sg\":-", StringComparison.Ordinal),
            good,
        ];
        Product.Run run = await Track([.. reports, .. unusable], "--stats");
        Assert.Equal((0, expected), (run.ExitCode, run.Output));
        JsonElement stats = JsonDocument.Parse(run.Error).RootElement;
        Assert.Equal(reports.Length + 5, stats.GetProperty("reports").GetInt32());
        Assert.Equal("""{"unknownSensor":1,"nonFinite":2,"badSigma":1,"duplicate":1}""", stats.GetProperty("refused").GetRawText());
        Assert.Equal("[]", stats.GetProperty("accusations").GetRawText());
        Assert.True(stats.GetProperty("seconds").GetDouble() > 0 && stats.GetProperty("reportsPerSecond").GetDouble() > 0 && stats.GetProperty("peakMemoryMB").GetDouble() > 0);

        string[] malformed = ["{", "nonsense", "[1]", "{\"t\":1,\"s\":\"R1\",\"k\":1,\"x\":2}", good + "}", good.Replace("\"x\":", "\"x\":NaN,\"q\":", StringComparison.Ordinal), "\"" + new string('a', 3_000_000) + "\""];
        run = await Track([.. malformed, .. reports], "--stats");
        Assert.Equal((2, expected), (run.ExitCode, run.Output));
        Assert.Equal("""{"malformed":7}""", JsonDocument.Parse(run.Error).RootElement.GetProperty("refused").GetRawText());
    }

    [Fact]
    public async Task Reports_an_hour_or_an_age_away_end_nothing()
    {
        string[] reports = Reports(10);
        string expected = (await Track(reports)).Output;
        string away = reports[0].Replace("\"t\":0", "\"t\":{0}", StringComparison.Ordinal);
        string[] mixed = [.. reports, .. new[] { "3600", "1e9", "3e12", "1e300" }.Select(t => away.Replace("{0}", t, StringComparison.Ordinal))];
        Product.Run run = await Track(mixed);
        Assert.StartsWith(expected, run.Output, StringComparison.Ordinal);
        Product.Run early = await Track([.. reports, away.Replace("{0}", "-3600", StringComparison.Ordinal)]);
        Assert.Equal((0, Parse(expected).Length), (early.ExitCode, Parse(early.Output).Length));
    }

    /// <summary>The scans are counted from the first report; one that claims to be of the future must not count for that.</summary>
    [Theory]
    [InlineData("1e6")]
    [InlineData("3e12")]
    [InlineData("2.5")]
    public async Task By_arrival_a_first_report_from_the_future_makes_no_other_late(string t)
    {
        string[] reports = Reports(10);
        string expected = (await Track(reports, "--order", "rx")).Output;
        string lie = $$"""{"t":{{t}},"rx":0.0,"s":"R2","k":9,"x":0,"y":0}""";
        Product.Run run = await Track([lie, .. reports], "--order", "rx", "--stats");
        Assert.NotEmpty(expected);
        Assert.Equal(expected, run.Output);
        Assert.Equal("""{"future":1}""", JsonDocument.Parse(run.Error).RootElement.GetProperty("refused").GetRawText());
        Product.Run alone = await Track([lie], "--order", "rx");
        Assert.Equal((0, ""), (alone.ExitCode, alone.Output));
    }

    [Fact]
    public async Task A_packed_file_that_is_damaged_does_not_pass_for_a_whole_one()
    {
        string packed = Path.Combine(_folder, "broken.jsonl.gz");
        using (var gzip = new GZipStream(File.Create(packed), CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(string.Join('\n', Reports(40))));
        byte[] bytes = await File.ReadAllBytesAsync(packed, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 0xFF;
        bytes[(bytes.Length / 2) + 1] ^= 0xFF;
        await File.WriteAllBytesAsync(packed, bytes[..(bytes.Length - 100)], TestContext.Current.CancellationToken);
        Product.Run run = await Product.RunAsync(["track", "--sensors", SensorsFile(), "--f", "1", packed]);
        Assert.Equal(2, run.ExitCode);
    }

    [Fact]
    public async Task With_all_the_tracks_that_are_not_published_come_too()
    {
        JsonElement[] all = Parse((await Track(Reports(10), "--all")).Output);
        JsonElement[] published = Parse((await Track(Reports(10))).Output);
        Assert.All(published, l => Assert.Contains(l.GetProperty("assurance").GetString(), new[] { "Assured", "Supported" }));
        Assert.InRange(all.Length, published.Length, int.MaxValue);
    }

    [Theory]
    [InlineData("--f should be", "track", "--sensors", "SENSORS", "--f", "-1")]
    [InlineData("--order should be", "track", "--sensors", "SENSORS", "--f", "1", "--order", "x")]
    [InlineData("--lag should be", "track", "--sensors", "SENSORS", "--f", "1", "--lag", "-2")]
    [InlineData("cannot be read", "track", "--sensors", "/no/such/file", "--f", "1")]
    [InlineData("cannot be read", "track", "--sensors", "SENSORS", "--f", "1", "/no/such/file")]
    public async Task Bad_usage_is_one_line_and_exit_code_2(string complaint, params string[] arguments)
    {
        Product.Run run = await Product.RunAsync([.. arguments.Select(a => a == "SENSORS" ? SensorsFile() : a)]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("""{"dt":0,"sensors":[]}""", "\"dt\" should be")]
    [InlineData("""{"sensors":[]}""", "should name 1 to 64")]
    [InlineData("""{"sensors":[{"id":"A"}]}""", "\"sigma_pos_m\" is missing")]
    [InlineData("""{"sensors":[{"id":"A","sigma_pos_m":-3}]}""", "\"sigma_pos_m\" should be above 0")]
    [InlineData("""{"sensors":[{"id":"A","sigma_pos_m":3},{"id":"A","sigma_pos_m":3}]}""", "appears twice")]
    public async Task A_bad_sensors_file_is_told_in_one_line(string content, string complaint)
    {
        string path = Path.Combine(_folder, "bad.json");
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        Product.Run run = await Product.RunAsync(["track", "--sensors", path, "--f", "1"]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_recorded_attack_is_tracked_and_scored_by_the_two_verbs_together()
    {
        string? data = SharedData("tracking/n20-slowdrift");
        if (data is null) Assert.Skip("../shared/data/tracking is not here");
        Product.Run picture = await Product.RunAsync(["track", "--sensors", Path.Combine(data, "sensors.json"), "--f", "2", "--stats", Path.Combine(data, "reports.jsonl.gz")]);
        Product.Run score = await Product.RunAsync(["score", "--truth", Path.Combine(data, "truth.jsonl.gz"), "--from", "20"], picture.Output);
        Assert.InRange(JsonDocument.Parse(score.Output).RootElement.GetProperty("gospa").GetDouble(), 0, 72);
        JsonElement[] accusations = [.. JsonDocument.Parse(picture.Error).RootElement.GetProperty("accusations").EnumerateArray()];
        Assert.Equal(["R2", "S1"], accusations.Select(a => a.GetProperty("sensor").GetString()).Order());
        Assert.All(accusations, a => Assert.Equal(("Unconfirmed", JsonValueKind.Null), (a.GetProperty("kind").GetString(), a.GetProperty("to").ValueKind)));
    }

    private async Task<Product.Run> Track(string[] reports, params string[] options) =>
        await Product.RunAsync(["track", "--sensors", SensorsFile(), "--f", "1", .. options], string.Join('\n', reports));

    private string SensorsFile()
    {
        string path = Path.Combine(_folder, "sensors.json");
        File.WriteAllText(path, Sensors);
        return path;
    }

    /// <summary>Four targets on straight courses, five sensors, errors of a few metres.</summary>
    private static string[] Reports(int scans)
    {
        var lines = new List<string>();
        var random = new Random(5);
        for (int scan = 0; scan < scans; scan++)
        {
            for (int sensor = 1; sensor <= 5; sensor++)
            {
                for (int target = 0; target < 4; target++)
                {
                    double Error() => (random.NextDouble() - 0.5) * 40;
                    lines.Add(string.Create(CultureInfo.InvariantCulture,
                        $$"""{"t":{{scan}},"rx":{{scan + 0.1}},"s":"R{{sensor}}","k":{{(100 * sensor) + target}},"x":{{(20_000 * target) + (150 * scan) + Error():F1}},"y":{{5000 + Error():F1}},"z":{{4000 + Error():F1}},"vx":150,"vy":0,"vz":0,"sg":30,"sv":5}"""));
                }
            }
        }

        return [.. lines];
    }

    private static JsonElement[] Parse(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];

    private static string Replaced(string text, string pattern, string by) => Regex.Replace(text, pattern, by, RegexOptions.None, TimeSpan.FromSeconds(1));

    private static long Number(JsonElement line) => long.Parse(line.GetProperty("id").GetString()!.AsSpan(1), CultureInfo.InvariantCulture);

    private static string? SharedData(string relative)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "C3Fusion.sln"))) folder = Path.GetDirectoryName(folder);
        string path = Path.GetFullPath(Path.Combine(folder ?? ".", "..", "shared", "data", relative));
        return Directory.Exists(path) ? path : null;
    }
}
