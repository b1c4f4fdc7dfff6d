using C3Fusion.Rosters;

namespace C3Fusion.Node.Mqtt;

/// <summary>How long a node's publisher waits for what.</summary>
/// <param name="Leftovers">For what a former box left at the broker, after subscribing.</param>
/// <param name="SilentAfter">For a scan, before a box counts as deaf.</param>
internal sealed record PublisherTiming(TimeSpan Leftovers, TimeSpan SilentAfter)
{
    private const int PeriodsMissed = 3;
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(10);

    /// <summary>What is right for a roster: three periods of its slowest sensor, at least ten seconds.</summary>
    public static PublisherTiming Of(Roster roster)
    {
        TimeSpan slowest = TimeSpan.FromMicroseconds(PeriodsMissed * roster.Sensors.Max(sensor => sensor.ScanPeriodUs));
        return new PublisherTiming(TimeSpan.FromSeconds(5), slowest > ShortestSilence ? slowest : ShortestSilence);
    }
}
