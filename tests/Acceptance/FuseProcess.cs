using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary>Runs <c>c3fusion fuse</c> as its users do: the built executable as a process of its own.</summary>
internal sealed record FuseProcess(int ExitCode, byte[] OutputBytes, string Error)
{
    public string Output => new UTF8Encoding(false, true).GetString(OutputBytes);

    /// <summary>The output lines, each parsed.</summary>
    public JsonElement[] Lines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 1000 }).RootElement)];

    public static Task<FuseProcess> OfText(params string[] lines) => Run(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));

    public static Task<FuseProcess> Run(byte[] input, params string[] arguments) => RunVerb(input, ["fuse", .. arguments]);

    public static async Task<FuseProcess> RunVerb(byte[] input, params string[] arguments)
    {
        using Process process = StartVerb(arguments);
        // All three at once: a full pipe must block none of them.
        Task write = Write(process.StandardInput.BaseStream, input);
        Task<string> error = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(limit.Token);
        await write;
        return new FuseProcess(process.ExitCode, output.ToArray(), await error);
    }

    private static async Task Write(Stream stream, byte[] input)
    {
        try
        {
            await stream.WriteAsync(input);
            stream.Close();
        }
        catch (IOException)
        {
            // It ended without reading all: the exit code says why.
        }
    }

    public static Process Start(params string[] arguments) => StartVerb(["fuse", .. arguments]);

    private static Process StartVerb(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Executable());
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary><c>Node/bin/{configuration}/{framework}/c3fusion.dll</c>, built as these tests are.</summary>
    public static string Executable()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        string framework = here.Name;
        string configuration = here.Parent!.Name;
        DirectoryInfo? root = here;
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "C3Fusion.sln"))) root = root.Parent;
        string executable = Path.Combine(root!.FullName, "Node", "bin", configuration, framework, "c3fusion.dll");
        Assert.True(File.Exists(executable), $"{executable} is not built");
        return executable;
    }
}
