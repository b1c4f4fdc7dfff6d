using System.Globalization;
using System.Text;
using C3Fusion.Node;
using C3Fusion.Node.Http;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary>The web picture in a real browser (headless Chromium), over a board that a hostile node writes on.</summary>
public sealed class DashboardTests
{
    private const string Hostile = "<img src=x onerror=\\\"document.title='owned'\\\">";

    [Fact]
    public async Task The_page_shows_what_nodes_say_as_text_whatever_it_is()
    {
        var board = new OutputBoard();
        Fill(board);
        await using DashboardServer server = await StartAsync(board);
        await using Browser browser = await Browser.OpenAsync(server.Address);
        string page = await browser.Until(now => now.Contains("class=\"good\">live</strong>", StringComparison.Ordinal) && now.Contains("T17", StringComparison.Ordinal), "the picture is shown");
        foreach (string shown in new[] { "node-1", "online", "T17", "Assured", "±m", "radar-2", "Unconfirmed", "Equivocator", "FinalSync", "abcdef012345" })
            Assert.Contains(shown, page, StringComparison.Ordinal);
        Assert.Contains("&lt;img src=x onerror=", page, StringComparison.Ordinal);
        Assert.Contains("zz&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.Contains("<title>C3Fusion</title>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_stream_breaks_the_page_says_so_and_a_track_ages()
    {
        var board = new OutputBoard();
        Fill(board);
        DashboardServer server = await StartAsync(board);
        await using Browser browser = await Browser.OpenAsync(server.Address);
        await browser.Until(page => page.Contains("<td class=\"good\">fresh</td>", StringComparison.Ordinal), "the track is fresh");
        // The node says nothing more of the track, and the stream goes on.
        await browser.Until(page => page.Contains("<td class=\"doubt\">old</td>", StringComparison.Ordinal) && page.Contains(">live</strong>", StringComparison.Ordinal), "the track is old");
        await server.DisposeAsync();
        await browser.Until(page => page.Contains("STREAM BROKEN: nothing heard for", StringComparison.Ordinal) && page.Contains("class=\"broken\"", StringComparison.Ordinal), "the page says that its stream broke");
    }

    private static async Task<DashboardServer> StartAsync(OutputBoard board)
    {
        string pages = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        Assert.SkipUnless(File.Exists(Path.Combine(pages, "main.js")), "the dashboard is not built: cd Dashboard && npm ci && npm run build");
        Assert.SkipUnless(Browser.Chromium is not null, "Chromium is not installed");
        return await DashboardServer.StartAsync(board, ["node-1"], new NetworkAddress("127.0.0.1", 0), pages);
    }

    private static void Fill(OutputBoard board)
    {
        void Say(string topic, string json) => board.Set("c3/v1/nodes/node-1/" + topic, Encoding.UTF8.GetBytes(json));
        string ts = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        Say("state", $$"""{"v":1,"node":"node-1","state":"online","slot":7,"pictureHash":"abcdef0123456789","linksUp":3,"links":3,"ts":{{ts}}}""");
        Say("decisions/latest", """{"v":1,"slot":7,"basis":"FinalSync","strength":4}""");
        Say("picture/agreed/T17", $$"""{"v":1,"name":"T17","assurance":"Assured","n":8,"f":2,"support":6,"x":1000,"y":2000,"xLo":900,"xHi":1100,"yLo":1900,"yHi":2100,"alt":5000,"speed":150,"bearing":45,"ts":{{ts}},"ttl":20,"rejectedBy":"{{Hostile}}"}""");
        Say("sensors/radar-2/trust", $$"""{"v":1,"sensor":"radar-2","trusted":false,"accusation":"Unconfirmed","evidence":"{{Hostile}}","accepted":5,"refused":1}""");
        Say("alarms/Equivocator/node-4", $$"""{"v":1,"kind":"Equivocator","subject":"node-4","detail":"{{Hostile}}","slot":3}""");
        board.Set("c3/v1/nodes/zz<script>/state", "{}"u8.ToArray());
    }
}
