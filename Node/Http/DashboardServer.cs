using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace C3Fusion.Node.Http;

/// <summary>
/// The web operational picture and the health of a box over HTTP: <c>/</c> (the dashboard), <c>/events</c> (<see cref="OutputStream"/>),
/// <c>/healthz</c> (the process lives), <c>/readyz</c> (each node's picture is good for use). Reads only; it is for a trusted network or behind a proxy that asks who is there.
/// </summary>
internal sealed class DashboardServer : IAsyncDisposable
{
    private const int MaxReaders = 64;

    private const string ContentSecurity = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string NotBuilt = """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>C3Fusion</title>
        <h1>The dashboard is not built</h1>
        <p>With Node.js 20 or later: <code>cd Dashboard &amp;&amp; npm ci &amp;&amp; npm run build</code>, then build and start again.
        <p>Everything else works without it: <a href="/events">the stream</a>, <a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a>.
        """;

    private readonly WebApplication _app;
    private int _readers;

    private DashboardServer(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public NetworkAddress Address { get; private set; } = null!;

    /// <summary>Starts to serve.</summary>
    /// <param name="board">What is told.</param>
    /// <param name="nodes">The nodes whose readiness counts.</param>
    /// <param name="address">Where to listen; port 0 lets the system choose.</param>
    /// <param name="pages">The folder of the built dashboard; it may be absent.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<DashboardServer> StartAsync(OutputBoard board, IReadOnlyList<string> nodes, NetworkAddress address, string? pages = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 4 * MaxReaders;
            kestrel.Limits.MaxRequestBodySize = 1024;
            kestrel.Listen(address.Resolve());
        });
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        var server = new DashboardServer(app);
        server.Map(board, nodes, pages ?? Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        try
        {
            await app.StartAsync().ConfigureAwait(false);
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        string bound = app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        server.Address = address with { Port = new Uri(bound).Port };
        return server;
    }

    /// <summary>Serves until the answer is disposed; does nothing where no address is given.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<IAsyncDisposable> ServeAsync(OutputBoard board, IReadOnlyList<string> nodes, NetworkAddress? address) =>
        address is null ? new Nothing() : await StartAsync(board, nodes, address).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(limit.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private void Map(OutputBoard board, IReadOnlyList<string> nodes, string pages)
    {
        _app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = ContentSecurity;
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            context.Response.Headers.CacheControl = "no-store";
            return next(context);
        });
        _app.UseRouting();
        bool built = File.Exists(Path.Combine(pages, "index.html"));
        if (built)
        {
            var files = new PhysicalFileProvider(pages);
            _app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
            _app.UseStaticFiles(new StaticFileOptions { FileProvider = files });
        }
        else
        {
            _app.MapGet("/", () => Results.Content(NotBuilt, "text/html; charset=utf-8"));
        }

        _app.MapGet("/healthz", () => Results.Text("ok\n"));
        _app.MapGet("/readyz", () =>
        {
            string[] problems = [.. nodes.Select(node => Readiness.Problem(board, node, SystemClock.Now)).OfType<string>()];
            return problems.Length == 0 ? Results.Text("ready\n") : Results.Text(string.Join('\n', problems) + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        });
        _app.MapGet("/events", context => TellAsync(board, context));
        _app.UseEndpoints(_ => { });
    }

    private async Task TellAsync(OutputBoard board, HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _readers) > MaxReaders)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"there are {MaxReaders} readers already\n")).ConfigureAwait(false);
                return;
            }

            using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _app.Lifetime.ApplicationStopping);
            context.Response.ContentType = "text/event-stream";
            await OutputStream.WriteAsync(board, context.Response.Body, gone.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The reader went, or the server ends.
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }
    }

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
