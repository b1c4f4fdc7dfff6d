using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using C3Fusion.Node.Demo;
using C3Fusion.Node.Verbs;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary><c>c3fusion demo</c> as a process of its own, as its users run it.</summary>
[Collection(nameof(DemoCollection))]
public sealed class DemoVerbTests
{
    [Fact]
    public async Task The_demo_holds_with_liars_a_traitor_and_a_jammed_link()
    {
        int port = FreePort();
        Task<Product.Run> running = Product.RunAsync(["demo", "--duration", "22s", "--seed", "7", "--json", "--http", $"{port}"]);
        await UntilReady(port, running);
        Product.Run run = await running;
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        JsonElement summary = JsonDocument.Parse(Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))).RootElement;
        Assert.Equal(4, summary.GetProperty("nodes").GetInt32());
        Assert.Equal(["node-1", "node-2", "node-3"], Texts(summary, "honest"));
        Assert.True(summary.GetProperty("slots").GetInt32() >= 20, run.Output);
        Assert.True(summary.GetProperty("slotsFinal").GetInt32() > 0, run.Output);
        Assert.True(summary.GetProperty("decisionsEqual").GetBoolean());
        Assert.True(summary.GetProperty("picturesEqual").GetBoolean());
        Assert.True(summary.GetProperty("tracksPublished").GetInt32() >= 10, run.Output);
        Assert.True(summary.GetProperty("containment").GetDouble() > 0.99, run.Output);
        Assert.Equal(0, summary.GetProperty("assuredOutside").GetInt32());
        Assert.Equal(["node-4"], Texts(summary, "equivocators"));
        Assert.Equal(["radar-2", "sat-1"], summary.GetProperty("accused").EnumerateArray().Select(entry => entry.GetProperty("sensor").GetString()!).Distinct().Order(StringComparer.Ordinal));
        Assert.All(summary.GetProperty("accused").EnumerateArray(), entry => Assert.Contains(entry.GetProperty("kind").GetString(), new[] { "Contradicted", "Unconfirmed" }));
        Assert.True(summary.GetProperty("plansCommitted").GetInt32() >= 1, run.Output);
        Assert.Equal(JsonValueKind.Array, summary.GetProperty("alarms").ValueKind);
        JsonElement latency = summary.GetProperty("latencyMs");
        Assert.InRange(latency.GetProperty("p50").GetDouble(), 1, latency.GetProperty("p99").GetDouble());
        Assert.InRange(latency.GetProperty("p99").GetDouble(), 1, 10_000);
    }

    [Theory]
    [InlineData("--duration", "soon", "60s")]
    [InlineData("--nodes", "2", "3 to")]
    [InlineData("--traitor", "node-9", "node-4")]
    [InlineData("--liars", "radar-77", "radar-1")]
    [InlineData("--lie", "fib", "bias")]
    [InlineData("--http", "70000", "8080")]
    [InlineData("--lie", "bias=-3km", "bias=5km")]
    [InlineData("--broker", "localhost", "localhost:1883")]
    [InlineData("--truth", "/nowhere.csv", "does not exist")]
    public async Task Bad_usage_says_what_would_be_right_in_one_line(string option, string value, string right)
    {
        Product.Run run = await Product.RunAsync(["demo", option, value]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(right, Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_named()
    {
        Product.Run run = await Product.RunAsync(["demo", "--broker", "127.0.0.1:1", "--duration", "1s"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("127.0.0.1:1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupted_before_its_first_slot_it_says_that_nothing_was_checked()
    {
        Product.Run run = await Product.InterruptAsync(["demo"], after: "starting:");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("c3fusion demo: stopped before the first slot: nothing was checked", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task Interrupted_later_it_sums_up_what_was_seen()
    {
        Product.Run run = await Product.InterruptAsync(["demo", "--liars", "none", "--traitor", "none"], after: "   5 s");
        Assert.Contains("\"decisionsEqual\":true", run.Output, StringComparison.Ordinal);
        Assert.Equal(run.Output.Contains("held: equal decisions", StringComparison.Ordinal) ? 0 : 1, run.ExitCode);
    }

    [Fact]
    public void Why_no_demo_was_seen_decides_the_exit_code()
    {
        Assert.Equal((2, "x"), DemoVerb.Explain(new DemoStartException(2, "x"), false));
        Assert.Equal((1, "x"), DemoVerb.Explain(new DemoStartException(1, "x"), false));
        Assert.Equal((2, "x"), DemoVerb.Explain(new InvalidDataException("x"), false));
        Assert.Null(DemoVerb.Explain(new InvalidOperationException("a fault of the program"), false));
        Assert.Null(DemoVerb.Explain(new OperationCanceledException(), stopped: false));
    }

    [Theory]
    [InlineData("truth.csv.gz", "time,icao24\n")]
    [InlineData("truth.csv", "no state vectors\n")]
    public async Task A_truth_file_that_is_none_is_told_in_one_line(string name, string content)
    {
        string folder = Directory.CreateTempSubdirectory("c3fusion-truth-").FullName;
        try
        {
            string path = Path.Combine(folder, name);
            await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
            Product.Run run = await Product.RunAsync(["demo", "--truth", path, "--duration", "1s", "--json"]);
            Assert.Equal((2, ""), (run.ExitCode, run.Output));
            Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Product.Run run = await Product.RunAsync(["demo", "--duration", "1s", "--json", "--http", $"{port}"]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains($":{port}", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    /// <summary>While the demo runs, its web server comes to say that every honest node's picture is good for use.</summary>
    private static async Task UntilReady(int port, Task<Product.Run> running)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        string answer = "nothing";
        while (await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            Assert.False(running.IsCompleted, $"the demo ended and was never ready; last: {answer}");
            try
            {
                using HttpResponseMessage response = await client.GetAsync("readyz", TestContext.Current.CancellationToken);
                answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                if (response.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException error)
            {
                answer = error.Message;
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static IEnumerable<string> Texts(JsonElement summary, string name) => summary.GetProperty(name).EnumerateArray().Select(text => text.GetString()!);
}
