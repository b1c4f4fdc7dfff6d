using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary><c>c3fusion track --order rx</c> on a feed that does not end.</summary>
public sealed class TrackLiveTests : IDisposable
{
    private const string Sensors = """{"dt":1.0,"sensors":[{"id":"R1","sigma_pos_m":30},{"id":"R2","sigma_pos_m":40},{"id":"R3","sigma_pos_m":50}]}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("c3fusion-live-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_scan_is_written_as_soon_as_f_plus_1_sensors_have_gone_past_it()
    {
        using Process process = Start("--f", "1", "--order", "rx");
        for (int scan = 0; scan <= 8; scan++) await Send(process, scan, 3);
        await Send(process, 9, 1);
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        var times = new List<double>();
        // Scan 7 ended when the second sensor reported in scan 8; scan 8 waits for a second sensor of scan 9.
        while (times.LastOrDefault() < 7) times.Add(Time(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)));
        times.Add(Time(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)));
        Assert.Equal([7, 7], times[^2..]);
        Task<string?> next = process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(next.IsCompleted);
        await Send(process, 9, 2);
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal(8, Time(await next));
        process.StandardInput.Close();
        Assert.Equal(9, Time((await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).TrimEnd().Split('\n')[^1]));
        Assert.Equal(times.Order(), times);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_reader_that_has_had_enough_ends_it_without_complaint()
    {
        using Process process = Start("--f", "1", "--order", "rx");
        process.StandardOutput.Close();
        try
        {
            // Nothing ends this feed but the command itself.
            for (int scan = 0; !process.HasExited; scan++) await Send(process, scan, 3);
        }
        catch (IOException)
        {
            // The command has gone.
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_full_disk_is_not_called_a_bad_input()
    {
        if (!File.Exists("/dev/full")) Assert.Skip("there is no /dev/full here");
        string input = Path.Combine(_folder, "reports.jsonl");
        await File.WriteAllLinesAsync(input, Enumerable.Range(0, 20).SelectMany(scan => Lines(scan, 3)), TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in new[] { "-c", "exec dotnet \"$0\" track --sensors \"$1\" --f 1 \"$2\" > /dev/full", Path.Combine(AppContext.BaseDirectory, "c3fusion.dll"), SensorsFile(), input }) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith("c3fusion track: standard output: cannot be written", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", "no track will be Assured, that takes 2f+1 = 5 sensors")]
    [InlineData("3", "no track will be published, that takes f+1 = 4 sensors")]
    public async Task Too_few_sensors_for_f_are_warned_of(string f, string warning)
    {
        Product.Run run = await Product.RunAsync(["track", "--sensors", SensorsFile(), "--f", f], string.Join('\n', Enumerable.Range(0, 10).SelectMany(scan => Lines(scan, 3))));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(warning, run.Error, StringComparison.Ordinal);
        Assert.Equal(f == "3", run.Output.Length == 0);
        Assert.DoesNotContain("Assured", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rx")]
    [InlineData("t")]
    public async Task A_feed_gives_what_its_recording_gives_byte_for_byte(string lineOrder)
    {
        // Every third report arrives up to four seconds late.
        (double T, double Rx, string Line)[] reports = [.. Enumerable.Range(0, 25).SelectMany(scan => Lines(scan, 3).Select((line, i) => Delayed(line, scan, i % 3 == 2 ? ((scan * 7) + i) % 9 * 0.5 : 0)))];
        string[] lines = [.. reports.OrderBy(r => lineOrder == "t" ? r.T : r.Rx).Select(r => r.Line)];
        string file = Path.Combine(_folder, "reports.jsonl");
        await File.WriteAllLinesAsync(file, lines.Reverse(), TestContext.Current.CancellationToken);
        Product.Run live = await Product.RunAsync(["track", "--sensors", SensorsFile(), "--f", "1", "--order", "rx"], string.Join('\n', lines));
        Product.Run recorded = await Product.RunAsync(["track", "--sensors", SensorsFile(), "--f", "1", "--order", "rx", file]);
        Assert.NotEmpty(live.Output);
        Assert.Equal((recorded.ExitCode, recorded.Output, ""), (live.ExitCode, live.Output, live.Error));
    }

    private Process Start(params string[] options)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in new[] { Path.Combine(AppContext.BaseDirectory, "c3fusion.dll"), "track", "--sensors", SensorsFile() }.Concat(options)) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private string SensorsFile()
    {
        string path = Path.Combine(_folder, "sensors.json");
        File.WriteAllText(path, Sensors);
        return path;
    }

    private static async Task Send(Process process, int scan, int sensors)
    {
        foreach (string line in Lines(scan, sensors)) await process.StandardInput.WriteLineAsync(line);
    }

    private static IEnumerable<string> Lines(int scan, int sensors) => Enumerable.Range(1, sensors).SelectMany(sensor => Enumerable.Range(0, 2).Select(target => Line(scan, scan, sensor, target)));

    private static string Line(double t, double rx, int sensor, int target) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"t":{{t}},"rx":{{rx}},"s":"R{{sensor}}","k":{{target}},"x":{{(20_000 * target) + (150 * t) + sensor}},"y":5000,"z":4000,"vx":150,"vy":0,"vz":0}""");

    private static (double T, double Rx, string Line) Delayed(string line, double t, double delay) =>
        (t, t + delay, line.Replace(string.Create(CultureInfo.InvariantCulture, $"\"rx\":{t}"), string.Create(CultureInfo.InvariantCulture, $"\"rx\":{t + delay}"), StringComparison.Ordinal));

    private static double Time(string? line) => JsonDocument.Parse(line!).RootElement.GetProperty("t").GetDouble();
}
