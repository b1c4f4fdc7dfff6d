using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using CsCheck;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>How many random cases a property is run on, and from which seed.</summary>
/// <remarks>
/// By default 100,000 fresh ones each time. With C3FUSION_CASES=N a campaign of N cases of each property that C3FUSION_SEED
/// (1 by default) alone determines, whatever the number of threads; C3FUSION_LOG names a file to which each property then
/// adds a line: name, cases, seconds, failures, seed. A failure is handed to CsCheck, which shrinks it.
/// </remarks>
internal static class Campaign
{
    private const long Default = 100_000;

    /// <summary>Cases of a block: one generator, one thread.</summary>
    private const long Block = 1 << 18;

    /// <summary>Further cases among which CsCheck looks for a smaller failure.</summary>
    private const long ShrinkingCases = 100_000;

    private static readonly string? Wanted = Environment.GetEnvironmentVariable("C3FUSION_CASES");
    private static readonly ulong Seed = ulong.Parse(Environment.GetEnvironmentVariable("C3FUSION_SEED") ?? "1", CultureInfo.InvariantCulture);
    private static readonly string? Log = Environment.GetEnvironmentVariable("C3FUSION_LOG");
    private static readonly Lock LogGate = new();

    /// <summary>An attack that has to reach a bound, not only to respect it, is given this many cases even in a short campaign.</summary>
    public const long Reaching = 20_000;

    /// <summary>How many cases each property is run on.</summary>
    public static long Cases { get; } = Wanted is null ? Default : long.Parse(Wanted, CultureInfo.InvariantCulture);

    /// <summary>Fails, with the smallest failing case found, unless <paramref name="property"/> is true of every random case; of at least <paramref name="atLeast"/> of them.</summary>
    public static void Hold<T>(this Gen<T> gen, Func<T, bool> property, long atLeast = 1, [CallerMemberName] string name = "")
    {
        if (Wanted is null)
        {
            gen.Sample(property, iter: Default);
            return;
        }

        long cases = Math.Max(Cases, atLeast);
        long start = Stopwatch.GetTimestamp();
        string? failure = null;
        Parallel.For(0, (cases + Block - 1) / Block, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (block, state) =>
        {
            if (FirstFailure(gen, property, (uint)block, Math.Min(Block, cases - (block * Block))) is not { } found) return;
            failure = found;
            state.Stop();
        });
        WriteLog(name, cases, start, failure);
        if (failure is not null) gen.Sample(property, seed: failure, iter: ShrinkingCases);
    }

    /// <summary>The seed of the first case of a block that fails, or null.</summary>
    private static string? FirstFailure<T>(Gen<T> gen, Func<T, bool> property, uint block, long cases)
    {
        var random = new PCG(block, Seed * 0x9E3779B97F4A7C15);
        for (long i = 0; i < cases; i++)
        {
            ulong state = random.State;
            try
            {
                if (property(gen.Generate(random, null, out _))) continue;
            }
            catch (Exception)
            {
                // CsCheck runs it again and shows it.
            }

            return random.ToString(state);
        }

        return null;
    }

    private static void WriteLog(string name, long cases, long start, string? failure)
    {
        if (Log is null) return;
        string line = string.Create(CultureInfo.InvariantCulture, $"{name}\t{cases}\t{Stopwatch.GetElapsedTime(start).TotalSeconds:F1}\t{(failure is null ? 0 : 1)}\t{Seed}\n");
        lock (LogGate) File.AppendAllText(Log, line);
    }
}
