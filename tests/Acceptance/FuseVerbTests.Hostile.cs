using System.Text;
using System.Text.Json;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary>Input that means harm, or that nobody thought of.</summary>
public sealed partial class FuseVerbTests
{
    [Fact]
    public async Task Names_may_be_escaped_and_broken_names_and_ids_are_carried()
    {
        FuseProcess run = await FuseProcess.OfText(
            """{"\u0069d":"a","\u0066":1,"\u0069ntervals":[[8,12],[11,13],[14,15],[9,12.5]]}""",
            """{"\ud800":1,"id":"\udc00\ud800","f":0,"intervals":[[0,1]]}""",
            "{\"id\":[1,\r 2,\t\"a \\\" b\"],\"f\":0,\"intervals\":[[0,1]]}",
            """{"id":1e400,"f":-0,"boxes":null,"intervals":[[0,1]],"unknown":{"f":-1,"boxes":[[]]}}""");
        Assert.Equal(0, run.ExitCode);
        string[] lines = run.Output.Split('\n');
        Assert.Equal(Answer, lines[0]);
        Assert.StartsWith("{\"id\":\"\\udc00\\ud800\",", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("{\"id\":[1,2,\"a \\\" b\"],", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("{\"id\":1e400,\"n\":1,\"f\":0,", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Depth_is_no_attack()
    {
        const int Depth = 100_000;
        string open = new('[', Depth);
        string close = new(']', Depth);
        FuseProcess run = await FuseProcess.OfText(
            $"{{\"id\":{open}{close},\"f\":0,\"intervals\":[[0,1]]}}",
            $"{{\"deep\":{open}{close},\"f\":0,\"intervals\":[[0,1]]}}",
            $"{{\"id\":7,\"f\":0,\"intervals\":{open}{close}}}",
            $"{{\"id\":7,\"f\":0,\"intervals\":{open}",
            Line);
        string[] lines = run.Output.Split('\n');
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("{\"id\":" + open + close + ",\"n\":1,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("{\"id\":null,\"n\":1,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("{\"id\":7,\"line\":3,\"error\":", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("{\"id\":null,\"line\":4,\"error\":\"not JSON", lines[3], StringComparison.Ordinal);
        Assert.Equal(Answer, lines[4]);
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_spoil_their_line_only()
    {
        byte[] input = [.. "{\"id\":\""u8, 0xFF, 0xC0, .. "\",\"f\":0,\"intervals\":[[0,1]]}\n"u8, 0, (byte)'\n', .. Encoding.UTF8.GetBytes(Line)];
        FuseProcess run = await FuseProcess.Run(input);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("UTF-8", run.Lines[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("JSON", run.Lines[1].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("a", run.Lines[2].GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_line_beyond_all_measure_is_read_over_and_the_next_one_answered()
    {
        FuseProcess run = await FuseProcess.Run([.. "{\"id\":\""u8, .. Enumerable.Repeat((byte)'a', 17 << 20), .. "\"}\n"u8, .. Encoding.UTF8.GetBytes(Line)]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("longer than", run.Lines[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("a", run.Lines[1].GetProperty("id").GetString());
    }

    [Fact]
    public async Task Numbers_of_any_length_are_read_to_the_nearest_double()
    {
        string ones = new('1', 100_000);
        FuseProcess run = await FuseProcess.OfText($"{{\"f\":0,\"intervals\":[[0.{ones},1{new string('0', 300)}],[1e-400,\"1e300\"]]}}", """{"f":1e300,"intervals":[[0,1]]}""");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("[0.1111111111111111,1e300]", run.Lines[0].GetProperty("marzullo").GetRawText());
        Assert.Equal(1e300, run.Lines[1].GetProperty("f").GetDouble());
        Assert.Equal("Insufficient", run.Lines[1].GetProperty("status").GetString());
    }

    [Theory]
    [InlineData(3, 64)]
    [InlineData(6, 16)]
    public async Task The_hardest_boxes_are_answered_at_once(int d, int n)
    {
        // Equal widths in another order on each axis: no coordinate is dominated, every corner differs.
        var random = new Random(3);
        var lines = new List<string>();
        for (int f = 0; f <= (n - 1) / 2; f += Math.Max(1, n / 16))
        {
            int[][] orders = [.. Enumerable.Range(0, d).Select(_ => { int[] order = [.. Enumerable.Range(0, n)]; random.Shuffle(order); return order; })];
            IEnumerable<string> boxes = Enumerable.Range(0, n).Select(i => "[" + string.Join(',', orders.Select(order => $"[{order[i]},{order[i] + (3 * n / 4)}]")) + "]");
            lines.Add($"{{\"id\":{f},\"f\":{f},\"boxes\":[{string.Join(',', boxes)}]}}");
        }

        long start = Environment.TickCount64;
        FuseProcess run = await FuseProcess.OfText([.. lines]);
        Assert.InRange(Environment.TickCount64 - start, 0, 20_000);
        Assert.Equal(lines.Count, run.Lines.Count(answer => answer.GetProperty("status").ValueKind == JsonValueKind.String));
    }
}
