using System.Globalization;
using C3Fusion.Fuzz.Campaign;
using C3Fusion.Fuzz.Targets;

namespace C3Fusion.Fuzz;

/// <summary>
/// <c>dotnet run --project tests/Fuzz -c Release -- campaign DECODER EXECUTIONS [SEED]</c> fuzzes one decoder (or <c>all</c>);
/// every other command line goes to the tests, which replay the corpus.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args) => args switch
    {
        ["campaign", ..] => Instrumented(args),
        ["instrumented", string name, string executions, string seed] =>
            Fuzz(name, long.Parse(executions, CultureInfo.InvariantCulture), ulong.Parse(seed, CultureInfo.InvariantCulture)),
        _ when args.Any(arg => arg is "--server" or "--internal-msbuild-node") =>
            await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions).ConfigureAwait(false),
        _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args).ConfigureAwait(false),
    };

    private static int Instrumented(string[] args)
    {
        if (args.Length is < 3 or > 4)
        {
            Console.Error.WriteLine($"usage: campaign DECODER|all EXECUTIONS [SEED]; decoders: {string.Join(' ', Decoders.All.Select(decoder => decoder.Name))}");
            return 2;
        }

        string folder = Path.Combine(AppContext.BaseDirectory, "..", "instrumented-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        InstrumentedCopy.Make(folder);
        int code = 0;
        foreach (Decoder decoder in Decoders.All)
        {
            if (args[1] == "all" || args[1] == decoder.Name)
                code |= InstrumentedCopy.Run(folder, ["instrumented", decoder.Name, args[2], args.Length > 3 ? args[3] : "1"]);
        }

        Directory.Delete(folder, recursive: true);
        return code;
    }

    private static int Fuzz(string name, long executions, ulong seed)
    {
        // Instrumented code writes to the map from its first branch on, so the map comes first.
        _ = new CoverageMap();
        Decoder decoder = Decoders.All.Single(decoder => decoder.Name == name);
        try
        {
            FuzzCampaign.Report report = new FuzzCampaign(decoder, seed).Run(executions, Corpus.Read(name), Console.Out);
            IReadOnlyList<byte[]> kept = Corpus.Minimize(decoder, report.Corpus);
            Corpus.Write(name, kept);
            Console.WriteLine(FormattableString.Invariant(
                $"DONE {name}: {report.Executions:N0} executions, {report.Accepted:N0} accepted, {report.Edges} edges, {kept.Count} inputs kept, {report.Elapsed.TotalSeconds:N0} s, no violation"));
            return 0;
        }
        catch (BrokenInput broken)
        {
            Corpus.Write(name, [.. Corpus.Read(name), broken.Input]);
            Console.WriteLine($"BROKEN {name}: {broken.Message}");
            return 1;
        }
    }
}
