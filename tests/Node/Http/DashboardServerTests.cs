using System.Globalization;
using System.Net;
using System.Text;
using C3Fusion.Node.Http;
using Xunit;

namespace C3Fusion.Node.Tests.Http;

/// <summary>The box over HTTP, asked by an ordinary client.</summary>
public sealed class DashboardServerTests : IAsyncLifetime
{
    private readonly OutputBoard _board = new();
    private readonly string _pages = Directory.CreateTempSubdirectory("c3fusion-pages-").FullName;
    private readonly HttpClient _client = new();
    private DashboardServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await DashboardServer.StartAsync(_board, ["node-1"], new NetworkAddress("127.0.0.1", 0), _pages);
        _client.BaseAddress = new Uri($"http://{_server.Address}/");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_pages, recursive: true);
    }

    [Fact]
    public async Task The_process_is_healthy_while_it_answers() => Assert.Equal((HttpStatusCode.OK, "ok\n"), await Get("healthz"));

    [Fact]
    public async Task A_box_is_ready_while_its_node_is_online_and_says_so()
    {
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "node-1: no replica on this box\n"), await Get("readyz"));
        State("catching-up", 0);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "node-1: catching-up\n"), await Get("readyz"));
        State("online", 9000);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "node-1: last heard of 9 s ago\n"), await Get("readyz"));
        State("online", 100);
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await Get("readyz"));
    }

    [Fact]
    public async Task Without_a_built_dashboard_the_page_says_how_to_build_it()
    {
        (HttpStatusCode status, string page) = await Get("");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("npm run build", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_built_dashboard_is_served_and_may_load_nothing_from_elsewhere()
    {
        string pages = Directory.CreateTempSubdirectory("c3fusion-pages-").FullName;
        await File.WriteAllTextAsync(Path.Combine(pages, "index.html"), "<p>here", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(pages, "main.js"), "export {};", TestContext.Current.CancellationToken);
        await using DashboardServer server = await DashboardServer.StartAsync(_board, ["node-1"], new NetworkAddress("127.0.0.1", 0), pages);
        using HttpResponseMessage page = await _client.GetAsync(new Uri($"http://{server.Address}/"), TestContext.Current.CancellationToken);
        Assert.Equal("<p>here", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Contains("default-src 'none'; script-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        using HttpResponseMessage script = await _client.GetAsync(new Uri($"http://{server.Address}/main.js"), TestContext.Current.CancellationToken);
        Assert.Equal("text/javascript", script.Content.Headers.ContentType?.MediaType);
        using HttpResponseMessage outside = await _client.GetAsync(new Uri($"http://{server.Address}/..%2f..%2fetc/passwd"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, outside.StatusCode);
        Directory.Delete(pages, recursive: true);
    }

    [Fact]
    public async Task The_stream_tells_what_stands_then_what_changes_and_ticks()
    {
        _board.Set("c3/v1/nodes/node-1/state", "{\"slot\":1}"u8.ToArray());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(15));
        await using Stream stream = await _client.GetStreamAsync("events", limit.Token);
        using var reader = new StreamReader(stream);
        async Task<(string Kind, string Data)> Next()
        {
            string kind = (await reader.ReadLineAsync(limit.Token))!, data = (await reader.ReadLineAsync(limit.Token))!;
            Assert.Equal("", await reader.ReadLineAsync(limit.Token));
            return (kind["event: ".Length..], data["data: ".Length..]);
        }

        async Task<string> NextOf(string kind)
        {
            while (true)
            {
                (string found, string data) = await Next();
                if (found == kind) return data;
                Assert.Equal("tick", found);
            }
        }

        Assert.Equal(("all", "{}"), await Next());
        Assert.Equal("{\"topic\":\"c3/v1/nodes/node-1/state\",\"payload\":{\"slot\":1}}", await NextOf("set"));
        _board.Set("c3/v1/nodes/node-1/state", "{\"slot\":2}"u8.ToArray());
        Assert.Equal("{\"topic\":\"c3/v1/nodes/node-1/state\",\"payload\":{\"slot\":2}}", await NextOf("set"));
        _board.Clear("c3/v1/nodes/node-1/state");
        Assert.Equal("{\"topic\":\"c3/v1/nodes/node-1/state\"}", await NextOf("gone"));
        Assert.StartsWith("{\"ts\":", (await Next()).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_says_so() =>
        Assert.Contains(_server.Address.Port.ToString(CultureInfo.InvariantCulture), (await Assert.ThrowsAnyAsync<IOException>(() => DashboardServer.StartAsync(_board, [], _server.Address))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Nothing_can_be_written()
    {
        using var body = new StringContent("x");
        foreach (string path in new[] { "healthz", "events", "" })
        {
            using HttpResponseMessage response = await _client.PostAsync(path, body, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        }
    }

    private void State(string state, long agoMs) =>
        _board.Set("c3/v1/nodes/node-1/state", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"state":"{{state}}","ts":{{(SystemClock.Now.Microseconds / 1000) - agoMs}}}""")));

    private async Task<(HttpStatusCode, string)> Get(string path)
    {
        using HttpResponseMessage response = await _client.GetAsync(path, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
