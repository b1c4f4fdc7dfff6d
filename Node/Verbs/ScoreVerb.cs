using System.CommandLine;
using C3Fusion.Fusion.Metrics;
using C3Fusion.Node.JsonLines;
using C3Fusion.Node.Score;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion score</c>: picture and truth in, GOSPA, OSPA, SIAP and containment out.</summary>
internal static class ScoreVerb
{
    public static Command Create()
    {
        var picture = new Argument<string?>("PICTURE") { Description = "The picture, as 'c3fusion track' writes it; '-' or nothing is standard input, *.gz is gunzipped.", Arity = ArgumentArity.ZeroOrOne };
        var truth = new Option<string>("--truth") { Description = "The truth: {\"t\":0.0,\"id\":0,\"x\":..,\"y\":..,\"z\":..} lines.", HelpName = "FILE", Required = true };
        var cutoff = new Option<double>("--gospa-c") { Description = "Cutoff c of GOSPA and OSPA, range of ghosts and of SIAP, m.", HelpName = "m", DefaultValueFactory = _ => 1000 };
        var order = new Option<double>("--gospa-p") { Description = "Order p of GOSPA and OSPA, from 1 to 16.", HelpName = "p", DefaultValueFactory = _ => 2 };
        var from = new Option<double?>("--from") { Description = "First scan time to score, s; all by default.", HelpName = "t" };
        var to = new Option<double?>("--to") { Description = "Last scan time to score, s; all by default.", HelpName = "t" };
        var command = new Command("score", "picture and truth in, GOSPA, OSPA, SIAP and containment out. Example: c3fusion track --sensors sensors.json --f 2 reports.jsonl.gz | c3fusion score --truth truth.jsonl.gz --from 20")
        {
            picture, truth, cutoff, order, from, to,
        };
        command.SetAction(parsed => Run(new Request(
            parsed.GetRequiredValue(truth),
            parsed.GetValue(picture),
            parsed.GetValue(cutoff),
            parsed.GetValue(order),
            parsed.GetValue(from) ?? double.NegativeInfinity,
            parsed.GetValue(to) ?? double.PositiveInfinity)));
        return command;
    }

    private sealed record Request(string Truth, string? Picture, double Cutoff, double Order, double From, double To);

    private static int Run(Request request)
    {
        string? complaint = Check(request);
        if (complaint is not null) return Refuse(complaint);
        try
        {
            ScanTable<TruthState> truth;
            ScanTable<ScoredTrack> picture;
            using (LineReader lines = LineReader.Open(request.Truth)) truth = ScoreInput.ReadTruth(lines);
            using (LineReader lines = LineReader.Open(request.Picture)) picture = ScoreInput.ReadPicture(lines);
            PictureScore score = PictureScoring.Score(truth, picture, request.Cutoff, new DistanceOrder(request.Order), Microseconds(request.From), Microseconds(request.To), out long outOfScan);
            if (outOfScan > 0) Console.Error.WriteLine($"c3fusion score: {outOfScan} picture lines lie at no time stamp of the truth and are not scored");
            using Stream output = Console.OpenStandardOutput();
            ScoreOutput.Write(output, score);
            return ExitCode.Ok;
        }
        catch (Exception e) when (e is BadLineException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return Refuse(e.Message);
        }
    }

    private static string? Check(Request request)
    {
        if (!(request.Cutoff > 0) || double.IsInfinity(request.Cutoff)) return "--gospa-c must be a finite number above 0";
        if (!(request.Order >= 1 && request.Order <= DistanceOrder.Largest)) return $"--gospa-p must lie between 1 and {DistanceOrder.Largest}";
        if (double.IsNaN(request.From) || double.IsNaN(request.To)) return "--from and --to must be times in s";
        if (request.From > request.To) return "--from must not be after --to";
        return request.Truth == "-" && request.Picture is null or "-" ? "truth and picture cannot both be standard input: name a file for one" : null;
    }

    private static int Refuse(string message)
    {
        Console.Error.WriteLine($"c3fusion score: {message}");
        return ExitCode.BadUsage;
    }

    /// <summary>Seconds as the nearest microsecond; beyond the range of time stamps everything is included.</summary>
    private static long Microseconds(double seconds)
    {
        if (seconds > StateLine.LargestTime) return long.MaxValue;
        return seconds < -StateLine.LargestTime ? long.MinValue : (long)Math.Round(seconds * 1e6);
    }
}
