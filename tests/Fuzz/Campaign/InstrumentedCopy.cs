using System.Diagnostics;
using SharpFuzz;

namespace C3Fusion.Fuzz.Campaign;

/// <summary>A copy of this program in which SharpFuzz has rewritten the product's assemblies to record their branches.</summary>
internal static class InstrumentedCopy
{
    private static readonly string[] Parts = ["C3Fusion.Roster", "C3Fusion.Fusion", "C3Fusion.Sensors", "C3Fusion.Agreement", "C3Fusion.Replica", "c3fusion"];

    /// <summary>Makes the copy in <paramref name="folder"/>.</summary>
    public static void Make(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(AppContext.BaseDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        foreach (string part in Parts)
            Fuzzer.Instrument(Path.Combine(folder, part + ".dll"), static _ => true, Options.Value);
    }

    /// <summary>Runs the copy and waits for it.</summary>
    /// <returns>Its exit code.</returns>
    public static int Run(string folder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(folder, Path.GetFileName(typeof(InstrumentedCopy).Assembly.Location)));
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
