using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary><c>c3fusion fuse</c> as a user runs it.</summary>
public sealed partial class FuseVerbTests
{
    private const string Line = """{"id":"a","f":1,"intervals":[[8,12],[11,13],[14,15],[9,12.5]]}""";
    private const string Answer = """{"id":"a","n":4,"f":1,"status":"Ok","regions":[[11,12]],"marzullo":[11,12],"faultTolerant":[11,12.5],"maxOverlap":3,"minFaulty":1,"accused":[2],"midpoint":11.5,"brooksIyengar":11.5,"trimmedMean":11.375,"median":11.375}""";

    [Fact]
    public async Task The_example_of_the_help_is_what_it_prints()
    {
        FuseProcess help = await FuseProcess.Run([], "--help");
        Assert.Equal(0, help.ExitCode);
        Assert.Contains(Line, help.Output, StringComparison.Ordinal);
        Assert.Contains(Answer, help.Output, StringComparison.Ordinal);
        FuseProcess run = await FuseProcess.OfText(Line);
        Assert.Equal((0, Answer + "\n", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public async Task A_byte_order_mark_CRLF_blank_lines_and_a_missing_last_newline_are_accepted()
    {
        FuseProcess run = await FuseProcess.Run(Encoding.UTF8.GetBytes($"\uFEFF{Line}\r\n\r\n \t\r\n\n{Line}"), "-");
        Assert.Equal((0, $"{Answer}\n{Answer}\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task A_file_and_a_gzipped_file_are_read()
    {
        string folder = Directory.CreateTempSubdirectory("fuse").FullName;
        try
        {
            string plain = Path.Combine(folder, "cases.jsonl");
            File.WriteAllText(plain, Line + "\n");
            string zipped = plain + ".gz";
            using (var gzip = new GZipStream(File.Create(zipped), CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(Line));
            Assert.Equal(Answer + "\n", (await FuseProcess.Run([], plain)).Output);
            Assert.Equal(Answer + "\n", (await FuseProcess.Run([], zipped)).Output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_bad_usage_said_in_one_line()
    {
        foreach (string path in new[] { "no-such-file", "", Path.GetTempPath() })
        {
            FuseProcess run = await FuseProcess.Run([], path);
            Assert.Equal((2, ""), (run.ExitCode, run.Output));
            Assert.StartsWith("c3fusion fuse: cannot read ", run.Error, StringComparison.Ordinal);
            Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    [Fact]
    public async Task A_gz_file_that_is_none_is_bad_usage()
    {
        string path = Path.Combine(Path.GetTempPath(), $"fuse-{Environment.ProcessId}.gz");
        File.WriteAllText(path, Line);
        try
        {
            FuseProcess run = await FuseProcess.Run([], path);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains("cannot read", run.Error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_gz_file_cut_short_is_said_in_one_line_by_fuse_track_and_score()
    {
        string folder = Directory.CreateTempSubdirectory("cut").FullName;
        try
        {
            string whole = Path.Combine(folder, "whole.gz");
            using (var gzip = new GZipStream(File.Create(whole), CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(Line + "\n"));
            byte[] bytes = File.ReadAllBytes(whole);
            string path = Path.Combine(folder, "cut.gz");
            foreach (int length in new[] { 0, 5, bytes.Length - 8, bytes.Length - 1 })
            {
                File.WriteAllBytes(path, bytes[..length]);
                FuseProcess run = await FuseProcess.Run([], path);
                Assert.Equal(2, run.ExitCode);
                Assert.Contains("cut short", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
            }

            string sensors = Path.Combine(folder, "sensors.json");
            File.WriteAllText(sensors, """{"dt":1.0,"sensors":[{"id":"R1","kind":"radar","sigma_pos_m":30.0,"sigma_vel_mps":5.0}]}""");
            string picture = Path.Combine(folder, "picture.jsonl");
            File.WriteAllText(picture, "");
            string truth = Path.Combine(folder, "truth.gz");
            using (var gzip = new GZipStream(File.Create(truth), CompressionLevel.Fastest)) gzip.Write("{\"t\":0.0,\"id\":0,\"x\":0,\"y\":0,\"z\":0}\n"u8);
            File.WriteAllBytes(path, File.ReadAllBytes(truth)[..^1]);
            foreach (string[] arguments in new[] { new[] { "track", "--sensors", sensors, "--f", "0", path }, ["score", "--truth", path, picture] })
            {
                FuseProcess run = await FuseProcess.RunVerb([], arguments);
                Assert.Equal(2, run.ExitCode);
                Assert.Contains("cut short", run.Error, StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_full_disk_is_said_and_the_exit_code_is_2()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full here");
        var start = new ProcessStartInfo("sh") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true };
        foreach (string part in new[] { "-c", "exec dotnet \"$0\" fuse > /dev/full", FuseProcess.Executable() }) start.ArgumentList.Add(part);
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteLineAsync(Line);
        process.StandardInput.Close();
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, process.ExitCode);
        Assert.StartsWith("c3fusion fuse: standard output: cannot be written: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whole_numbers_are_whole_in_every_form()
    {
        foreach (string f in new[] { "1", "1.0", "1e0", "10e-1", "0.1e1", "\"1.000000000000000000000\"", "100000000000000000000e-20" })
        {
            JsonElement answer = (await FuseProcess.OfText($$"""{"f":{{f}},"intervals":[[0,1],[0,1],[0,1]]}""")).Lines.Single();
            Assert.Equal(1, answer.GetProperty("f").GetDouble());
        }
    }

    [Fact]
    public async Task The_error_of_too_many_boxes_of_too_many_dimensions_speaks_of_the_dimensions()
    {
        string box = "[" + string.Join(',', Enumerable.Repeat("[0,1]", 7)) + "]";
        JsonElement answer = (await FuseProcess.OfText($$"""{"f":0,"boxes":[{{string.Join(',', Enumerable.Repeat(box, 65))}}]}""")).Lines.Single();
        Assert.Contains("7 dimensions: 1 to 6", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_lines_are_answered_in_their_place_and_the_exit_code_is_2()
    {
        FuseProcess run = await FuseProcess.OfText(Line, "nonsense", "", """{"id":[1,{"k":null}],"f":1}""", Line);
        Assert.Equal(2, run.ExitCode);
        JsonElement[] lines = run.Lines;
        Assert.Equal(4, lines.Length);
        Assert.Equal("a", lines[0].GetProperty("id").GetString());
        Assert.Equal(JsonValueKind.Null, lines[1].GetProperty("id").ValueKind);
        Assert.Equal(2, lines[1].GetProperty("line").GetInt32());
        Assert.Equal("[1,{\"k\":null}]", lines[2].GetProperty("id").GetRawText());
        Assert.Equal(4, lines[2].GetProperty("line").GetInt32());
        Assert.Equal("a", lines[3].GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("""{"id":1,"f":1}""", "none of")]
    [InlineData("""{"id":1,"f":1,"intervals":[[0,1]],"points":[[0]]}""", "several of")]
    [InlineData("""{"id":1,"f":1,"intervals":[[0,1]],"intervals":[[0,1]]}""", "several of")]
    [InlineData("""{"id":1,"intervals":[[0,1]]}""", "f is absent")]
    [InlineData("""{"id":1,"f":null,"intervals":[[0,1]]}""", "f is absent")]
    [InlineData("""{"id":1,"f":-1,"intervals":[[0,1]]}""", "f is negative")]
    [InlineData("""{"id":1,"f":0.5,"intervals":[[0,1]]}""", "whole number")]
    [InlineData("""{"id":1,"f":0.9999999999999999999,"intervals":[[0,1]]}""", "whole number")]
    [InlineData("""{"id":1,"f":"1.00000000000000000001","intervals":[[0,1]]}""", "whole number")]
    [InlineData("""{"id":1,"f":-1e-400,"intervals":[[0,1]]}""", "whole number")]
    [InlineData("""{"id":1,"f":15e-1,"intervals":[[0,1]]}""", "whole number")]
    [InlineData("""{"id":1,"f":"1/2","intervals":[[0,1]]}""", "f is no decimal string")]
    [InlineData("""{"id":1,"f":true,"intervals":[[0,1]]}""", "f is no number")]
    [InlineData("""{"id":1,"f":[1],"intervals":[[0,1]]}""", "f is no number")]
    [InlineData("""{"id":1,"f":1e400,"intervals":[[0,1]]}""", "beyond the double range")]
    [InlineData("""{"id":1,"f":0,"f":1,"intervals":[[0,1]]}""", "f is given twice")]
    [InlineData("""{"id":1,"f":0,"id":1,"intervals":[[0,1]]}""", "id is given twice")]
    [InlineData("""{"id":1,"f":0,"intervals":[]}""", "intervals is empty")]
    [InlineData("""{"id":1,"f":0,"intervals":{}}""", "intervals is no list")]
    [InlineData("""{"id":1,"f":0,"intervals":"[[0,1]]"}""", "intervals is no list")]
    [InlineData("""{"id":1,"f":0,"intervals":[[]]}""", "has 0 numbers")]
    [InlineData("""{"id":1,"f":0,"intervals":[[1]]}""", "has 1 numbers")]
    [InlineData("""{"id":1,"f":0,"intervals":[[1,2,3]]}""", "has 3 numbers")]
    [InlineData("""{"id":1,"f":0,"intervals":[1,2]}""", "intervals[0] is no list")]
    [InlineData("""{"id":1,"f":0,"intervals":[[0,1],{"lo":1,"hi":2}]}""", "intervals[1] is no list")]
    [InlineData("""{"id":1,"f":0,"intervals":[[0,1],[5,2]]}""", "intervals[1] has lo > hi")]
    [InlineData("""{"id":1,"f":0,"intervals":[["NaN",1]]}""", "no decimal string")]
    [InlineData("""{"id":1,"f":0,"intervals":[["1/3",1]]}""", "no decimal string")]
    [InlineData("""{"id":1,"f":0,"intervals":[[" 1",2]]}""", "no decimal string")]
    [InlineData("""{"id":1,"f":0,"intervals":[["0x1",2]]}""", "no decimal string")]
    [InlineData("""{"id":1,"f":0,"intervals":[["1,5",2]]}""", "no decimal string")]
    [InlineData("""{"id":1,"f":0,"intervals":[["",2]]}""", "no decimal string")]
    [InlineData("""{"id":1,"f":0,"intervals":[["Infinity","Infinity"]]}""", "no decimal string")]
    [InlineData("""{"id":1,"f":0,"intervals":[["١","٢"]]}""", "no decimal string")]
    [InlineData("""{"id":1,"f":0,"intervals":[[-1e309,1]]}""", "beyond the double range")]
    [InlineData("""{"id":1,"f":0,"intervals":[["1e309","1e310"]]}""", "beyond the double range")]
    [InlineData("""{"id":1,"f":0,"intervals":[[null,1]]}""", "is no number")]
    [InlineData("""{"id":1,"f":0,"boxes":[]}""", "boxes is empty")]
    [InlineData("""{"id":1,"f":0,"boxes":[[]]}""", "boxes[0] is empty")]
    [InlineData("""{"id":1,"f":0,"boxes":[[[0,1]],[[0,1],[0,1]]]}""", "ragged")]
    [InlineData("""{"id":1,"f":0,"boxes":[[0,1]]}""", "boxes[0][0] is no list")]
    [InlineData("""{"id":1,"f":0,"boxes":[[[0,1],[2,1]]]}""", "boxes[0][1] has lo > hi")]
    [InlineData("""{"id":1,"f":0,"boxes":[[[0,1],[0,1],[0,1],[0,1],[0,1],[0,1],[0,1]]]}""", "7 dimensions")]
    [InlineData("""{"id":1,"f":0,"points":[]}""", "points is empty")]
    [InlineData("""{"id":1,"f":0,"points":[[]]}""", "points[0] is empty")]
    [InlineData("""{"id":1,"f":0,"points":[[1,2],[1]]}""", "ragged")]
    [InlineData("""{"id":1,"f":0,"points":[1]}""", "points[0] is no list")]
    [InlineData("""{"id":1,"f":0,"points":[[1,[2]]]}""", "points[0][1] is no number")]
    public async Task A_bad_line_is_refused_with_its_reason_and_its_id(string line, string reason)
    {
        FuseProcess run = await FuseProcess.OfText(line);
        Assert.Equal(2, run.ExitCode);
        JsonElement answer = run.Lines.Single();
        Assert.Equal("1", answer.GetProperty("id").GetRawText());
        Assert.Equal(1, answer.GetProperty("line").GetInt32());
        Assert.Contains(reason, answer.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[1]")]
    [InlineData("17")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("""{"id":1,"f":0,"intervals":[[0,1]]""")]
    [InlineData("""{"id":1,"f":0,"intervals":[[0,1]]}}""")]
    [InlineData("""{"id":1,"f":0,"intervals":[[0,1]]} {}""")]
    [InlineData("""{"id":1,"f":0,"intervals":[[0,1],]}""")]
    [InlineData("""{"id":1,"f":0,"intervals":[[0,01]]}""")]
    [InlineData("""{"id":1,"f":0,"intervals":[[0,NaN]]}""")]
    [InlineData("""{"id":1,"f":0,/**/"intervals":[[0,1]]}""")]
    [InlineData("""{'id':1,"f":0,"intervals":[[0,1]]}""")]
    public async Task What_is_no_JSON_object_is_refused_without_an_id(string line)
    {
        FuseProcess run = await FuseProcess.OfText(line, Line);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(JsonValueKind.Null, run.Lines[0].GetProperty("id").ValueKind);
        Assert.Contains("JSON", run.Lines[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("a", run.Lines[1].GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("intervals", "[0,1]", 64, 64)]
    [InlineData("boxes", "[[0,1],[0,1],[0,1]]", 64, 64)]
    [InlineData("boxes", "[[0,1],[0,1],[0,1],[0,1]]", 16, 16)]
    [InlineData("boxes", "[[0,1],[0,1],[0,1],[0,1],[0,1],[0,1]]", 16, 16)]
    [InlineData("points", "[0,1]", 64, 64)]
    public async Task The_largest_list_is_fused_and_one_more_is_refused(string form, string entry, int most, int n)
    {
        string Of(int count) => $"{{\"id\":1,\"f\":2,\"{form}\":[{string.Join(',', Enumerable.Repeat(entry, count))}]}}";
        FuseProcess run = await FuseProcess.OfText(Of(most), Of(most + 1));
        Assert.Equal(n, run.Lines[0].GetProperty("n").GetInt32());
        Assert.Contains($"{most + 1} {form}", run.Lines[1].GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e0")]
    [InlineData("10e-1")]
    [InlineData("\"1\"")]
    [InlineData("\"1.0\"")]
    public async Task A_whole_number_may_be_written_in_any_way(string f)
    {
        FuseProcess run = await FuseProcess.OfText($"{{\"id\":\"a\",\"f\":{f},\"intervals\":[[8,12],[11,13],[14,15],[9,12.5]]}}");
        Assert.Equal((0, Answer + "\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task Below_2f_plus_1_only_the_overlap_is_answered()
    {
        FuseProcess run = await FuseProcess.OfText(
            """{"id":1,"f":1,"intervals":[[0,2],[1,3]]}""",
            """{"id":2,"f":2147483648,"intervals":[[0,2],[1,3]]}""",
            """{"id":3,"f":1,"boxes":[[[0,2],[0,1]],[[1,3],[5,6]]]}""",
            """{"id":4,"f":1,"points":[[0,2],[1,3]]}""");
        Assert.Equal(0, run.ExitCode);
        const string Rest = "\"status\":\"Insufficient\",\"regions\":[],\"marzullo\":null,\"faultTolerant\":null,\"maxOverlap\":2,\"minFaulty\":0,\"accused\":[],\"midpoint\":null,\"brooksIyengar\":null,\"trimmedMean\":null,\"median\":null}";
        string[] lines = run.Output.Split('\n');
        Assert.Equal("{\"id\":1,\"n\":2,\"f\":1," + Rest, lines[0]);
        Assert.Equal("{\"id\":2,\"n\":2,\"f\":2147483648," + Rest, lines[1]);
        Assert.Equal("{\"id\":3,\"n\":2,\"d\":2,\"f\":1,\"status\":\"Insufficient\",\"joint\":null,\"perAxis\":[null,null],\"maxOverlap\":1,\"minFaulty\":1,\"accused\":[]}", lines[2]);
        Assert.Equal("{\"id\":4,\"n\":2,\"d\":2,\"f\":1,\"status\":\"Insufficient\",\"trimmedMean\":null,\"median\":null,\"geometricMedian\":null}", lines[3]);
    }

    [Fact]
    public async Task In_an_alarm_F_f_can_exist_and_nobody_is_accused()
    {
        JsonElement answer = (await FuseProcess.OfText("""{"f":1,"intervals":[[0,1],[1.000001,2],[5,6]]}""")).Lines.Single();
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("id").ValueKind);
        Assert.Equal("Alarm", answer.GetProperty("status").GetString());
        Assert.Equal("[]", answer.GetProperty("regions").GetRawText());
        Assert.Equal("[1.000001,2]", answer.GetProperty("faultTolerant").GetRawText());
        Assert.Equal("[]", answer.GetProperty("accused").GetRawText());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("midpoint").ValueKind);
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("brooksIyengar").ValueKind);
        Assert.Equal(1.5000005, answer.GetProperty("median").GetDouble(), 1e-15);
    }

    [Fact]
    public async Task End_points_come_back_bit_for_bit()
    {
        string[] numbers = ["0", "-0.0", "5e-324", "-5e-324", "2.2250738585072014e-308", "1.7976931348623157e308", "-1.7976931348623157e308", "0.1", "1e16", "1e-7", "123456789012345678", "0.30000000000000004", "9007199254740993", "1e22", "1e23", "4.35", "100000"];
        FuseProcess run = await FuseProcess.OfText([.. numbers.Select(number => $"{{\"f\":0,\"intervals\":[[{number},{number}]]}}")]);
        Assert.Equal(0, run.ExitCode);
        for (int i = 0; i < numbers.Length; i++)
        {
            double expected = double.Parse(numbers[i], System.Globalization.CultureInfo.InvariantCulture);
            foreach (string name in new[] { "marzullo", "faultTolerant" })
                Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(run.Lines[i].GetProperty(name)[1].GetDouble()));
            foreach (string name in new[] { "midpoint", "median", "trimmedMean", "brooksIyengar" })
                Assert.Equal(expected, run.Lines[i].GetProperty(name).GetDouble());
        }
    }

    [Fact]
    public async Task Each_answer_is_out_before_more_input_is_awaited()
    {
        using Process process = FuseProcess.Start();
        for (int i = 0; i < 3; i++)
        {
            await process.StandardInput.WriteAsync(Line + "\n");
            await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            string? answer = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            Assert.Equal(Answer, answer);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
