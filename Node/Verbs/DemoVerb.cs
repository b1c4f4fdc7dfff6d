using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Net;
using C3Fusion.Node.Demo;
using C3Fusion.Sim.Lies;
using Spectre.Console;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion demo</c>: the whole system on this machine: broker, sensors that lie, nodes that betray, jammed links.</summary>
internal static class DemoVerb
{
    private const int MaxNodes = 16;

    private static readonly Option<string> Duration = new("--duration") { Description = "How long it runs after its start-up: 60s, 5m, 1h", DefaultValueFactory = _ => "60s" };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "Draws world, errors and keys", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> Truth = new("--truth") { Description = "State vectors in OpenSky's CSV form (.gz is gunzipped); without it a built-in scenario" };
    private static readonly Option<string?> Broker = new("--broker") { Description = "host:port of an MQTT broker; without it an embedded one" };
    private static readonly Option<int> Nodes = new("--nodes") { Description = $"Number of nodes, 3 to {MaxNodes}", DefaultValueFactory = _ => 4 };
    private static readonly Option<string?> Traitor = new("--traitor") { Description = "The node that equivocates, or none; the last node by default" };
    private static readonly Option<string> Liars = new("--liars") { Description = "Sensors that lie, separated by commas, or none", DefaultValueFactory = _ => "radar-2,sat-1" };
    private static readonly Option<string?> LieOption = new("--lie") { Description = $"How they lie, the same for all or one each, separated by commas: {LieSpec.Forms}; by default bias=5km,ghost" };
    private static readonly Option<int?> Http = new("--http") { Description = "Port on the loopback interface for the web picture; without it there is none" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object at the end and nothing else" };

    public static Command Create()
    {
        var command = new Command("demo", "Runs the whole system on this machine: broker, 8 sensors (two lying), 4 nodes (one a traitor), jamming. Example: c3fusion demo --duration 60s --liars radar-2,sat-1 --lie bias=5km --traitor node-4")
        {
            Duration, Seed, Truth, Broker, Nodes, Traitor, Liars, LieOption, Http, Json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            // Ctrl-C is heard from the first await on.
            await Task.Yield();
            (DemoOptions? options, string error) = Read(parsed);
            if (options is null)
            {
                await Console.Error.WriteLineAsync($"c3fusion demo: {error}").ConfigureAwait(false);
                return ExitCode.BadUsage;
            }

            return await RunAsync(options, parsed.GetValue(Json), cancellation).ConfigureAwait(false);
        });
        return command;
    }

