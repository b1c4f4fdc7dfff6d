using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary>Runs the built <c>c3fusion</c> as a user does: arguments and standard input in; both outputs and the exit code out.</summary>
internal static class Product
{
    /// <summary>What one run gave.</summary>
    public sealed record Run(int ExitCode, string Output, string Error);

    /// <summary>Runs the command to its end.</summary>
    public static async Task<Run> RunAsync(string[] arguments, string input = "")
    {
        using Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command may end without reading its input.
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Run(process.ExitCode, await output, await error);
    }

    /// <summary>Runs the command, interrupts it (Ctrl-C) when a line of its output says <paramref name="after"/>, and sees it to its end.</summary>
    public static async Task<Run> InterruptAsync(string[] arguments, string after)
    {
        using Process process = Start(arguments);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            output.Append(line).Append('\n');
            if (!line.Contains(after, StringComparison.Ordinal)) continue;
            using Process kill = Process.Start("kill", [IsInterruptIgnored() ? "-TERM" : "-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Run(process.ExitCode, output.ToString(), await error);
    }

    /// <summary>What a shell starts in the background ignores Ctrl-C, and so does all that it starts: the product then hears the request to end alone.</summary>
    private static bool IsInterruptIgnored()
    {
        const string Status = "/proc/self/status", Ignored = "SigIgn:";
        if (!File.Exists(Status)) return false;
        string mask = File.ReadLines(Status).First(line => line.StartsWith(Ignored, StringComparison.Ordinal))[Ignored.Length..];
        return (ulong.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 0b10) != 0;
    }

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "c3fusion.dll"));
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
