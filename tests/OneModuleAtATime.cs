using System.Security.Cryptography;
using System.Text;
using Xunit;

[assembly: AssemblyFixture(typeof(C3Fusion.Tests.OneModuleAtATime))]

namespace C3Fusion.Tests;

/// <summary>
/// Test modules run one after the other, whatever started them: rounds of 200 ms and measured times want the machine for themselves, and
/// <c>dotnet test</c> starts as many modules at once as there are processors. The lock goes with the process, however that ends.
/// </summary>
public sealed class OneModuleAtATime : IAsyncLifetime
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private FileStream? _turn;

    /// <summary>Waits for the module's turn.</summary>
    public async ValueTask InitializeAsync()
    {
        string name = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Tree())))[..16];
        string path = Path.Combine(Path.GetTempPath(), $"c3fusion-tests-{name}.lock");
        using var look = new PeriodicTimer(LookEvery);
        do
        {
            try
            {
                _turn = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                return;
            }
            catch (IOException)
            {
                // Another module's turn.
            }
        }
        while (await look.WaitForNextTickAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The next module's turn.</summary>
    public ValueTask DisposeAsync() => _turn?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Two clones do not wait for each other.</summary>
    private static string Tree()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "C3Fusion.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? AppContext.BaseDirectory;
    }
}
