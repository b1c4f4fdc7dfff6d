using System.CommandLine;
using System.Diagnostics;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Node.JsonLines;
using C3Fusion.Node.Track;
using Microsoft.Win32.SafeHandles;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion track</c>: recorded reports in, picture out.</summary>
internal static class TrackVerb
{
    private const string Description = """
        recorded reports in, picture out: tracks that f lying sensors cannot move, invent or remove.

        Reads one report a line, {"t":12.0,"rx":12.1,"s":"R1","k":1007,"x":..,"y":..,"z":..,"vx":..,"vy":..,"vz":..,"sg":30,"sv":5}, and writes one published track a line and scan. What the sensors are worth comes from sensors.json alone. A line that is not JSON or lacks t, s, k, x or y makes the exit code 2 at the end.

        --order t reads its whole input first, for its lines may stand in any order. --order rx does so with a file; from standard input it follows a live feed and writes each scan as soon as it has ended: lines in the order of arrival (or of validity), and f+1 sensors must have gone past its end.

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

    /// <summary>Reports that are held at once: 104 bytes each, 1.7 GB.</summary>
    private const int MostReports = 1 << 24;

    private sealed record Request(string Sensors, int F, string Order, double Lag, bool All, bool Stats, string? File);

    private static int Run(Request request)
    {
        if (request.F is < 0 or > 31) return Refuse($"--f should be 0 to 31, is {request.F}");
        if (request.Order is not ("t" or "rx")) return Refuse($"--order should be t or rx, is {request.Order}");
        if (!(request.Lag is >= 0 and <= 3600)) return Refuse($"--lag should be 0 to 3600 s, is {request.Lag}");
        try
        {
            SensorsFile roster = SensorsFile.Read(request.Sensors);
            WarnOfFewSensors(roster.Sensors.Count, request.F);
            using Stream input = Open(request.File);
            return Track(request, roster, input);
        }
        catch (FormatException error)
        {
            return Refuse(error.Message);
        }
        catch (OutputFailedException error)
        {
            // Whoever closes a pipe has had enough of it; a full disk is another matter.
            if (error.ReaderHasGone) return ExitCode.Ok;
            Console.Error.WriteLine($"c3fusion track: standard output: cannot be written: {error.Message}");
            return ExitCode.CheckFailed;
        }
        catch (InputTooLargeException error)
        {
            return Refuse($"{request.File ?? "standard input"}: {error.Message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Refuse($"{request.File ?? "standard input"}: cannot be read to its end: {error.Message}");
        }
    }

    /// <summary>f liars are told from the honest by 2f+1 sensors, and outvoted by f+1.</summary>
    private static void WarnOfFewSensors(int sensors, int f)
    {
        if (sensors <= f) Console.Error.WriteLine($"c3fusion track: warning: {sensors} sensors with --f {f}: no track will be published, that takes f+1 = {f + 1} sensors");
        else if (sensors < (2 * f) + 1) Console.Error.WriteLine($"c3fusion track: warning: {sensors} sensors with --f {f}: no track will be Assured, that takes 2f+1 = {(2 * f) + 1} sensors");
    }

    private static int Track(Request request, SensorsFile roster, Stream input)
    {
        long start = Stopwatch.GetTimestamp();
        bool byArrival = string.Equals(request.Order, "rx", StringComparison.Ordinal);
        bool isLive = byArrival && request.File is null or "-";
        using var ahead = new ReadAheadStream(input);
        var reader = new ReportReader(ahead, roster.Sensors);
        using Stream output = StandardOutput();
        var writer = new PictureWriter(output, roster.Sensors);
        var tracking = new RecordedTracking(roster, request.F, byArrival, (long)Math.Round(request.Lag * 1e6), picture =>
        {
            foreach (SystemTrack track in picture)
            {
                if (request.All || track.IsPublished) writer.Write(track);
            }

            if (isLive) writer.Flush();
        });
        if (isLive) Follow(reader, tracking, new ArrivalOrder(roster.Sensors.Count, request.F, MostReports));
        else Replay(reader, tracking, byArrival);
        writer.Flush();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        if (request.Stats) Console.Error.WriteLine(TrackStatistics.Describe(reader, tracking.Tracker, roster.Sensors, elapsed));
        return reader.Malformed == 0 ? ExitCode.Ok : ExitCode.BadUsage;
    }

    /// <summary>A whole recording: its lines may stand in any order, so all of them are read first.</summary>
    private static void Replay(ReportReader reader, RecordedTracking tracking, bool byArrival)
    {
        while (reader.ReadBlock())
        {
            if (reader.Usable > MostReports) throw new InputTooLargeException($"more than {MostReports} reports, which are held in memory to be ordered; split it, or give it to standard input with --order rx");
        }

        ReadOnlySpan<TrackReport> reports = reader.Reports;
        int[] order = ReportOrder.Of(reports, byArrival);
        foreach (int i in order) tracking.Take(reports[i]);
        tracking.Finish();
    }

    /// <summary>A live feed by arrival: each scan is written as soon as it has ended.</summary>
    private static void Follow(ReportReader reader, RecordedTracking tracking, ArrivalOrder arrivals)
    {
        bool more = true;
        while (more)
        {
            more = reader.ReadBlock();
            foreach (ref readonly TrackReport report in reader.Reports) arrivals.Add(report);
            reader.Forget();
            if (!more) arrivals.End();
            while (arrivals.TryTake(out TrackReport next)) tracking.Take(next);
            if (more) tracking.EndScansBefore(arrivals.WatermarkUs);
        }

        tracking.Finish();
        if (arrivals.OutOfTurn > 0)
            Console.Error.WriteLine($"c3fusion track: warning: {arrivals.OutOfTurn} reports stood after the scan in which they arrived was written; a file may have its lines in any order, standard input in that of t or rx");
    }

    /// <remarks>The console's own stream passes over a closed pipe in silence, and a live feed would be followed for nobody.</remarks>
    private static Stream StandardOutput() => OperatingSystem.IsWindows()
        ? Console.OpenStandardOutput()
        : new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    private static int Refuse(string message)
    {
        Console.Error.WriteLine($"c3fusion track: {message}");
        return ExitCode.BadUsage;
    }

    private static Stream Open(string? path)
    {
        if (path is null or "-") return Console.OpenStandardInput();
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.SequentialScan);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GunzippedFile(file) : file;
    }
}
