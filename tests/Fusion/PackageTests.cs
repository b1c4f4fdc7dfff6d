using System.Diagnostics;
using System.IO.Compression;
using Xunit;

namespace C3Fusion.Fusion.Tests;

/// <summary>The NuGet package as a stranger uses it: packed, then restored by the two examples, which are built and run.</summary>
public sealed class PackageTests
{
    [Fact]
    public async Task The_package_is_packed_and_both_examples_run_on_it()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "C3Fusion.sln"))) root = Path.GetDirectoryName(root)!;
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string work = Directory.CreateTempSubdirectory("package").FullName;
        try
        {
            string feed = Path.Combine(work, "feed");
            await Run(root, ["pack", "Fusion", "-c", configuration, "--no-build", "--no-restore", "-o", feed, "-v", "q"]);
            string package = Assert.Single(Directory.GetFiles(feed, "*.nupkg"));
            using (ZipArchive zip = ZipFile.OpenRead(package))
            {
                string[] files = [.. zip.Entries.Select(entry => entry.FullName)];
                Assert.Contains("README.md", files);
                Assert.Contains("lib/net10.0/C3Fusion.Fusion.dll", files);
                Assert.Contains("lib/net10.0/C3Fusion.Fusion.xml", files);
            }

            string liars = await RunExample(root, work, feed, "fuse-liars");
            Assert.Contains("contains the truth: True", liars, StringComparison.Ordinal);
            Assert.Contains("accused       0, 1", liars, StringComparison.Ordinal);
            string correlated = await RunExample(root, work, feed, "fuse-correlated");
            Assert.Contains("selected      0, 1, 2", correlated, StringComparison.Ordinal);
            Assert.Contains("refused       not positive definite", correlated, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Copies the example out of the repository, restores it from the packed feed alone (what else it needs lies in the machine's package folder), and runs it.</summary>
    private static Task<string> RunExample(string root, string work, string feed, string name)
    {
        string source = Path.Combine(root, "docs", "examples", name);
        string copy = Directory.CreateDirectory(Path.Combine(work, name)).FullName;
        foreach (string file in new[] { name + ".csproj", "Program.cs" }) File.Copy(Path.Combine(source, file), Path.Combine(copy, file));
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Run(copy, ["run", "-c", "Release", $"-p:RestoreSources={feed}", $"-p:RestorePackagesPath={Path.Combine(work, "packages")}", $"-p:RestoreFallbackFolders={packages}", "-p:RestoreUseStaticGraphEvaluation=false"]);
    }

    private static async Task<string> Run(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        // The build in which these tests run must not lend its settings to the one that they start.
        foreach (string name in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray()) start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{output}\n{await error}");
        return output;
    }
}
