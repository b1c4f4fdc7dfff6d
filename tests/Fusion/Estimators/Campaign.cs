using System.Globalization;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>How long the property tests run: C3FUSION_CASES sets the number of random cases of each (100,000 by default; 100000000 for a campaign of 100 million).</summary>
internal static class Campaign
{
    private const int Default = 100_000;

    private static readonly long Wanted = long.Parse(Environment.GetEnvironmentVariable("C3FUSION_CASES") ?? Default.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Cases of a property that runs <paramref name="atDefault"/> by default: more in proportion in a campaign, fewer in a quick run.</summary>
    public static long Cases(long atDefault = Default) => Math.Max(1, atDefault * Wanted / Default);
}
