using System.CommandLine;
using C3Fusion.Node.Fuse;
using C3Fusion.Node.JsonLines;
using C3Fusion.Node.Track;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion fuse</c>: fuses intervals, boxes or points of which f may lie.</summary>
internal static class FuseVerb
{
    private const string Description = """
        fuses intervals, boxes or points of which f may lie.

        Reads one JSON object a line and writes one a line, in order: {"id":..,"f":..,"intervals":[[lo,hi],..]} (or "boxes":[[[lo,hi],..],..], or "points":[[x,..],..]). Numbers may be decimal strings. A bad line yields {"id":..,"line":..,"error":".."} in its place, and the exit code 2 at the end.

        Example:
          echo '{"id":"a","f":1,"intervals":[[8,12],[11,13],[14,15],[9,12.5]]}' | c3fusion fuse
          {"id":"a","n":4,"f":1,"status":"Ok","regions":[[11,12]],"marzullo":[11,12],"faultTolerant":[11,12.5],"maxOverlap":3,"minFaulty":1,"accused":[2],"midpoint":11.5,"brooksIyengar":11.5,"trimmedMean":11.375,"median":11.375}
        """;

    public static Command Create()
    {
        var file = new Argument<string?>("FILE")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "JSON lines; a name that ends in .gz is gunzipped; '-' or nothing is standard input",
        };
        var command = new Command("fuse", Description) { file };
        command.SetAction(parsed => Run(parsed.GetValue(file)));
        return command;
    }

    private static int Run(string? path)
    {
        string shown = path is null or "-" ? "standard input" : path;
        var input = new GuardedInput(() => Open(path));
        try
        {
            using (input)
            {
                using Stream output = Console.OpenStandardOutput();
                return FuseStream.Run(input, output) == 0 ? ExitCode.Ok : ExitCode.BadUsage;
            }
        }
        catch (InputFailedException e)
        {
            Console.Error.WriteLine($"c3fusion fuse: cannot read {shown}: {e.Message}");
            return ExitCode.BadUsage;
        }
        catch (IOException e)
        {
            // Where whoever read our output has gone, there is nobody left to answer; a full disk is another matter.
            if (!new OutputFailedException(e).ReaderHasGone) Console.Error.WriteLine($"c3fusion fuse: standard output: cannot be written: {e.Message}");
            return ExitCode.BadUsage;
        }
    }

    private static Stream Open(string? path)
    {
        if (path is null or "-") return Console.OpenStandardInput();
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GunzippedFile(file) : file;
    }
}