    private static (DemoOptions? Options, string Error) Read(ParseResult parsed)
    {
        if (DemoOptions.TryParseDuration(parsed.GetValue(Duration)!) is not { } duration) return (null, $"--duration '{parsed.GetValue(Duration)}' is none; right would be 60s, 5m or 1h, up to 24h");
        int nodes = parsed.GetValue(Nodes);
        if (nodes is < 3 or > MaxNodes) return (null, $"--nodes {nodes}: there must be 3 to {MaxNodes}");
        NetworkAddress? broker = null;
        if (parsed.GetValue(Broker) is { } text && (broker = NetworkAddress.TryParse(text)) is null) return (null, $"--broker '{text}' must be host:port, as in localhost:1883");
        string[] names = [.. DemoRoster.NodeNames(nodes)];
        string traitor = parsed.GetValue(Traitor) ?? names[^1];
        if (traitor != "none" && !names.Contains(traitor, StringComparer.Ordinal)) return (null, $"--traitor '{traitor}' is no node; there are {string.Join(", ", names)} and none");
        string[] sensors = [.. DemoRoster.SensorIds];
        string[] liars = Split(parsed.GetValue(Liars)!);
        if (liars is ["none"]) liars = [];
        foreach (string liar in liars)
        {
            if (!sensors.Contains(liar, StringComparer.Ordinal)) return (null, $"--liars '{liar}' is no sensor; there are {string.Join(", ", sensors)} and none");
        }

        ImmutableArray<string> lies = parsed.GetValue(LieOption) is { } given ? [.. Split(given)] : DemoOptions.Default.Lies;
        if (lies.IsEmpty) return (null, $"--lie is empty; there are: {LieSpec.Forms}");
        foreach (string lie in lies)
        {
            if (!LieSpec.TryParse(lie, out _, out string wrong)) return (null, $"--lie {wrong}");
        }

        if (parsed.GetValue(Truth) is { } file && !File.Exists(file)) return (null, $"--truth '{file}' does not exist");
        if (parsed.GetValue(Http) is < 1 or > IPEndPoint.MaxPort) return (null, $"--http {parsed.GetValue(Http)} is no port; right would be 8080");
        return (new DemoOptions(duration, parsed.GetValue(Seed), parsed.GetValue(Truth), broker, nodes, traitor == "none" ? null : traitor, [.. liars.Distinct(StringComparer.Ordinal)], lies) { HttpPort = parsed.GetValue(Http) }, "");
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static async Task<int> RunAsync(DemoOptions options, bool json, CancellationToken cancellation)
    {
        // A program reads standard output: what a library prints of its own accord (the actor system, while it ends) goes to standard error.
        TextWriter output = Console.Out;
        if (json) Console.SetOut(Console.Error);
        try
        {
            bool live = !json && AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;
            if (!json) await Console.Out.WriteLineAsync($"starting: broker, sensors, nodes; slots begin in a few seconds{(options.HttpPort is { } port ? $"; picture at http://127.0.0.1:{port}/" : "")}").ConfigureAwait(false);
            DemoRun run = await DemoRun.StartAsync(options, cancellation).ConfigureAwait(false);
            await using (run.ConfigureAwait(false))
            {
                try
                {
                    if (live) await RunLiveAsync(run, cancellation).ConfigureAwait(false);
                    else await run.RunAsync(json ? null : elapsed => PrintEveryFive(run, elapsed), cancellation).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    // Ctrl-C: the summary of what was seen so far follows.
                }

                DemoSummary summary = run.Summarize();
                if (json) await output.WriteLineAsync(summary.ToJson()).ConfigureAwait(false);
                else Print(summary);
                return summary.ExitCode;
            }
        }
        catch (Exception error) when (Explain(error, cancellation.IsCancellationRequested) is { } told)
        {
            await Console.Error.WriteLineAsync($"c3fusion demo: {told.Line}").ConfigureAwait(false);
            return told.ExitCode;
        }
    }

    /// <summary>Why no demo was seen, in one line, and the exit code; null for what is a fault of the program.</summary>
    internal static (int ExitCode, string Line)? Explain(Exception error, bool stopped) => error switch
    {
        OperationCanceledException when stopped => (ExitCode.CheckFailed, "stopped before the first slot: nothing was checked"),
        DemoStartException start => (start.ExitCode, start.Message),
        FormatException or IOException or InvalidDataException or UnauthorizedAccessException => (ExitCode.BadUsage, error.Message),
        _ => null,
    };

    private static Task RunLiveAsync(DemoRun run, CancellationToken cancellation) =>
        AnsiConsole.Live(DemoView.Render(run, TimeSpan.Zero)).StartAsync(live => run.RunAsync(
            elapsed =>
            {
                live.UpdateTarget(DemoView.Render(run, elapsed));
                live.Refresh();
            },
            cancellation));

    private static void PrintEveryFive(DemoRun run, TimeSpan elapsed)
    {
        if ((int)elapsed.TotalSeconds % 5 == 0) Console.Out.WriteLine(DemoView.Line(run, elapsed));
    }

    private static void Print(DemoSummary summary)
    {
        Console.Out.WriteLine(summary.ToJson());
        Console.Out.WriteLine(summary.Failures.IsEmpty
            ? $"held: equal decisions and pictures on {string.Join(", ", summary.Honest)} over {summary.Slots} slots"
            : $"FAILED: {string.Join("; ", summary.Failures)}");
        if (!summary.Failures.IsEmpty && summary.WorstWakeMs > DemoRoster.RoundUs / 4000.0)
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"This machine came up to {summary.WorstWakeMs:F0} ms late to rounds of {DemoRoster.RoundUs / 1000} ms; with less beside it the demo may hold."));
    }
}
