using C3Fusion.Fusion;
using C3Fusion.Node.Track;
using CsCheck;
using Xunit;

namespace C3Fusion.Node.Tests.Track;

/// <summary>Reports of a live feed, given on in the order of arrival although the end is not known.</summary>
public sealed class ArrivalOrderTests
{
    private const int Sensors = 5;

    /// <summary>Reports of five sensors, taken up to six seconds to arrive; in whole seconds so that many arrive at once.</summary>
    private static readonly Gen<TrackReport[]> Feeds =
        Gen.Select(Gen.Long[0, 60], Gen.Long[0, 6], Gen.Int[0, Sensors - 1], (t, delay, sensor) => Report(t, t + delay, sensor)).Array[1, 200];

    [Fact]
    public void Lines_in_the_order_of_arrival_or_of_validity_come_out_in_that_of_arrival()
    {
        Gen.Select(Feeds, Gen.Bool, Gen.Int[0, 2]).Sample((reports, byArrival, f) =>
        {
            TrackReport[] lines = [.. reports.OrderBy(r => byArrival ? r.ReceivedUs : r.TimeUs)];
            List<TrackReport> given = Run(lines, f, out ArrivalOrder order);
            Assert.Equal(lines.OrderBy(r => r.ReceivedUs), given);
            Assert.Equal(0, order.OutOfTurn);
        });
    }

    [Fact]
    public void The_stamps_of_f_sensors_let_nothing_pass_before_its_turn()
    {
        Gen.Select(Feeds, Gen.Long[-1000, 1000].Array[1, 50], Gen.Int[0, 1000]).Sample((reports, stamps, place) =>
        {
            // Sensors 0 and 1 lie about the time; they cannot lie about when they were received.
            TrackReport[] lines = [.. reports.OrderBy(r => r.TimeUs).Select((r, i) => r.Sensor < 2 ? r with { TimeUs = stamps[(i + place) % stamps.Length] } : r)];
            List<TrackReport> given = Run(lines, 2, out ArrivalOrder order);
            Assert.Equal(lines.OrderBy(r => r.ReceivedUs), given);
            Assert.Equal(0, order.OutOfTurn);
        });
    }

    [Fact]
    public void Nothing_waits_longer_than_until_f_plus_1_sensors_have_gone_past_it()
    {
        var order = new ArrivalOrder(Sensors, faultBound: 2, capacity: 100);
        order.Add(Report(1, 1, 0));
        order.Add(Report(2, 2, 1));
        order.Add(Report(2, 2, 1));
        order.Add(Report(9, 9, 4));
        Assert.False(order.TryTake(out _));
        order.Add(Report(2, 3, 2));
        Assert.Equal(2, order.WatermarkUs);
        Assert.True(order.TryTake(out TrackReport first));
        Assert.Equal(1, first.ReceivedUs);
        Assert.False(order.TryTake(out _));
    }

    [Fact]
    public void More_reports_than_may_wait_are_refused_in_words()
    {
        var order = new ArrivalOrder(Sensors, faultBound: 2, capacity: 3);
        for (int i = 0; i < 3; i++) order.Add(Report(i, i, 0));
        Assert.Contains("f+1", Assert.Throws<InputTooLargeException>(() => order.Add(Report(4, 4, 1))).Message, StringComparison.Ordinal);
    }

    private static List<TrackReport> Run(TrackReport[] lines, int f, out ArrivalOrder order)
    {
        order = new ArrivalOrder(Sensors, f, capacity: 1000);
        var given = new List<TrackReport>();
        foreach (TrackReport line in lines)
        {
            order.Add(line);
            while (order.TryTake(out TrackReport next)) given.Add(next);
        }

        order.End();
        while (order.TryTake(out TrackReport next)) given.Add(next);
        return given;
    }

    private static ulong s_id;

    private static TrackReport Report(long t, long received, int sensor) =>
        new(t, received, sensor, Interlocked.Increment(ref s_id), default, default, 1, 1);
}
