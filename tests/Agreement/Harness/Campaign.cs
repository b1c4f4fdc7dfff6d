using System.Globalization;

namespace C3Fusion.Agreement.Tests.Harness;

/// <summary>How long random searches run: by default seconds; <c>C3FUSION_CAMPAIGN=100</c> makes them 100 times as long.</summary>
internal static class Campaign
{
    public static long Scale(long iterations) =>
        long.TryParse(Environment.GetEnvironmentVariable("C3FUSION_CAMPAIGN"), CultureInfo.InvariantCulture, out long factor) ? iterations * factor : iterations;
}
