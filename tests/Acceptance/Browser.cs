using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using C3Fusion.Node;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary>One page in a headless Chromium, looked at over its debugging protocol (Runtime.evaluate).</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private int _turn;

    private Browser(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>Where Chromium is; null where it is not installed.</summary>
    public static string? Chromium { get; } = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium" }.FirstOrDefault(File.Exists);

    /// <summary>Opens a page.</summary>
    public static async Task<Browser> OpenAsync(NetworkAddress address)
    {
        string profile = Directory.CreateTempSubdirectory("c3fusion-chromium-").FullName;
        var start = new ProcessStartInfo(Chromium!) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", $"--user-data-dir={profile}", "--remote-debugging-port=0", $"http://{address}/" })
            start.ArgumentList.Add(argument);
        Process process = Process.Start(start)!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var browser = new Browser(process, profile);
        try
        {
            await browser.AttachAsync();
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the page, as the browser holds it now, satisfies a condition.</summary>
    public async Task<string> Until(Func<string, bool> condition, string what, int seconds = 20)
    {
        var limit = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            string page = await EvaluateAsync("document.documentElement.outerHTML");
            if (condition(page)) return page;
            Assert.True(limit.Elapsed.TotalSeconds < seconds, $"not within {seconds} s: {what}\n{page}");
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // A helper process of the browser that is still ending may write once more; the system cleans its temporary folder.
        }
    }

    private async Task AttachAsync()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string active = Path.Combine(_profile, "DevToolsActivePort");
        var limit = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        using var client = new HttpClient();
        while (true)
        {
            Assert.True(limit.Elapsed.TotalSeconds < 30, "Chromium did not open its page");
            await tick.WaitForNextTickAsync(cancellation);
            if (!File.Exists(active) || (await File.ReadAllLinesAsync(active, cancellation)) is not [{ Length: > 0 } port, ..]) continue;
            using JsonDocument pages = JsonDocument.Parse(await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/json/list"), cancellation));
            string? url = pages.RootElement.EnumerateArray().Where(page => page.GetProperty("type").GetString() == "page").Select(page => page.GetProperty("webSocketDebuggerUrl").GetString()).FirstOrDefault();
            if (url is null) continue;
            await _socket.ConnectAsync(new Uri(url), cancellation);
            return;
        }
    }

    private async Task<string> EvaluateAsync(string expression)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        int id = ++_turn;
        string request = string.Create(CultureInfo.InvariantCulture, $$$"""{"id":{{{id}}},"method":"Runtime.evaluate","params":{"expression":{{{JsonSerializer.Serialize(expression)}}},"returnByValue":true}}""");
        await _socket.SendAsync(Encoding.UTF8.GetBytes(request), WebSocketMessageType.Text, endOfMessage: true, cancellation);
        var buffer = new byte[1 << 16];
        while (true)
        {
            using var message = new MemoryStream();
            WebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer, cancellation);
                message.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            using JsonDocument answer = JsonDocument.Parse(message.ToArray());
            if (answer.RootElement.TryGetProperty("id", out JsonElement turn) && turn.GetInt32() == id)
            {
                // While the browser loads the page there is nothing to evaluate in.
                return answer.RootElement.TryGetProperty("result", out JsonElement result) && result.GetProperty("result").TryGetProperty("value", out JsonElement value) ? value.GetString() ?? "" : "";
            }
        }
    }
}
