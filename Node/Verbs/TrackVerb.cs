using System.CommandLine;
using System.Diagnostics;
using System.IO.Compression;
using C3Fusion.Node.Track;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion track</c>: recorded reports in, picture out.</summary>
internal static class TrackVerb
{
    private const string Description = """
        recorded reports in, picture out: tracks that f lying sensors cannot move, invent or remove.

        Reads one report a line, {"t":12.0,"rx":12.1,"s":"R1","k":1007,"x":..,"y":..,"z":..,"vx":..,"vy":..,"vz":..,"sg":30,"sv":5}, and writes one published track a line and scan. What the sensors are worth comes from sensors.json alone. A line that is not JSON or lacks t, s, k, x or y makes the exit code 2 at the end.

        Example:
          c3fusion track --sensors sensors.json --f 2 --stats reports.jsonl.gz > picture.jsonl
        """;

    public static Command Create()
    {
        var sensors = new Option<string>("--sensors") { Description = "What the roster registers: {\"dt\":1.0,\"sensors\":[{\"id\":..,\"sigma_pos_m\":..,\"sigma_vel_mps\":..},..]}", HelpName = "FILE", Required = true };
        var f = new Option<int>("--f") { Description = "How many sensors may lie", HelpName = "N", Required = true };
        var order = new Option<string>("--order") { Description = "'t': reports are taken by time of validity; 'rx': by arrival", HelpName = "t|rx", DefaultValueFactory = _ => "t" };
        var lag = new Option<double>("--lag") { Description = "With --order rx: the picture of T is made this long after T", HelpName = "s", DefaultValueFactory = _ => 0 };
        var all = new Option<bool>("--all") { Description = "Writes Unsupported and Alarm tracks too" };
        var stats = new Option<bool>("--stats") { Description = "Writes counts, speed and accusations to standard error at the end" };
        var file = new Argument<string?>("FILE") { Arity = ArgumentArity.ZeroOrOne, Description = "JSON lines; a name that ends in .gz is gunzipped; '-' or nothing is standard input" };
        var command = new Command("track", Description) { sensors, f, order, lag, all, stats, file };
        command.SetAction(parsed => Run(new Request(
            parsed.GetRequiredValue(sensors),
            parsed.GetRequiredValue(f),
            parsed.GetValue(order)!,
            parsed.GetValue(lag),
            parsed.GetValue(all),
            parsed.GetValue(stats),
            parsed.GetValue(file))));
        return command;
    }

    private sealed record Request(string Sensors, int F, string Order, double Lag, bool All, bool Stats, string? File);

    private static int Run(Request request)
    {
        if (request.F is < 0 or > 31) return Refuse($"--f should be 0 to 31, is {request.F}");
        if (request.Order is not ("t" or "rx")) return Refuse($"--order should be t or rx, is {request.Order}");
        if (!(request.Lag is >= 0 and <= 3600)) return Refuse($"--lag should be 0 to 3600 s, is {request.Lag}");
        try
        {
            SensorsFile roster = SensorsFile.Read(request.Sensors);
            using Stream input = Open(request.File);
            return Track(request, roster, input);
        }
        catch (FormatException error)
        {
            return Refuse(error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Refuse($"{request.File ?? "standard input"}: cannot be read to its end: {error.Message}");
        }
    }

    private static int Track(Request request, SensorsFile roster, Stream input)
    {
        long start = Stopwatch.GetTimestamp();
        var reader = new ReportReader(roster.Sensors);
        using (var ahead = new ReadAheadStream(input)) reader.ReadAll(ahead);
        var tracking = new RecordedTracking(roster, request.F, byArrival: string.Equals(request.Order, "rx", StringComparison.Ordinal), (long)Math.Round(request.Lag * 1e6));
        using Stream output = Console.OpenStandardOutput();
        var writer = new PictureWriter(output, roster.Sensors);
        tracking.Run(reader.Reports, writer, request.All);
        writer.Flush();
        output.Flush();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        if (request.Stats) Console.Error.WriteLine(TrackStatistics.Describe(reader, tracking.Tracker, roster.Sensors, elapsed));
        return reader.Malformed == 0 ? ExitCode.Ok : ExitCode.BadUsage;
    }

    private static int Refuse(string message)
    {
        Console.Error.WriteLine($"c3fusion track: {message}");
        return ExitCode.BadUsage;
    }

    private static Stream Open(string? path)
    {
        if (path is null or "-") return Console.OpenStandardInput();
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.SequentialScan);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
