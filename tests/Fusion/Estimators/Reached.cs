using System.Collections.Concurrent;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The largest share of each proven bound that an attack has reached.</summary>
internal sealed class Reached
{
    private const double Enough = 0.95;

    private readonly ConcurrentDictionary<string, double> best = new();

    public void Note(string bound, double share)
    {
        if (!best.TryGetValue(bound, out double before) || share > before) best.AddOrUpdate(bound, share, (_, old) => Math.Max(old, share));
    }

    /// <summary>Fails unless all <paramref name="bounds"/> were noted and nearly reached.</summary>
    public void AssertNearly(int bounds)
    {
        Assert.Equal(bounds, best.Count);
        Assert.All(best, pair => Assert.True(pair.Value >= Enough, $"{pair.Key}: {pair.Value}"));
    }
}
