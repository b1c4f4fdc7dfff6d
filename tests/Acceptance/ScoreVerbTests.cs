using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary><c>c3fusion score</c> through its command line.</summary>
public sealed class ScoreVerbTests : IDisposable
{
    private const string TwoTargets = """
        {"t":0,"id":0,"x":0,"y":0,"z":0,"vx":1,"vy":0,"vz":0}
        {"t":0,"id":1,"x":5000,"y":0,"z":0,"vx":1,"vy":0,"vz":0}
        {"t":1,"id":0,"x":10,"y":0,"z":0,"vx":1,"vy":0,"vz":0}

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("c3fusion-score-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_scores_what_is_published()
    {
        string picture = Line(0, "T1", 3, 4, "Assured") + Line(0, "T2", 90_000, 0, "Supported") + Line(0, "T3", 5000, 0, "Unsupported")
            + Line(1, "T1", 70_000, 0, "Alarm") + Line(1, "T4", 10, 0, "Assured");
        Product.Run run = await Product.RunAsync(["score", "--truth", File("truth.jsonl", TwoTargets)], picture);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        JsonElement score = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(2, score.GetProperty("scans").GetInt32());
        Assert.Equal((Math.Sqrt(1e6 + 25) + 0) / 2, Number(score, "gospa"), 1e-9);
        Assert.Equal((12.5, 250_000.0, 250_000.0), (Number(score, "gospaLocalisation"), Number(score, "gospaMissed"), Number(score, "gospaFalse")));
        Assert.Equal(Math.Sqrt(1_000_025 / 2.0) / 2, Number(score, "ospa"), 1e-9);
        Assert.Equal((0.5, 0.5, 0.5), (Number(score, "missed"), Number(score, "false"), Number(score, "ghosts")));
        Assert.Equal(Math.Sqrt(25 / 2.0), Number(score, "rmse"), 1e-9);
        Assert.Equal(1, score.GetProperty("idSwitches").GetInt32());
        Assert.Equal((1.0, 20.0, 0.5, 6.0), (Number(score, "containment"), Number(score, "meanWidth"), Number(score, "statContainment"), Number(score, "statMeanWidth")));
        Assert.Equal((2 / 3.0, 1 / 3.0), (Number(score.GetProperty("siap"), "completeness"), Number(score.GetProperty("siap"), "spuriousness")));
    }

    [Fact]
    public async Task Every_field_of_the_form_is_there_and_null_where_it_has_no_value()
    {
        Product.Run run = await Product.RunAsync(["score", "--truth", File("truth.jsonl", TwoTargets)], "");
        JsonElement score = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(JsonValueKind.Null, score.GetProperty("rmse").ValueKind);
        Assert.Equal(JsonValueKind.Null, score.GetProperty("containment").ValueKind);
        Assert.Equal(JsonValueKind.Null, score.GetProperty("meanWidth").ValueKind);
        foreach (string field in new[] { "gospa", "gospaLocalisation", "gospaMissed", "gospaFalse", "ospa", "missed", "false", "ghosts", "idSwitches" })
        {
            Assert.Equal(JsonValueKind.Number, score.GetProperty(field).ValueKind);
        }

        Assert.Equal(JsonValueKind.Object, score.GetProperty("siap").ValueKind);
        Assert.EndsWith("}\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_and_to_choose_the_scans_and_include_their_ends()
    {
        string truth = File("truth.jsonl", TwoTargets + "{\"t\":2,\"id\":0,\"x\":20,\"y\":0,\"z\":0}\n");
        foreach ((string from, string to, int scans) in new[] { ("1", "1", 1), ("0", "2", 3), ("0.5", "1.999999", 1), ("3", "4", 0) })
        {
            Product.Run run = await Product.RunAsync(["score", "--truth", truth, "--from", from, "--to", to], "");
            Assert.Equal(0, run.ExitCode);
            Assert.Equal(scans, JsonDocument.Parse(run.Output).RootElement.GetProperty("scans").GetInt32());
        }
    }

    [Fact]
    public async Task Gzip_carriage_returns_byte_order_marks_blank_lines_and_decimal_strings_are_read()
    {
        string truth = Path.Combine(_folder, "truth.jsonl.gz");
        using (var gzip = new GZipStream(System.IO.File.Create(truth), CompressionMode.Compress))
        {
            gzip.Write(Encoding.UTF8.GetBytes("\uFEFF{\"t\":\"0.0\",\"id\":\"a\",\"x\":\"1e1\",\"y\":\"-2.5\",\"z\":0}\r\n\r\n"));
        }

        Product.Run run = await Product.RunAsync(["score", "--truth", truth, "-"], Line(0, "T1", 10, -2.5, "Assured").Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(0, Number(JsonDocument.Parse(run.Output).RootElement, "gospa"));
    }

    [Theory]
    [InlineData("{\"t\":0,\"id\":\"T1\",\"x\":1,\"y\":2", "not JSON")]
    [InlineData("[1,2]", "not a JSON object")]
    [InlineData("nonsense", "not JSON")]
    [InlineData("{\"id\":\"T1\",\"x\":1,\"y\":2,\"z\":3,\"assurance\":\"Assured\"}", "\"t\" is missing")]
    [InlineData("{\"t\":0,\"x\":1,\"y\":2,\"z\":3,\"assurance\":\"Assured\"}", "\"id\" is missing")]
    [InlineData("{\"t\":0,\"id\":\"T1\",\"x\":1,\"y\":2,\"assurance\":\"Assured\"}", "\"z\" is missing")]
    [InlineData("{\"t\":0,\"id\":\"T1\",\"x\":1,\"y\":2,\"z\":3}", "\"assurance\" is missing")]
    [InlineData("{\"t\":0,\"id\":\"T1\",\"x\":1,\"y\":2,\"z\":3,\"assurance\":\"Sure\"}", "write Assured, Supported, Unsupported or Alarm")]
    [InlineData("{\"t\":0,\"id\":\"T1\",\"x\":\"NaN\",\"y\":2,\"z\":3,\"assurance\":\"Assured\"}", "\"x\" is no finite number")]
    [InlineData("{\"t\":0,\"id\":\"T1\",\"x\":1e999,\"y\":2,\"z\":3,\"assurance\":\"Assured\"}", "\"x\" is no finite number")]
    [InlineData("{\"t\":0,\"id\":\"T1\",\"x\":1,\"y\":2,\"z\":3,\"assurance\":\"Assured\",\"lo\":[0,0,0],\"hi\":[1,1]}", "\"hi\" is no finite number")]
    [InlineData("{\"t\":0,\"id\":\"T1\",\"x\":1,\"y\":2,\"z\":3,\"assurance\":\"Assured\",\"lo\":[0,0,9],\"hi\":[1,1,1]}", "\"lo\" is above \"hi\"")]
    [InlineData("{\"t\":0,\"id\":\"T1\",\"x\":1,\"y\":2,\"z\":3,\"assurance\":\"Assured\"} {}", "not JSON")]
    [InlineData("{\"t\":0,\"id\":{},\"x\":1,\"y\":2,\"z\":3,\"assurance\":\"Assured\"}", "\"id\" must be")]
    [InlineData("{\"t\":1e300,\"id\":\"T1\",\"x\":1,\"y\":2,\"z\":3,\"assurance\":\"Assured\"}", "\"t\" is beyond")]
    public async Task A_bad_line_is_named_with_its_file_and_line(string bad, string complaint)
    {
        string picture = File("picture.jsonl", "\n" + Line(5, "T1", 0, 0, "Assured") + bad + "\n");
        Product.Run run = await Product.RunAsync(["score", "--truth", File("truth.jsonl", TwoTargets), picture]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"c3fusion score: {picture}:3: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Lines_between_the_scans_are_counted_and_not_scored()
    {
        Product.Run run = await Product.RunAsync(["score", "--truth", File("truth.jsonl", TwoTargets)], Line(0.5, "T1", 0, 0, "Assured") + Line(7, "T1", 0, 0, "Assured"));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("c3fusion score: 1 picture lines lie at no time stamp of the truth and are not scored\n", run.Error);
        Assert.Equal(0, Number(JsonDocument.Parse(run.Output).RootElement, "false"));
    }

    [Fact]
    public async Task A_track_that_has_two_states_at_one_time_is_refused()
    {
        Product.Run run = await Product.RunAsync(["score", "--truth", File("truth.jsonl", TwoTargets)], Line(0, "T1", 0, 0, "Assured") + Line(0, "T1", 1, 1, "Assured"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("standard input:2: \"T1\" has a line at this \"t\" already", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("score")]
    [InlineData("score --truth nowhere.jsonl")]
    [InlineData("score --truth TRUTH --gospa-c 0")]
    [InlineData("score --truth TRUTH --gospa-c NaN")]
    [InlineData("score --truth TRUTH --gospa-p 0.5")]
    [InlineData("score --truth TRUTH --from 5 --to 4")]
    [InlineData("score --truth TRUTH --from soon")]
    [InlineData("score --truth - -")]
    [InlineData("score --truth BROKEN")]
    public async Task Bad_usage_ends_with_exit_code_2_and_a_message(string command)
    {
        command = command.Replace("TRUTH", File("truth.jsonl", TwoTargets), StringComparison.Ordinal).Replace("BROKEN", File("broken.gz", "no gzip"), StringComparison.Ordinal);
        Product.Run run = await Product.RunAsync(command.Split(' '));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("c3fusion", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_shows_an_example()
    {
        Product.Run run = await Product.RunAsync(["score", "--help"]);
        Assert.Contains("Example: c3fusion track", run.Output, StringComparison.Ordinal);
    }

    private string File(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    private static string Line(double t, string id, double x, double y, string assurance) => FormattableString.Invariant(
        $"{{\"t\":{t},\"id\":\"{id}\",\"x\":{x},\"y\":{y},\"z\":0,\"vx\":1,\"vy\":0,\"vz\":0,\"assurance\":\"{assurance}\",\"lo\":[{x - 10},{y - 10},-10],\"hi\":[{x + 10},{y + 10},10],\"statLo\":[{x - 3},{y - 3},-3],\"statHi\":[{x + 3},{y + 3},3]}}") + "\n";

    private static double Number(JsonElement score, string field) => score.GetProperty(field).GetDouble();
}
